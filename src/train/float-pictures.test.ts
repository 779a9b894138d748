/** Pictures of floats are images: the same pixels, normalised to the same values, train to the same bits as bytes. */
import { expect, test } from "vitest";
import { checkDataset } from "../dataset/check.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { syntheticRgbDataset } from "../dataset/synthetic.ts";
import { columnOf, type Table } from "../dataset/table.ts";
import { createEngine } from "../engine/choose.ts";
import { createGraph } from "../graph/graph.ts";
import { initialise } from "../model/initialise.ts";
import { batchInput } from "../model/input.ts";
import { parseModel } from "../model/registry.ts";
import { scalingsOf } from "./experiment.ts";
import { trainNetwork } from "./network.ts";

const bytes: Dataset = { ...syntheticRgbDataset({ train: 80, test: 40 }), mean: [0, 0, 0], std: [1, 1, 1] };

function asFloats(table: Table): Table {
  const images = columnOf(table, "images");
  const data = Float32Array.from(images.data);
  return { ...table, columns: { ...table.columns, images: { ...images, type: "f32", data } } };
}

const floats: Dataset = {
  ...bytes,
  name: "floats",
  pixels: "floats",
  std: [255, 255, 255],
  train: asFloats(bytes.train),
  test: asFloats(bytes.test),
};

test.each(["mlp-16", "conv-2-w4"])("%s ends with the same weights and loss", async (name) => {
  const model = parseModel(name, bytes);
  const start = { weights: initialise(model, "glorot-normal", { seed: 1, replicate: 0, draw: 0 }), mask: null };
  for (const choice of ["auto", "wasm"]) {
    const engine = await createEngine(choice);
    const [one, other] = await Promise.all(
      [bytes, floats].map((dataset) => trainNetwork(engine, start, { model, dataset, steps: 12, batch: 20 })),
    );
    expect(other!.weights).toEqual(one!.weights);
    expect(other!.testLoss).toBe(one!.testLoss);
  }
});

test("they are taken as they are by mean 0 and deviation 1", () => {
  const { scale, shift } = scalingsOf({ ...floats, std: [1, 1, 1] }).images!;
  expect([[...scale], shift.every((value) => value === 0)]).toEqual([[1, 1, 1], true]);
});

test("a data set says that its pixels are floats where they are, and only there", () => {
  expect(checkDataset(floats)).toBe(floats);
  const { pixels: _, ...silent } = floats;
  expect(() => checkDataset(silent)).toThrow('images: must be of type u8, got "f32"');
  expect(() => checkDataset({ ...bytes, pixels: "floats" })).toThrow('images: must be of type f32, got "u8"');
});

test("features are not cropped and mirrored", () => {
  const attempt = () => batchInput(createGraph(), [4], { crop: 4, flip: true });
  expect(attempt).toThrow("augment: crops and mirrors images, and inputs are features");
});
