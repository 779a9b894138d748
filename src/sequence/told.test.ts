/** What is told of tokens: masked words and answers, learnt from files in the official layout, with the pooler beside. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Dataset } from "../dataset/dataset.ts";
import { loadDataset } from "../dataset/load.ts";
import { splitTrain } from "../dataset/split.ts";
import { writeFiles } from "../dataset/text/fixtures/files.ts";
import { loadTokenizer } from "../dataset/text/load/tokenizer.ts";
import { raggedRows } from "../dataset/text/sequences.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { beginFrozen } from "../step/frozen.ts";
import { adam, bitsOf, engine, finish } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import { train } from "../train/train.ts";
import type { Training } from "../train/training.ts";
import { addSequenceModels } from "./families.ts";
import { stoppedAt } from "./fixtures/stopped.ts";

addSequenceModels();

const WORDS = ["the", "ticket", "a", "win"];
/** Answers, which stand in no other place. */
const TOLD = ["lottery", "cafe"];
const line = (i: number) => Array.from({ length: 3 + (i % 9) }, (_, k) => WORDS[(i * 7 + k * 3) % 4]).join(" ");

async function masked(): Promise<Dataset> {
  const folder = writeFiles({ "text.txt": Array.from({ length: 200 }, (_, i) => line(i)).join("\n") });
  return loadDataset(`mlm:${join(folder, "text.txt")}?vocab=${folder}&length=20&train=60`);
}

const paragraph = (i: number) => {
  const text = TOLD[i % 2]!;
  const context = `${line(i)} ${text} ${line(i + 1)}`;
  return {
    context,
    qas: [{ id: `q${i}`, question: "the win?", answers: [{ text, answer_start: line(i).length + 1 }] }],
  };
};
const squadFile = (count: number) =>
  JSON.stringify({ data: [{ title: "T", paragraphs: Array.from({ length: count }, (_, i) => paragraph(i)) }] });

async function answered(asked = "train=20&dev=8"): Promise<Dataset> {
  const folder = writeFiles({ "train-v1.1.json": squadFile(24), "dev-v1.1.json": squadFile(10) });
  return loadDataset(`squad:${folder}?vocab=${folder}&length=16&stride=4&${asked}`);
}

function trainingOf(dataset: Dataset, changes: Partial<Training> = {}) {
  const model = parseModel("bert-1x16x2", dataset);
  const network = { weights: initialise(model, "bert", { seed: 2, replicate: 0, draw: 0 }), mask: null };
  const training: Training = {
    ...{ model, dataset, split: splitTrain(dataset, 0), optimizer: adam, loss: "cross-entropy", batch: 8 },
    schedule: { rate: 0.003, shape: { name: "constant" }, warmup: 0 },
    ...{ from: 0, to: 40, evaluateEvery: 40, pauseEvery: 1, noise: { seed: 5, replicate: 0, draw: 0 } },
    ...changes,
  };
  return { model, network, training };
}

/** The words of the scored places that show [MASK]. */
function hiddenWords({ test, masking }: Dataset): number[] {
  const [tokens, places, labels] = ["tokens", "places", "labels"].map((name) => raggedRows(test, name));
  return Array.from({ length: test.count }, (_, row) =>
    Array.from(labels!(row)).filter((_, k) => tokens!(row)[places!(row)[k]!] === masking!.special.mask),
  ).flat();
}

describe("masked words", () => {
  test("are told at a quarter of the places at most, and special tokens never", async () => {
    const dataset = await masked();
    const { special } = await loadTokenizer(writeFiles());
    expect(dataset.task).toBe("masked-language");
    expect(dataset.train.count).toBe(60);
    const { tokens, places, labels, words } = dataset.test.columns;
    expect([...places!.lengths!]).toEqual([...labels!.lengths!]);
    expect(Math.max(...places!.lengths!)).toBeLessThanOrEqual(5);
    const never = new Set(Object.values(special).map((id) => id + 1));
    expect(labels!.data.some((label) => never.has(label))).toBe(false);
    let [row, told] = [0, 0];
    for (const [i, count] of places!.lengths!.entries()) {
      for (let k = 0; k < count; k++, told++)
        expect(words!.data[row + places!.data[told]!]).toBe(labels!.data[told]! - 1);
      row += tokens!.lengths![i]!;
    }
  });

  test("are masked anew in every epoch, the same wherever a training goes on, and learnt", async () => {
    const { training, network, model } = trainingOf(await masked(), { to: 20 });
    const undisturbed = bitsOf(await finish(train(engine, training, network)));
    for (const at of [3, 8, 11]) {
      const left = await stoppedAt(at, training, network);
      expect(bitsOf(await finish(train(engine, training, network, left)))).toEqual(undisturbed);
    }
    const other = { ...training, noise: { ...training.noise, draw: 1 }, split: { ...training.split } };
    expect(bitsOf(await finish(train(engine, other, network)))).not.toEqual(undisturbed);
    const { dataset } = training;
    const before = await scoreNetwork(engine, network, { model, dataset });
    expect(before.measure.name).toBe("mlm-accuracy");
    const hidden = hiddenWords(dataset);
    const right = before.measures["hidden-accuracy"]! * hidden.length;
    expect(right).toBeCloseTo(Math.round(right), 6);
    const most = Math.max(...hidden.map((word) => hidden.filter((other) => other === word).length));
    expect(before.measures["commonest-word"]).toBeCloseTo(most / hidden.length, 12);
    const { curve } = await finish(train(engine, { ...training, to: 300, evaluateEvery: 300 }, network));
    expect(curve.at(-1)!.testLoss!).toBeLessThan(before.loss - 0.5);
  });
});

describe("answers", () => {
  test("are found over all windows of a question, of the first questions alone", async () => {
    const dataset = await answered();
    const { question, spans, tokens } = dataset.test.columns;
    expect(new Set(question!.data).size).toBe(8);
    expect(dataset.test.count).toBeGreaterThan(8);
    const held = Array.from({ length: dataset.test.count }, (_, row) => spans!.data[2 * row]! > 0);
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...tokens!.lengths!)).toBeLessThanOrEqual(16);
    const whole = await answered("train=20");
    expect(whole.name).not.toBe(dataset.name);
    expect(new Set(whole.test.columns.question!.data).size).toBe(10);
  });

  test("are learnt: the F1 of what is trained on rises", async () => {
    const dataset = await answered();
    const own = { ...dataset, name: "own", test: dataset.train };
    const { training, network, model } = trainingOf(own, { to: 200, evaluateEvery: 200, dataset: own });
    const before = await scoreNetwork(engine, network, { model, dataset: own });
    expect(before.measure.name).toBe("f1");
    const { curve } = await finish(train(engine, training, network));
    expect(curve.at(-1)!.test!).toBeGreaterThan(before.measure.value + 0.2);
  });

  test("beyond the tokens of a row are refused before a kernel reads there", async () => {
    const dataset = await answered();
    const { spans } = dataset.test.columns;
    const wrong = { ...spans!, data: spans!.data.map((place, i) => (i === 3 ? 16 : place)) };
    const broken = { ...dataset, test: { ...dataset.test, columns: { ...dataset.test.columns, spans: wrong } } };
    const { network, model } = trainingOf(dataset);
    await expect(scoreNetwork(engine, network, { model, dataset: broken })).rejects.toThrow(
      /test, spans, row 1: must be places/,
    );
  });
});

test("beside cut weights that stay, what is kept is trained alone, and what is not read is as it was", async () => {
  for (const dataset of [await masked(), await answered()]) {
    const { model, network, training } = trainingOf(dataset, { to: 4 });
    const bits = (size: number) => Uint8Array.from({ length: size }, (_, i) => i % 2);
    const cut = model.parameters.filter(({ prunable }) => prunable);
    const mask = new Map(cut.map(({ name }) => [name, bits(network.weights.get(name)!.length)] as const));
    const begun = beginFrozen({ engine, asked: training, network: { weights: network.weights, mask }, resume: null });
    const { weights } = begun.networkOf(await finish(begun.training));
    const name = "bert.encoder.layer.0.output.dense.weight";
    const [before, after] = [network.weights.get(name)!, weights.get(name)!];
    expect(after.every((value, i) => i % 2 === 1 || value === before[i])).toBe(true);
    expect(after.some((value, i) => i % 2 === 1 && value !== before[i])).toBe(true);
    const pooler = "bert.pooler.dense.weight";
    expect(weights.get(pooler)).toEqual(network.weights.get(pooler));
  }
});

test("networks of all heads have the same prunable matrices and the same encoder", async () => {
  const [one, two] = [trainingOf(await masked()), trainingOf(await answered())];
  const prunable = ({ model }: typeof one) =>
    model.parameters.flatMap(({ name, prunable }) => (prunable ? [name] : []));
  expect(prunable(one)).toEqual(prunable(two));
  expect(prunable(one)).toHaveLength(7);
  for (const name of [...prunable(one), "bert.embeddings.word_embeddings.weight"])
    expect(one.network.weights.get(name)).toEqual(two.network.weights.get(name));
});
