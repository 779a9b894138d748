/** Edge-popup from the command to the exported network: exact counts, weights as they were drawn, figures. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeSafetensors } from "../../src/base/safetensors.ts";
import type { PopupRow } from "../../src/study/edge-popup/row.ts";
import { keptOf } from "../../src/train/edge-popup.ts";
import { newFolder, tombola } from "./tombola.ts";

test("the smoke preset: rows, a figure, and a network of constants that scores what its row says", {
  timeout: 120_000,
}, async () => {
  const cwd = newFolder();
  const command = "run edge-popup --preset smoke --replicates 1 --workers 2 --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows: PopupRow[] = JSON.parse(stdout).rows;
  const arms = ["edge-popup 0.3", "edge-popup 0.6", "random 0.3", "random 0.6"];
  expect(rows.slice(0, 4).map(({ arm, kept }) => `${arm} ${kept}`)).toEqual(arms);
  expect(rows.slice(4).map(({ arm }) => arm)).toEqual(["learned", "dense"]);
  const row = rows[0]!;
  expect(row.weights).toBe(keptOf(784 * 32, 0.3) + keptOf(32 * 10, 0.3));
  expect(row).toMatchObject({ weightsUntouched: true, method: "edge-popup" });
  expect(row.testAccuracy).toBeGreaterThan(rows[2]!.testAccuracy! + 0.2);

  const [id] = readdirSync(join(cwd, "tombola-store", "runs"));
  const figures = readdirSync(join(cwd, "tombola-store", "runs", id!, "figures"));
  expect(figures.filter((name) => name.endsWith(".svg"))).toEqual(["edge-popup.svg"]);

  await tombola(`export ${row.artifact} --format safetensors --to net.safetensors`, { cwd });
  const { tensors } = decodeSafetensors(readFileSync(join(cwd, "net.safetensors")), "net");
  const constant = Math.fround(Math.sqrt(2 / 784));
  const values = tensors.get("fc1.weight")!.data as Float32Array;
  expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-constant, 0, constant]);
  const evaluate = "evaluate --model mlp-32-nobias --data synthetic --weights net.safetensors --json";
  expect(JSON.parse((await tombola(evaluate, { cwd })).stdout).testAccuracy).toBe(row.testAccuracy);
});

test("any number of workers gives the same networks", { timeout: 120_000 }, async () => {
  const keys = async (workers: number) => {
    const store = newFolder();
    const words = `run edge-popup --preset smoke --arms edge-popup,gem-miner,gem-trained --steps 60it --freeze-every 10it`;
    const { stdout } = await tombola(`${words} --workers ${workers} --store ${store} --json --quiet`);
    const rows: PopupRow[] = JSON.parse(stdout).rows;
    return rows.map(({ artifact, arm, weights, testLoss, testAccuracy }) => {
      const file = join(store, "artifacts", artifact.slice(0, 2), `${artifact}.safetensors`);
      const { tensors } = decodeSafetensors(readFileSync(file), file);
      return { artifact, arm, weights, testLoss, testAccuracy, tensors: [...tensors] };
    });
  };
  expect(await keys(2)).toEqual(await keys(1));
});
