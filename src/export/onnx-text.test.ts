/** BERTs in ONNX Runtime: the logits of transformers and of the engines, padded or not, of every head. */
import { InferenceSession, Tensor } from "onnxruntime-web";
import { expect, test } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { TINY, TOLD } from "../plugin/fixtures/folder.ts";
import { loadBert } from "../plugin/load-bert.ts";
import { bert } from "../sequence/bert.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { folderOf, scoredWeights } from "../sequence/folder/family.ts";
import { lstm } from "../sequence/lstm.ts";
import { encodeTextOnnx } from "./onnx-text.ts";

addSequenceModels();

const dataset = {
  ...{ name: "made", shape: [20], vocabulary: 157, outputs: 3 },
  target: { kind: "classes", count: 3, names: ["contradiction", "entailment", "neutral"] },
} as unknown as Dataset;

const ids = (rows: readonly (readonly number[])[], time: number) =>
  new Tensor(
    "int64",
    BigInt64Array.from(
      rows.flatMap((row) => [...row, ...Array(time - row.length).fill(0)]),
      BigInt,
    ),
    [rows.length, time],
  );

/** Types are 1 from behind the first [SEP] on, where there are two. */
function typesOf(row: readonly number[]): number[] {
  const first = row.indexOf(4);
  return row.map((_, place) => Number(first < row.lastIndexOf(4) && place > first));
}

const feedsOf = (rows: readonly (readonly number[])[], time: number) => ({
  input_ids: ids(rows, time),
  attention_mask: ids(
    rows.map((row) => row.map(() => 1)),
    time,
  ),
  token_type_ids: ids(rows.map(typesOf), time),
});

const worst = (got: readonly number[], want: readonly number[]) =>
  want.reduce((top, value, i) => Math.max(top, Math.abs(value - got[i]!)), 0);

test("logits are those of transformers, in a padded batch and alone, with GELU by tanh", async () => {
  const folder = folderOf(await loadBert(TINY))!;
  const model = parseModel(`bert@${folder.sha256}`, dataset);
  const bytes = encodeTextOnnx({ model, weights: scoredWeights(folder, model, dataset) });
  const session = await InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(["input_ids", "attention_mask", "token_type_ids"]);
  const all = await session.run(
    feedsOf(
      TOLD.map((told) => told.ids),
      20,
    ),
  );
  const told = TOLD.flatMap(({ logits }) => logits);
  expect(worst([...(all.logits!.data as Float32Array)], told)).toBeLessThan(3e-6);
  const [, second] = TOLD;
  const alone = await session.run(feedsOf([second!.ids], second!.ids.length));
  expect(worst([...(alone.logits!.data as Float32Array)], second!.logits)).toBeLessThan(3e-6);
});

test("every token is told of by a span's head; numbers come out in their own unit", async () => {
  const encoder = { layers: 1, width: 8, heads: 2, vocabulary: 30, positions: 12, input: [12] };
  const key = { seed: 3, replicate: 0, draw: 0 };
  const rows = [
    [3, 7, 8, 4],
    [3, 9, 4],
  ];
  const span = bert({ ...encoder, name: "spans", outputs: 2, head: "span" });
  const spans = await InferenceSession.create(
    encodeTextOnnx({ model: span, weights: initialise(span, "kaiming-normal", key) }),
  );
  const { logits } = await spans.run(feedsOf(rows, 5));
  expect(logits!.dims).toEqual([2, 5, 2]);
  const model = bert({ ...encoder, name: "numbers", outputs: 1 });
  const weights = initialise(model, "kaiming-normal", key);
  const plain = await InferenceSession.create(encodeTextOnnx({ model, weights }));
  const own = await InferenceSession.create(encodeTextOnnx({ model, weights, output: { mean: [3], std: [2] } }));
  const [a, b] = [(await plain.run(feedsOf(rows, 5))).logits!, (await own.run(feedsOf(rows, 5))).output!];
  expect(
    worst(
      [...(b.data as Float32Array)],
      Array.from(a.data as Float32Array, (value) => 2 * value + 3),
    ),
  ).toBeLessThan(1e-5);
});

test("what is no BERT is refused by the op that is not known", () => {
  const model = lstm({ name: "lstm", input: [5], outputs: 7, vocabulary: 7, layers: 1, units: 4 });
  const weights = initialise(model, "uniform", { seed: 1, replicate: 0, draw: 0 });
  expect(() => encodeTextOnnx({ model, weights })).toThrow(
    /ops of texts must be among embedding, .*Export it as safetensors/,
  );
});
