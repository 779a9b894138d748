/** Strong tickets as constructions, from the command to the figures and the exported files. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type PopupRow, rowsOf, type StrongRow } from "../../src/study/strong/rows.ts";
import { newFolder, tombola } from "./tombola.ts";

test("the smoke preset builds networks inside random ones that score as their targets", {
  timeout: 240_000,
}, async () => {
  const cwd = newFolder();
  const arms = "--constructions malach,pensia,burkholz";
  const { code, stdout, stderr } = await tombola(`run strong --preset smoke ${arms} --json --quiet`, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows: StrongRow[] = JSON.parse(stdout).rows;
  const networks = rowsOf(rows, "network");
  expect(networks.map(({ construction }) => construction)).toEqual(["malach", "pensia", "burkholz"]);
  for (const { testAccuracy, targetAccuracy, missed, weights, keptFraction } of networks) {
    expect(targetAccuracy).toBeGreaterThan(0.5);
    expect(Math.abs(testAccuracy - targetAccuracy)).toBeLessThan(0.03);
    expect(missed).toBeLessThan(weights / 100);
    expect(keptFraction).toBeLessThan(0.5);
  }
  const trials = rowsOf(rows, "trials");
  expect(trials.map(({ construction, signed }) => `${construction} ${signed}`)).toEqual(
    ["malach", "pensia", "burkholz"].flatMap((name) => [`${name} false`, `${name} true`]),
  );
  expect(trials.every(({ failures: { n, k } }) => n === 20 && k <= 2)).toBe(true);
  const [gadget, wide] = rowsOf(rows, "popup") as [PopupRow, PopupRow];
  expect(gadget.testAccuracy).toBeGreaterThan(0.2);
  expect(wide.testAccuracy).toBeGreaterThan(gadget.testAccuracy!);
  expect(Math.abs(wide.randomParameters / gadget.randomParameters - 1)).toBeLessThan(0.01);

  const [id] = readdirSync(join(cwd, "tombola-store", "runs"));
  const folder = join(cwd, "tombola-store", "runs", id!);
  const figures = readdirSync(join(folder, "figures")).filter((name) => name.endsWith(".png"));
  expect(figures.sort()).toEqual(["attention.png", "popup.png", "subset-sum.png", "units.png"]);
  expect(existsSync(join(folder, "report.html"))).toBe(true);

  const [malach, pensia] = networks;
  await tombola(`export ${pensia!.artifact} --format safetensors --to net.safetensors`, { cwd });
  const words = `evaluate --model ${pensia!.network} --data synthetic --mean 0 --std 1 --weights net.safetensors --json`;
  expect(JSON.parse((await tombola(words, { cwd })).stdout).testAccuracy).toBe(pensia!.testAccuracy);
  expect((await tombola(`export ${pensia!.artifact} --format onnx --to net.onnx`, { cwd })).code).toBe(0);
  expect((await tombola(`export ${malach!.artifact} --format safetensors --to kept.safetensors`, { cwd })).code).toBe(
    0,
  );
  const refused = await tombola(`export ${malach!.artifact} --format onnx --to kept.onnx`, { cwd });
  expect({ ...refused, code: refused.code === 0 }).toEqual({
    ...{ code: false, stdout: "" },
    stderr:
      'error: artifact: must be a network of dense layers; of this one the kept weights alone are stored, got "the result of strong-compile". Write it as safetensors\n',
  });
});

test("without constructions the table is that of edge-popup", { timeout: 60_000 }, async () => {
  const sizes = "--steps 3it --popup 4 --draws 2 --quiet";
  const { code, stdout } = await tombola(`run strong --preset gadgets --data synthetic ${sizes}`, { cwd: newFolder() });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Edge-popup in gadgets and in wide networks of as many weights\nform +network/);
  expect(stdout).toMatch(/\ngadget +gadget-5-4 .*\nlinear +gadget-5-4-linear .*\nwide +mlp-/);
});
