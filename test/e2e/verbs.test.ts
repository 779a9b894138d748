/** Export, evaluate, explain and bench, as commands on a store that a small run filled. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imagesOf, labelsOf } from "../../src/dataset/fixtures/parts.ts";
import { syntheticDataset } from "../../src/dataset/synthetic.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

const MODEL = "mlp-24-16";

let cwd: string;
let row: Row;
let mask: string;

describe("verbs on a store", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    cwd = newFolder(afterAll);
    const { stdout } = await tombola(`run smoke --model ${MODEL} --arms ticket --replicates 1 --json`, { cwd });
    row = JSON.parse(stdout).rows.at(-1);
    const { stdout: shown } = await tombola(`show ${row.artifact.slice(0, 12)} --json`, { cwd });
    mask = /"mask":"([0-9a-f]{64})"/.exec(shown)![1]!;
  }, 60_000);

  test("safetensors leave and come back with the accuracy of the row", async () => {
    const exported = await tombola(`export ${row.artifact.slice(0, 12)} --format safetensors --to a.safetensors`, {
      cwd,
    });
    expect(exported).toMatchObject({ code: 0, stdout: "", stderr: "wrote a.safetensors\n" });
    const header = readFileSync(join(cwd, "a.safetensors"), "latin1");
    expect(header).toContain('"mask/fc1.weight":{"dtype":"U8","shape":[24,784]');
    for (const engine of ["auto", "reference"]) {
      const words = `evaluate --model ${MODEL} --weights a.safetensors --data synthetic --engine ${engine} --json`;
      const { n, testAccuracy, testLoss, ...rest } = JSON.parse((await tombola(words, { cwd })).stdout);
      const normalised = { data: "synthetic", mean: [0.2883], std: [0.1583] };
      expect(rest).toEqual({
        ...{ model: MODEL, candidates: [{ model: MODEL, loss: null }] },
        ...{ measure: row.measure, measures: row.measures, normalised },
      });
      expect([n, testAccuracy]).toEqual([2000, row.testAccuracy]);
      expect(testLoss).toBeCloseTo(row.testLoss!, 5);
    }
  });

  test("ONNX is scored by onnxruntime to the accuracy of the row", async () => {
    await tombola(`export ${row.artifact} --format onnx --to a.onnx`, { cwd });
    const again = await tombola(`export ${row.artifact} --format onnx --to a.onnx`, { cwd });
    expect(again).toMatchObject({ code: 0, stderr: "replaced a.onnx\n" });
    const session = await InferenceSession.create(join(cwd, "a.onnx"));
    const { test: held } = syntheticDataset();
    const [count, images, labels] = [held.count, imagesOf(held), labelsOf(held)];
    const pixels = Float32Array.from(images, (byte) => byte / 255);
    const { logits } = await session.run({ pixels: new Tensor("float32", pixels, [count, 1, 28, 28]) });
    const right = Array.from(labels).filter((label, n) => {
      const scores = Array.from(logits!.data as Float32Array).slice(10 * n, 10 * n + 10);
      return scores.indexOf(Math.max(...scores)) === label;
    });
    expect(right.length / count).toBe(row.testAccuracy);
  });

  test.each([
    ["export ffff --format onnx --to b.onnx", 1, /no artifact has this name, got "ffff"/],
    ["export KEY --format onnx", 2, /--to: is needed/],
    [
      "export KEY --format pickle --to b",
      2,
      /--format: must be one of safetensors, sparse, onnx, huggingface, got "pickle"/,
    ],
    ["export MASK --format onnx --to b.onnx", 2, /must be a network, got "the result of prune"/],
    [`evaluate --model ${MODEL} --weights missing --data synthetic`, 1, /missing: the file must exist/],
    [
      "evaluate --model mlp-25-16 --weights a.safetensors --data synthetic",
      1,
      /fc1.weight: shape must be \[25,784\], got "\[24,784\]"/,
    ],
    [`evaluate --model ${MODEL} --weights cut --data synthetic`, 1, /cut: bytes behind the header must be \d+, got/],
    [`evaluate --model ${MODEL} --weights a.safetensors --data nothing`, 2, /--data: must be one of .*, got "nothing"/],
    ["evaluate --data synthetic", 2, /--weights: is needed/],
    ["explain resnet-21", 2, /model: must be one of/],
    ["explain lenet-300-100 --density 0", 2, /--density: must be a number above 0, at most 1, got "0"/],
    ["bench --peer true --engines reference --cases memory", 2, /--peer: must print every case/],
    ["bench --quik", 2, /Did you mean --quick/],
  ] as const)("%s ends with %i", async (words, code, message) => {
    writeFileSync(join(cwd, "cut"), readFileSync(join(cwd, "a.safetensors")).subarray(0, 2000));
    const outcome = await tombola(words.replace("KEY", row.artifact).replace("MASK", mask), { cwd });
    expect(outcome).toMatchObject({ code, stdout: "" });
    expect(outcome.stderr).toMatch(message);
  });

  test("explain shows the chosen kernels and a cost that falls with density", async () => {
    const { stdout } = await tombola("explain lenet-300-100 --density 0.05 --batch 60 --json", { cwd });
    const { weights, kernels, work, dense, bytes } = JSON.parse(stdout);
    expect(weights).toBe(13310);
    expect(kernels).toHaveLength(8);
    for (const { kernel, reason } of kernels)
      expect([kernel, reason]).toEqual([expect.stringMatching(/_sparse$/), expect.stringMatching(/< crossover/)]);
    expect(work.train.flops / dense.train.flops).toBeLessThan(0.06);
    expect(bytes.weights).toBe(4 * (13310 + 410));
    expect(bytes.slots).toBe(2 * bytes.weights);
    const [summary, all] = await Promise.all(
      ["", " --all"].map(async (flag) => (await tombola(`explain lenet-300-100${flag}`, { cwd })).stdout),
    );
    expect(summary).toMatch(/^lenet-300-100 on mnist, .*\n\n.*\nA step takes at least/);
    expect(summary).toMatch(/--all lists the kernels/);
    expect(summary!.split("\n").length).toBeLessThan(40);
    expect(all).toMatch(/linear_forward_dense +nothing is pruned/);
  });
});
