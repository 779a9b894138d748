import { expect, test } from "vitest";
import { hashJson } from "../base/hash.ts";
import { initialise } from "../model/initialise.ts";
import { parseModel } from "../model/registry.ts";
import { addSequenceModels } from "./families.ts";

addSequenceModels();

const texts = { shape: [32], outputs: 2, vocabulary: 50 };
const wordsOf = (model: ReturnType<typeof parseModel>) =>
  model.parameters.find(({ name }) => name.endsWith("word_embeddings.weight"))!.shape[0];

test("a BERT has the vocabulary of its data set, and BERT's own where none is said", () => {
  expect(wordsOf(parseModel("bert-1x64", texts))).toBe(50);
  expect(wordsOf(parseModel("bert-1x64", { shape: [32], outputs: 2 }))).toBe(30522);
});

test.each(["lenet-300-100", "conv-2", "resnet-20"])("%s refuses texts and says what reads them", (name) => {
  expect(() => parseModel(name, texts)).toThrow(/needs numbers or images, got "texts". Use a model of texts/);
});

test("models of texts refuse images, and an LSTM texts that have classes", () => {
  const images = { shape: [1, 28, 28], outputs: 10 };
  expect(() => parseModel("bert-1x64", images)).toThrow(/needs texts.*Use a data set of texts/);
  expect(() => parseModel("lstm-1-16", images)).toThrow(/needs texts/);
  expect(() => parseModel("lstm-1-16", texts)).toThrow(/tells the next of 50 tokens.*Use bert-2x64/);
});

test("the initialiser of BERT keeps its bits", () => {
  const model = parseModel("bert-1x64", texts);
  const weights = initialise(model, "bert", { seed: 1, replicate: 0, draw: 0 });
  const values = [...weights].map(([name, entries]) => [name, [...new Uint32Array(entries.buffer)]]);
  expect(hashJson(values)).toBe("546b9b6be70e468ea08c9373270952fcce6252954754265a796fe64c6118ab3c");
});
