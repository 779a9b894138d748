/** Criteria and actions, from the command to the figures, and pixels that every verb normalises in the same way. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SupermaskRow } from "../../src/study/supermask/row.ts";
import { newFolder, tombola } from "./tombola.ts";

test("the smoke preset gives a row for every arm and level, and three figures", { timeout: 120_000 }, async () => {
  const cwd = newFolder();
  const command = "run supermask --preset smoke --replicates 1 --workers 2 --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows: SupermaskRow[] = JSON.parse(stdout).rows;
  const trained = ["large_final", "random", "large_final+reinit", "large_final+freeze_init", "large_final+zero_mask"];
  const scored = ["large_final_same_sign+signed_constant", "random+signed_constant"];
  const learned = ["learned-rescaled-constant", "signed"];
  expect(rows.map(({ arm, level }) => `${arm} ${level}`)).toEqual([
    "dense 0",
    ...learned.map((arm) => `${arm} 0`),
    ...[...trained, ...scored].flatMap((arm) => [`${arm} 1`, `${arm} 2`]),
    "same_sign 1",
  ]);
  const row = (arm: string, level = 1) => rows.find((each) => each.arm === arm && each.level === level)!;
  for (const arm of trained) expect(row(arm).testAccuracy).toBeGreaterThan(0.4);
  expect(rows.filter(({ level }) => level === 2).every(({ kept }) => kept === row("large_final", 2).kept)).toBe(true);
  expect(row(scored[0]!).untrained!.test).toBeGreaterThan(0.3);
  expect(row(scored[1]!).untrained!.test).toBeLessThan(0.3);

  for (const arm of learned) expect(row(arm, 0)).toMatchObject({ weightsUntouched: true });
  for (const arm of learned) expect(row(arm, 0).testAccuracy).toBeGreaterThan(0.3);

  const [id] = readdirSync(join(cwd, "tombola-store", "runs"));
  const folder = join(cwd, "tombola-store", "runs", id!);
  const figures = readdirSync(join(folder, "figures")).filter((name) => /\.(svg|png)$/.test(name));
  expect(figures.sort()).toEqual(["arms", "masks", "untrained"].flatMap((name) => [`${name}.png`, `${name}.svg`]));
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("synthetic (mean 0, std 1)");

  const { artifact, testAccuracy } = row("large_final", 2);
  await tombola(`export ${artifact} --format safetensors --to net.safetensors`, { cwd });
  const evaluate = "evaluate --model mlp-32 --data synthetic --weights net.safetensors --json";
  const accuracy = async (words: string) => JSON.parse((await tombola(evaluate + words, { cwd })).stdout).testAccuracy;
  expect(await accuracy(" --mean 0 --std 1")).toBe(testAccuracy);
  // The file says so itself, where nobody asks for others.
  expect(await accuracy("")).toBe(testAccuracy);
  expect(await accuracy(" --mean 0.2883 --std 0.1583")).not.toBe(testAccuracy);
  // The data set of an artifact says by itself how its pixels are normalised.
  const ends = `${artifact} ${row("dense", 0).artifact}`;
  const path = JSON.parse((await tombola(`interpolate ${ends} --points 2 --json`, { cwd })).stdout);
  const errors = path.testError as number[];
  const nearest = Math.min(...errors.map((error) => Math.abs(1 - error - testAccuracy!)));
  expect(nearest).toBeLessThan(1e-9);
});
