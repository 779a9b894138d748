/** Ways to become sparse, from the command to the figure. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

test("the smoke preset gives a row for every arm and level, and one figure", { timeout: 120_000 }, async () => {
  const cwd = newFolder();
  const command = "run methods --preset smoke --replicates 1 --workers 2 --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows: Row[] = JSON.parse(stdout).rows;
  const arms = ["gradual", "gradual-random", "variational", "l0", "ticket", "reinit", "scratch-b"];
  expect(rows.map(({ arm, level }) => `${arm} ${level}`)).toEqual([
    ...arms.flatMap((arm) => [`${arm} 1`, `${arm} 2`]),
    "dense 0",
  ]);
  for (const { testAccuracy } of rows) expect(testAccuracy).toBeGreaterThan(0.4);
  const weights = (arm: string) => rows.filter((row) => row.arm === arm).map((row) => row.weights);
  expect(weights("ticket")).toEqual(weights("gradual"));
  expect(weights("gradual-random")).toEqual([10163, 4065]);
  const [id] = readdirSync(join(cwd, "tombola-store", "runs"));
  const folder = join(cwd, "tombola-store", "runs", id!, "figures");
  expect(readdirSync(folder).sort()).toEqual([
    "methods-replicates.csv",
    "methods.csv",
    "methods.png",
    "methods.svg",
    "spec.json",
  ]);
  expect(readFileSync(join(folder, "methods.csv"), "utf8").split("\r\n").length).toBe(1 + 1 + 7 * 3 + 1);
});
