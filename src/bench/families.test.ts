import { expect, test } from "vitest";
import { imagesOf, labelsOf } from "../dataset/fixtures/parts.ts";
import { datasetInfo, describe } from "../dataset/registry.ts";
import { parseModel } from "../model/registry.ts";
import { addSequenceModels } from "../sequence/families.ts";
import { benchDataset, TEXTS } from "./data.ts";
import { caseName, FAMILIES, familyName, familyOf, stepCases, stepName } from "./families.ts";

addSequenceModels();

test.each(FAMILIES)(
  "$model is a model for its data, ever sparser, at first dense if pruned",
  ({ model, data, ...family }) => {
    const info = TEXTS.includes(data) ? benchDataset(data) : describe(datasetInfo(data));
    expect(parseModel(model, info).name).toBe(model);
    expect(familyOf(familyName({ model, ...family })).data).toBe(data);
    expect(family.densities[0] === 1).toBe(family.method === undefined);
    expect(family.densities).toEqual(family.densities.toSorted((a, b) => b - a));
  },
);

test("steps are every batch at every density, under the names that peers print", () => {
  const steps = FAMILIES.flatMap((family) => stepCases(family).map(({ batch }) => stepName(family, batch)));
  expect([...new Set(steps)]).toEqual([
    ...["lenet-300-100 b60", "lenet-300-100 b128", "conv-2 b60", "resnet-20 b128", "vgg-16 b128"],
    ...["edge-popup lenet-300-100-nobias b128", "edge-popup conv-4-nobias b128"],
    ...["lstm-2-256-tied b20", "lstm-2-256-tied-1000 b20", "bert-4x128 b32", "bert-6x384x12 b32"],
  ]);
  expect(steps).toHaveLength(5 * 4 + 2 * 2 * 2 + 4 * 3);
  const popup = familyOf("conv-4-nobias");
  expect(stepCases(popup).map((step) => caseName(popup, step))).toContain(
    "edge-popup conv-4-nobias b128, dense kernels",
  );
});

test("another model is refused with those there are", () => {
  expect(() => familyOf("resnet-44")).toThrow(/models: must be one of .*resnet-20, vgg-16, .*, got "resnet-44"/);
});

test("made images have the shape and the number of CIFAR-10's, and classes that differ", () => {
  const { shape, train, test: held } = benchDataset("cifar10");
  expect([...shape, train.count, held.count]).toEqual([3, 32, 32, 50_000, 256]);
  expect([imagesOf(train).length, labelsOf(train).length]).toEqual([50_000 * 3072, 50_000]);
  const mean = (image: number) =>
    imagesOf(train)
      .subarray(image * 3072, (image + 1) * 3072)
      .reduce((a, b) => a + b) / 3072;
  expect(mean(49_009) - mean(49_000)).toBeGreaterThan(9 * 12 - 10);
  expect(labelsOf(train)[49_009]).toBe(9);
});
