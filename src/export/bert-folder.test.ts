/** Folders that are written: read again they are the same network, with its tokenizer, labels and units. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Dataset, Target } from "../dataset/dataset.ts";
import { loadTokenizer } from "../dataset/text/load/tokenizer.ts";
import { initialise } from "../model/initialise.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import { parseModel } from "../model/registry.ts";
import { TINY } from "../plugin/fixtures/folder.ts";
import { loadBert } from "../plugin/load-bert.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { folderOf } from "../sequence/folder/family.ts";
import { bertFolderFiles, type FolderExport } from "./bert-folder.ts";

addSequenceModels();

const tiny = await loadBert(TINY);
const { vocabulary, digest } = await loadTokenizer(TINY);
const key = { seed: 1, replicate: 0, draw: 0 };
const answers: Target = { kind: "classes", count: 2, names: ["0", "1"], also: ["negative", "positive"] };

async function again(asked: FolderExport) {
  const folder = mkdtempSync(join(tmpdir(), "tombola-folder-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, bytes] of Object.entries(bertFolderFiles(asked))) writeFileSync(join(folder, name), bytes);
  return { folder, read: folderOf(await loadBert(folder))! };
}

const begun = (model: Model, dataset: Pick<Dataset, "target" | "outputs">): Weights =>
  model.given!(initialise(model, "bert", key), dataset as Dataset);

test("a network of a folder becomes one of the same make-up, weights, labels and tokens", async () => {
  const dataset = { shape: [20], outputs: 2, vocabulary: 157, target: answers };
  const model = parseModel(tiny, dataset);
  const weights = begun(model, dataset);
  const { folder, read } = await again({ model, weights, target: answers, vocabulary });
  expect(read.config.encoder).toEqual(folderOf(tiny)!.config.encoder);
  expect(read.config.labels).toEqual(["negative", "positive"]);
  expect([...read.tensors].map(([name, { data }]) => [name, [...data]]).sort()).toEqual(
    [...weights].map(([name, data]) => [name, [...data]]).sort(),
  );
  expect((await loadTokenizer(folder)).digest).toBe(digest);
});

test("a BERT of one's own is written with the make-up that its name says", async () => {
  const dataset = { shape: [20], outputs: 3, vocabulary: 151 };
  const model = parseModel("bert-2x64x4", dataset);
  const weights = initialise(model, "bert", key);
  const target: Target = { kind: "classes", count: 3 };
  const { read } = await again({ model, weights, target, vocabulary });
  expect(read.config.encoder).toMatchObject({
    layers: 2,
    width: 64,
    heads: 4,
    inner: 256,
    vocabulary: 151,
    positions: 512,
  });
  expect(read.config.labels).toEqual(["LABEL_0", "LABEL_1", "LABEL_2"]);
  const query = "bert.encoder.layer.1.attention.self.query.weight";
  expect([...read.tensors.get(query)!.data]).toEqual([...weights.get(query)!]);
});

test("numbers come out in their own unit", async () => {
  const target: Target = { kind: "numbers", names: ["score"] };
  const model = parseModel("bert-1x64", { shape: [20], outputs: 1, vocabulary: 151 });
  const weights = new Map(initialise(model, "bert", key)).set("classifier.bias", Float32Array.of(0.5));
  const { read } = await again({ model, weights, target, vocabulary, output: { mean: [3], std: [2] } });
  expect(read.tensors.get("classifier.bias")!.data[0]).toBe(4);
  expect(read.tensors.get("classifier.weight")!.data[7]).toBe(2 * weights.get("classifier.weight")![7]!);
});

test("what is no BERT becomes no folder", () => {
  const model = parseModel("mlp-8", { shape: [4], outputs: 2 });
  const asked = { model, weights: new Map(), target: answers, vocabulary };
  expect(() => bertFolderFiles(asked)).toThrow('model: must be a BERT to become a folder, got "mlp-8"');
});
