/** Masks carried from task to task: whose masks are whose, what networks begin with, and what the store keeps. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { carryOut } from "../../app/carry-out.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { loadDataset } from "../../dataset/load.ts";
import { writeFiles } from "../../dataset/text/fixtures/files.ts";
import { addSequenceModels } from "../../sequence/families.ts";
import { memoryStore, trainings } from "../../step/fixtures/steps.ts";
import { keyOf, type StepRequest } from "../../step/request.ts";
import { createInlineRunner } from "../../step/runner.ts";
import { engine } from "../../train/fixtures/tasks.ts";
import { stepsOfPlan } from "../plan.ts";
import "../registry.ts";
import { bertTickets, transferMatrix } from "./kind.ts";
import { transferPlan } from "./plan.ts";
import type { TransferPlace, TransferRow } from "./row.ts";
import { parseTransferSpec, type TransferSpec } from "./spec.ts";
import { adoptStep } from "./steps/adopt.ts";
import { anywhereMask, layerOrder } from "./steps/random.ts";

addSequenceModels();

const WORDS = ["the", "ticket", "a", "win"];
const line = (i: number) => Array.from({ length: 3 + (i % 9) }, (_, k) => WORDS[(i * 7 + k * 3) % 4]).join(" ");

async function datasets(): Promise<readonly [Dataset, Dataset]> {
  const folder = writeFiles({
    "text.txt": Array.from({ length: 120 }, (_, i) => line(i)).join("\n"),
    "table.tsv": ["text\tlabel", ...Array.from({ length: 60 }, (_, i) => `${line(i)}\t${i % 2}`)].join("\n"),
  });
  return Promise.all([
    loadDataset(`texts:${join(folder, "table.tsv")}?text=text&target=label&vocab=${folder}&length=16`),
    loadDataset(`mlm:${join(folder, "text.txt")}?vocab=${folder}&length=16&train=30`),
  ]);
}

function specOf([labels, words]: readonly Dataset[], changes: Partial<TransferSpec> = {}): TransferSpec {
  const task = { model: "bert-2x16x2", validation: 0, batch: 8, lr: 0.003, steps: "4it", searchSteps: "3it" };
  return parseTransferSpec({
    study: "transfer-matrix",
    tasks: [
      { ...task, name: "labels", data: labels!.name },
      { ...task, name: "mlm", data: words!.name },
    ],
    sources: ["labels", "mlm", "oneshot", "random", "reinit", "layers", "lota", "lota-random"],
    targets: ["labels", "mlm"],
    ...{ levels: [2], cut: 0.2, cutSchedule: "linear", headRule: "fresh", searches: false, keepWeights: false },
    ...{ optimizer: { name: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } },
    ...{ schedule: { name: "linear" }, warmup: "0", init: "bert", evaluateEvery: "4it" },
    ...{ outputCutFactor: 0, scope: "global", rewind: "0", replicates: 1, seed: 1 },
    ...changes,
  });
}

async function study(changes: Partial<TransferSpec> = {}) {
  const all = await datasets();
  const spec = specOf(all, changes);
  const store = memoryStore();
  const runner = createInlineRunner({ store, engine, datasets: all });
  const rows = (await carryOut({
    kind: transferMatrix,
    spec,
    datasets: all,
    runner,
    events: {} as never,
  })) as TransferRow[];
  const steps = [...stepsOfPlan(transferPlan(spec, all), engine.arithmetic)];
  const row = (target: string, source: string) =>
    rows.find((each) => each.target === target && each.source === source)!;
  const requestOf = (target: string, source: string): StepRequest =>
    steps.find(({ rows: places = [] }) =>
      (places as TransferPlace[]).some((each) => each.target === target && each.source === source),
    )!.request;
  const bits = async (input: unknown) => {
    const { tensors } = await store.read(keyOf(input as StepRequest, engine.arithmetic));
    return new Map(
      [...tensors].filter(([name]) => name.startsWith("mask/")).map(([name, { data }]) => [name, [...data]]),
    );
  };
  const values = async (input: unknown, name: string) => [
    ...(await store.read(keyOf(input as StepRequest, engine.arithmetic))).tensors.get(name)!.data,
  ];
  return { rows, row, requestOf, bits, values, store, steps, spec };
}

const kept = (mask: ReadonlyMap<string, readonly number[]>) => [...mask.values()].flat().reduce((a, b) => a + b, 0);
const ENCODER = "bert.encoder.layer.0.output.dense.weight";

let found: ReturnType<typeof study> | undefined;
/** Carried out once, in the test that asks first. */
const whole = () => (found ??= study());

describe("a matrix of two tasks of texts", () => {
  const sources = ["dense", "labels", "mlm", "oneshot", "random", "reinit", "layers", "lota", "lota-random"];

  test("has a row for every source and target, with the target's own measure", async () => {
    const { rows, row } = await whole();
    expect(rows.map(({ target, source }) => `${target} ${source}`)).toEqual(
      ["labels", "mlm"].flatMap((target) => sources.map((source) => `${target} ${source}`)),
    );
    expect(row("labels", "mlm")).toMatchObject({ arm: "transfer", level: 2, measure: { name: "accuracy" } });
    expect(row("mlm", "mlm")).toMatchObject({ arm: "ticket", measure: { name: "mlm-accuracy", direction: "up" } });
    for (const each of rows.filter(({ level }) => level === 2)) expect(each.density).toBeCloseTo(0.6, 3);
  });

  test("masks cover the same 6 L + 1 matrices in all tasks, and are those of the source on every target", async () => {
    const { requestOf, bits } = await whole();
    const [own, carried] = [requestOf("mlm", "mlm"), requestOf("labels", "mlm")].map(({ inputs }) => inputs.mask!);
    expect(own).toEqual(carried);
    const mask = await bits(own);
    expect(mask.size).toBe(6 * 2 + 1);
    expect((await bits(requestOf("labels", "labels").inputs.mask)).size).toBe(13);
    // What masked words do not read is ranked by the weights that it begins with.
    const pooler = mask.get("mask/bert.pooler.dense.weight")!;
    expect(pooler.some((bit) => bit === 1)).toBe(true);
    expect(pooler.some((bit) => bit === 0)).toBe(true);
  });

  test("networks of a target begin with the same weights, whose head is a new one", async () => {
    const { requestOf, values, store } = await whole();
    const starts = ["dense", "labels", "mlm", "oneshot", "random", "lota"].map(
      (source) => requestOf("labels", source).inputs.network,
    );
    for (const start of starts) expect(start).toEqual(starts[0]);
    const searched = store.written.filter(({ step }) => step === "initialise");
    expect(searched.length).toBe(6);
    const first = requestOf("labels", "dense").inputs.network as StepRequest;
    const { network, head } = first.inputs;
    expect(await values(first, ENCODER)).toEqual(await values(network, ENCODER));
    expect(await values(first, "classifier.weight")).toEqual(await values(head, "classifier.weight"));
    expect(await values(head, ENCODER)).not.toEqual(await values(network, ENCODER));
  });

  test("controls: as many weights anywhere, new weights, and blocks with one another's matrices", async () => {
    const { requestOf, bits, values } = await whole();
    const [oneshot, random, own] = await Promise.all(
      ["oneshot", "random", "labels"].map((source) => bits(requestOf("labels", source).inputs.mask)),
    );
    expect(kept(random!)).toBe(kept(oneshot!));
    const counts = (mask: ReadonlyMap<string, readonly number[]>) =>
      [...mask.values()].map((each) => each.reduce((a, b) => a + b, 0));
    expect(counts(random!)).not.toEqual(counts(oneshot!));
    expect(await bits(requestOf("labels", "reinit").inputs.mask)).toEqual(own);
    const start = requestOf("labels", "dense").inputs.network;
    expect(await values(requestOf("labels", "reinit").inputs.network, ENCODER)).not.toEqual(
      await values(start, ENCODER),
    );
    const permuted = requestOf("labels", "layers").inputs.network;
    const other = ENCODER.replace("0", "1");
    expect(await values(permuted, ENCODER)).toEqual(await values(start, other));
    const norm = "bert.encoder.layer.0.output.LayerNorm.weight";
    expect(await values(permuted, norm)).toEqual(await values(start, norm));
  });

  test("of LoTA the weights that moved most are trained, and as many at random", async () => {
    const { requestOf, row } = await whole();
    expect(requestOf("labels", "lota").params).toMatchObject({ cutWeights: "frozen" });
    expect(row("labels", "lota").density).toBeCloseTo(0.6, 3);
    expect(row("labels", "lota").weights).toBe(row("labels", "lota-random").weights);
  });

  test("the store keeps scores and curves of cells, and networks of searches", async () => {
    const { row, store } = await whole();
    const { tensors } = await store.read(row("labels", "mlm").artifact);
    expect(tensors.size).toBe(0);
    expect((await store.readMetrics(row("labels", "mlm").artifact)).length).toBeGreaterThan(0);
    const search = store.written.filter(({ step, params }) => step === "train" && !("keeps" in params));
    expect(search.length).toBeGreaterThan(0);
  });
});

test("masked words are cut before any training, other tasks after it", async () => {
  const { requestOf } = await study({ sources: ["labels", "mlm"], levels: [1] });
  const trainedFirst = (target: string) =>
    ((requestOf(target, target).inputs.mask as StepRequest).inputs.network as StepRequest).step;
  expect(trainedFirst("labels")).toBe("train");
  expect(trainedFirst("mlm")).toBe("initialise");
});

test("a head may be trained first, on the network as it is", async () => {
  const [labels, words] = await datasets();
  const spec = specOf([labels, words], { sources: ["oneshot"], targets: ["mlm"] });
  const tasks = spec.tasks.map((task) => (task.name === "mlm" ? { ...task, headSteps: "3it" } : task));
  const store = memoryStore();
  const runner = createInlineRunner({ store, engine, datasets: [labels, words] });
  const headed = { ...spec, tasks };
  await carryOut({
    kind: transferMatrix,
    spec: headed,
    datasets: [labels, words],
    runner,
    events: {} as never,
  });
  const [first] = store.written.filter(({ params }) => (params as { trains?: string }).trains === "head");
  const [{ key: network }] = [{ key: Object.values(first!.inputs)[0]! }];
  const before = await store.read(network);
  const after = await store.read(keyOf(requestOfMeta(first!), engine.arithmetic));
  const value = (artifact: typeof before, name: string) => [...artifact.tensors.get(name)!.data];
  expect(value(after, ENCODER)).toEqual(value(before, ENCODER));
  const head = "cls.predictions.transform.dense.weight";
  expect(value(after, head)).not.toEqual(value(before, head));
});

const requestOfMeta = ({ step, params, inputs }: { step: string; params: unknown; inputs: unknown }): StepRequest =>
  ({ step, params, inputs }) as StepRequest;

test("as the released code has it, a search keeps its head and one schedule over all rounds", async () => {
  const { steps } = await study({ sources: ["labels"], targets: ["labels"], headRule: "kept", searches: true });
  const rounds = steps.filter(({ label }) => label?.startsWith("search on labels"));
  expect(rounds.map(({ request: { inputs } }) => (inputs.network as StepRequest).step)).toEqual([
    "initialise",
    "adopt",
    "adopt",
  ]);
  const ends = trainings(rounds.map(({ request }) => request)).map(
    ({ schedule }) => (schedule.shape as { end: number }).end,
  );
  expect(ends).toEqual([15, 15, 15]);
});

describe("what does not fit is refused", () => {
  const fields = async (changes: Partial<TransferSpec>) => specOf(await datasets(), changes);
  test.each<[Partial<TransferSpec>, string]>([
    [{ sources: ["labels", "mrpc"] }, "mrpc is none"],
    [{ targets: ["oneshot"] }, "oneshot is none"],
    [{ levels: [5] }, "at most level 4"],
  ])("%o", async (changes, message) => {
    await expect(fields(changes)).rejects.toThrow(message);
  });

  test("blocks are permuted where there are two or more", async () => {
    const all = await datasets();
    const spec = specOf(all);
    const tasks = spec.tasks.map((task) => ({ ...task, model: "bert-1x16x2" }));
    expect(() => transferMatrix.check!({ ...spec, tasks }, all)).toThrow("Leave out the control layers");
    expect(() => transferMatrix.check!(spec, all)).not.toThrow();
  });

  test("options name tasks that are there", () => {
    const options = { tasks: ["glue:mrpc"], vocab: "v", taskSteps: { squad: "2ep" } };
    expect(() => transferMatrix.specOf(options)).toThrow("taskSteps: must be of the tasks mrpc");
    expect(transferMatrix.specOf({}).targets).toEqual(["mrpc", "sts-b", "cola"]);
    expect(() => bertTickets.specOf({ arms: ["mlm"] })).toThrow("mlm: the arm mlm needs it");
  });

  test("a network of another shape is not adopted", async () => {
    const [labels] = await datasets();
    const meta = { step: "initialise" } as never;
    const context = { dataset: labels } as never;
    const nothing = { meta, tensors: new Map() } as never;
    await expect(
      adoptStep.run({ model: "bert-1x16x2", data: labels.name }, { network: nothing, head: nothing }, context),
    ).rejects.toThrow(/must have the shape .* in both networks/);
  });
});

test("options make the specification of the paper", () => {
  const spec = bertTickets.specOf(
    { data: "glue:mrpc", mlm: "mlm:wikitext-2", vocab: "some folder", searchSteps: { mlm: "5it" } },
    "laptop",
  );
  expect(spec.optimizer).toMatchObject({ name: "adamw", weightDecay: 0, clipNorm: 1 });
  expect(spec.tasks.map(({ name, data, steps, searchSteps }) => [name, data, steps, searchSteps])).toEqual([
    ["mrpc", "glue:mrpc?vocab=some%20folder&length=64", "3ep", "3ep"],
    ["mlm", "mlm:wikitext-2?vocab=some%20folder&length=64", "3ep", "5it"],
  ]);
  expect(spec.sources).toEqual(["mrpc", "mlm", "oneshot", "random", "reinit", "layers"]);
  expect(bertTickets.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
});

describe("draws of controls", () => {
  const key = { seed: 1, replicate: 0, draw: 2 };
  const like = new Map([
    ["a", Uint8Array.from({ length: 500 }, (_, i) => Number(i < 400))],
    ["b", new Uint8Array(500)],
  ]);

  test("a mask anywhere keeps as many of all weights, in all layers alike", () => {
    const mask = anywhereMask(like, key);
    const count = (name: string) => mask.get(name)!.reduce((a, b) => a + b, 0);
    expect(count("a") + count("b")).toBe(400);
    expect(Math.abs(count("a") - 200)).toBeLessThan(40);
    expect(anywhereMask(like, { ...key, draw: 3 })).not.toEqual(mask);
  });

  test("an order of layers is never their own", () => {
    for (let draw = 0; draw < 20; draw++) expect([...layerOrder(2, { ...key, draw })]).toEqual([1, 0]);
  });
});
