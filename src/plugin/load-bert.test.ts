/** BERT folders: what is read of them, in every spelling, what their networks compute, and what is refused by name. */
import { expect, test } from "vitest";
import { textFeatures } from "../app/features/texts.ts";
import type { Tensor } from "../base/safetensors.ts";
import type { Dataset, Target } from "../dataset/dataset.ts";
import { loadTokenizer } from "../dataset/text/load/tokenizer.ts";
import { sequenceColumns } from "../dataset/text/sequences.ts";
import { sequenceOf } from "../dataset/text/tokenizer/sequence.ts";
import { createEngine } from "../engine/choose.ts";
import { createGraph } from "../graph/graph.ts";
import { hostInput } from "../model/input.ts";
import { parseModel } from "../model/registry.ts";
import { createScope } from "../model/scope.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { folderOf, scoredWeights } from "../sequence/folder/family.ts";
import { initialiseStep } from "../step/initialise.ts";
import { eachRow } from "../train/features/rows.ts";
import { TINY, TOLD, tinyTensors, writeFolder } from "./fixtures/folder.ts";
import { dataFor, loadBert, namedModel } from "./load-bert.ts";

addSequenceModels();

const engine = await createEngine("auto");
const tiny = await loadBert(TINY);
const NAMES = ["entailment", "neutral", "contradiction"];

async function sequences(folder = TINY) {
  const tokenizer = await loadTokenizer(folder);
  return TOLD.map(({ text, pair }) => sequenceOf(tokenizer, [text, pair ?? ""], 20));
}

async function datasetOf(target: Target, outputs: number): Promise<Dataset> {
  const columns = sequenceColumns(await sequences());
  const count = TOLD.length;
  const labels = { type: "u8", shape: [], data: new Uint8Array(count) } as const;
  const targets = { type: "f32", shape: [1], data: Float32Array.from({ length: count }, (_, i) => i) } as const;
  const table = { count, columns: { ...columns, ...(target.kind === "classes" ? { labels } : { targets }) } };
  return { name: "made", shape: [20], vocabulary: 157, target, outputs, train: table, test: table };
}

const classes = (names: readonly string[]) => datasetOf({ kind: "classes", count: names.length, names }, names.length);

function worst(got: ArrayLike<number>, want: readonly number[]): number {
  return want.reduce((top, value, i) => Math.max(top, Math.abs(value - got[i]!)), 0);
}

test("features are those of transformers, of a half-precision .bin with old names", async () => {
  const read = await sequences();
  expect(read.map(({ ids }) => ids)).toEqual(TOLD.map(({ ids }) => ids));
  const { width, pooler, mean } = await textFeatures(engine, folderOf(tiny)!, read, { length: 20 });
  for (const [i, told] of TOLD.entries()) {
    expect(worst(pooler!.subarray(i * width), told.pooler)).toBeLessThan(2e-6);
    expect(worst(mean.subarray(i * width), told.mean)).toBeLessThan(2e-6);
  }
  const raw = await textFeatures(engine, folderOf(tiny)!, read, { length: 20, raw: true });
  expect(Math.hypot(...raw.mean.subarray(0, width))).toBeGreaterThan(1.5);
});

test("logits are those of transformers, in the order of the data set's classes", async () => {
  const dataset = await classes(NAMES);
  const model = parseModel(tiny, dataset);
  const network = { weights: scoredWeights(folderOf(tiny)!, model, dataset), mask: null };
  const outputs = ({ output }: { readonly output: never }) => ({ output });
  const order = [1, 2, 0];
  let rows = 0;
  await eachRow(engine, { model, dataset, part: "test", outputs } as never, network, (row, { output }) => {
    const told = order.map((place) => TOLD[row]!.logits[place]!);
    expect(worst(output!.values, told)).toBeLessThan(3e-6);
    rows++;
  });
  expect(rows).toBe(TOLD.length);
});

const renamed = (own: ReadonlyMap<string, Tensor>, name: (old: string) => string) =>
  new Map([...own].map(([old, tensor]) => [name(old), tensor] as const));

test("one network has one name, whatever file, prefix and spelling it is in", async () => {
  const now = (name: string) => name.replace(".gamma", ".weight").replace(".beta", ".bias");
  const shards = await writeFolder({
    tensors(own) {
      const all = [...renamed(own, (name) => now(name).replace(/^bert\./, ""))];
      return { "model-1.safetensors": new Map(all.slice(0, 9)), "model-2.safetensors": new Map(all.slice(9)) };
    },
    files: {
      "model.safetensors.index.json": JSON.stringify({
        weight_map: { a: "model-1.safetensors", b: "model-2.safetensors", c: "model-1.safetensors" },
      }),
    },
  });
  expect(await loadBert(shards)).toBe(tiny);
  const whole = await writeFolder({ tensors: (own) => ({ "model.safetensors": renamed(own, now) }) });
  expect(await namedModel(`bert:${whole}`)).toBe(tiny);
  const other = await writeFolder({ config: { layer_norm_eps: 1e-7 } });
  expect(await loadBert(other)).not.toBe(tiny);
  expect(await namedModel("bert-2x64")).toBe("bert-2x64");
});

test("a head of masked words and of next sentences may be there; the matrix of words is one", async () => {
  const width = 16;
  const f32 = (...shape: number[]): Tensor => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5);
    return { dtype: "F32", shape, data };
  };
  const head = (own: ReadonlyMap<string, Tensor>, words: Tensor): Map<string, Tensor> =>
    new Map([
      ...[...own].filter(([name]) => !name.startsWith("classifier")),
      ["cls.predictions.bias", f32(157)],
      ["cls.predictions.decoder.bias", f32(157)],
      ["cls.predictions.decoder.weight", words],
      ["cls.predictions.transform.dense.weight", f32(width, width)],
      ["cls.predictions.transform.dense.bias", f32(width)],
      ["cls.predictions.transform.LayerNorm.gamma", f32(width)],
      ["cls.predictions.transform.LayerNorm.beta", f32(width)],
      ["cls.seq_relationship.weight", f32(2, width)],
    ]);
  const words = (await tinyTensors()).get("bert.embeddings.word_embeddings.weight")!;
  const name = await loadBert(await writeFolder({ tensors: (own) => ({ "model.safetensors": head(own, words) }) }));
  expect(folderOf(name)!.tensors.get("cls.predictions.transform.LayerNorm.weight")!.data[0]).toBe(0.5);
  const untied = await writeFolder({ tensors: (own) => ({ "model.safetensors": head(own, f32(157, width)) }) });
  await expect(loadBert(untied)).rejects.toThrow("must be the matrix of the words' embeddings");
  const dataset = await classes(NAMES);
  expect(() => scoredWeights(folderOf(name)!, parseModel(name, dataset), dataset)).toThrow(
    /must have a head for made; it lacks classifier.weight, classifier.bias. Train it on the task first/,
  );
});

async function begun(name: string, dataset: Dataset, key: { replicate: number; draw: number }) {
  const params = { model: name, data: dataset.name, init: "bert", seed: 1, ...key } as const;
  const { tensors } = await initialiseStep.run(params as never, {}, { dataset } as never);
  return new Map([...tensors].map(([tensor, { data }]) => [tensor, data as Float32Array]));
}

test("training begins with the folder's weights, and a head that it lacks is drawn by replicate", async () => {
  const two = await classes(["no", "yes"]);
  const own = (name: string) => folderOf(tiny)!.tensors.get(name)!.data;
  const [first, second, again] = [
    await begun(tiny, two, { replicate: 0, draw: 0 }),
    await begun(tiny, two, { replicate: 1, draw: 0 }),
    await begun(tiny, two, { replicate: 0, draw: 2 }),
  ];
  const query = "bert.encoder.layer.1.attention.self.query.weight";
  expect(first.get(query)).toEqual(Float32Array.from(own(query)));
  expect(second.get(query)).toEqual(first.get(query));
  expect(first.get("bert.pooler.dense.weight")).toEqual(Float32Array.from(own("bert.pooler.dense.weight")));
  expect(first.get("classifier.weight")).toHaveLength(32);
  expect(second.get("classifier.weight")).not.toEqual(first.get("classifier.weight"));
  expect(first.get("classifier.bias")).toEqual(new Float32Array(2));
  // New weights of a control are new everywhere.
  expect(again.get(query)).not.toEqual(first.get(query));
  const three = await begun(tiny, await classes(NAMES), { replicate: 0, draw: 0 });
  expect([...three.get("classifier.bias")!]).toEqual([1, 2, 0].map((row) => own("classifier.bias")[row]));
});

test("a head of numbers is brought into the unit that training standardises them by", async () => {
  const name = await loadBert(
    await writeFolder({
      config: { id2label: { 0: "LABEL_0" } },
      tensors: (own) => {
        const [weight, bias] = ["classifier.weight", "classifier.bias"].map(
          (each) => own.get(each)!.data as Float32Array,
        );
        const one: [string, Tensor][] = [
          ["classifier.weight", { dtype: "F32", shape: [1, 16], data: weight!.slice(0, 16) }],
          ["classifier.bias", { dtype: "F32", shape: [1], data: bias!.slice(0, 1) }],
        ];
        return { "model.safetensors": new Map([...own, ...one]) };
      },
    }),
  );
  const dataset = await datasetOf({ kind: "numbers", names: ["score"] }, 1);
  const weights = scoredWeights(folderOf(name)!, parseModel(name, dataset), dataset);
  const own = folderOf(name)!.tensors;
  // Targets 0 to 4 have the mean 2 and the deviation sqrt 2.
  expect(weights.get("classifier.bias")![0]).toBeCloseTo((own.get("classifier.bias")!.data[0]! - 2) / Math.SQRT2, 6);
  expect(weights.get("classifier.weight")![3]).toBeCloseTo(own.get("classifier.weight")!.data[3]! / Math.SQRT2, 6);
});

test("training drops out by the rates of config.json", async () => {
  const graph = createGraph();
  const model = parseModel(tiny, await classes(NAMES));
  model.apply(createScope(graph), hostInput(graph, model.input), { training: true });
  const rates = graph.nodes.flatMap(({ op, attributes }) => (op === "dropout" ? [attributes.rate] : []));
  // Embeddings; of each layer the probabilities and both sublayers; the classifier.
  expect(rates).toEqual([0.2, 0.3, 0.2, 0.2, 0.3, 0.2, 0.2, 0.4]);
  const bent = graph.nodes.flatMap(({ op, attributes }) => (op === "gelu" ? [attributes.tanh] : []));
  expect(bent).toEqual([true, true]);
});

test("texts are read by the folder's tokenizer, unless their name says another", async () => {
  await loadBert(TINY);
  expect(dataFor(tiny, "glue:mrpc")).toBe(`glue:mrpc?vocab=${encodeURIComponent(TINY)}`);
  expect(dataFor(tiny, "glue:mrpc?vocab=x")).toBe("glue:mrpc?vocab=x");
  expect(dataFor(tiny, "mnist")).toBe("mnist");
  expect(dataFor("bert-2x64", "glue:mrpc")).toBe("glue:mrpc");
});

test.each<[string, Record<string, unknown>]>([
  ['config.json, model_type: must be bert, got "roberta"', { model_type: "roberta" }],
  ["config.json, model_type: must be bert, got nothing", { model_type: undefined }],
  ["config.json, hidden_act: must be gelu or", { hidden_act: "silu" }],
  ["config.json, position_embedding_type: must be absolute", { position_embedding_type: "relative_key" }],
  ["config.json, is_decoder: must be false", { is_decoder: true }],
  ["config.json, add_cross_attention: must be false", { add_cross_attention: true }],
  ["config.json, pruned_heads: must be empty", { pruned_heads: { 0: [1] } }],
  ["config.json, quantization_config: is not implemented", { quantization_config: { bits: 4 } }],
  ["config.json, auto_map: is not implemented", { auto_map: { AutoModel: "x.Model" } }],
  ["config.json, num_attention_heads: must divide hidden_size, 16", { num_attention_heads: 3 }],
  [
    'config.json, num_hidden_layers: must be a whole number from 1 to 1000, got "100000"',
    { num_hidden_layers: 100000 },
  ],
  ["config.json, hidden_dropout_prob: must be a number from 0 to below 1", { hidden_dropout_prob: 1 }],
  ["config.json, id2label: must have a label for every place", { id2label: { 0: "a", 2: "b" } }],
  ['shape must be [157,32], got "[157,16]"', { hidden_size: 32 }],
  ["missing bert.encoder.layer.2", { num_hidden_layers: 3 }],
])("refuses %s", async (message, config) => {
  await expect(loadBert(await writeFolder({ config }))).rejects.toThrow(message);
});

test.each<[string, Record<string, string | null>]>([
  ["must hold config.json", { "config.json": null }],
  ["config.json: must be a JSON object", { "config.json": "[]" }],
  ["must hold model.safetensors or pytorch_model.bin, or their shards", { "pytorch_model.bin": null }],
  ["and has TensorFlow's weights alone", { "pytorch_model.bin": null, "tf_model.h5": "" }],
  [
    "must name files of its own folder",
    { "pytorch_model.bin": null, "model.safetensors.index.json": '{"weight_map":{"a":"../x.safetensors"}}' },
  ],
])("refuses a folder: %s", async (message, files) => {
  await expect(loadBert(await writeFolder({ files }))).rejects.toThrow(message);
});

test("refuses data that its positions, its tokens or its head are not for", async () => {
  const dataset = await classes(NAMES);
  expect(() => parseModel(tiny, { ...dataset, shape: [25] })).toThrow(/has 24 positions, got "texts of 25 tokens"/);
  expect(() => parseModel(tiny, { ...dataset, vocabulary: 158 })).toThrow(/knows 157 tokens, got 158. Leave out vocab/);
  expect(() => parseModel(tiny, { shape: [1, 28, 28], outputs: 10 })).toThrow(/needs texts/);
  expect(() => parseModel(`bert:${TINY}`, dataset)).toThrow(/must be read before its model is made/);
  const scored = (data: Dataset) => scoredWeights(folderOf(tiny)!, parseModel(tiny, data), data);
  expect(() => scored({ ...dataset, target: { kind: "classes", count: 3, names: ["a", "b", "c"] } })).toThrow(
    'id2label must have the names of made: a, b, c, got "CONTRADICTION, ENTAILMENT, NEUTRAL"',
  );
  const two: Dataset = { ...dataset, outputs: 2, target: { kind: "classes", count: 2, names: ["no", "yes"] } };
  expect(() => scored(two)).toThrow("its head must have 2 outputs for made, got 3");
});

test("a classifier of tokens is none of texts", async () => {
  const name = await loadBert(await writeFolder({ config: { architectures: ["BertForTokenClassification"] } }));
  const dataset = await classes(NAMES);
  expect(() => scoredWeights(folderOf(name)!, parseModel(name, dataset), dataset)).toThrow(/it lacks classifier/);
});
