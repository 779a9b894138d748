/** Values in place of names: told by their content, or by the name and the version that they are given. */
import { expect, test } from "vitest";
import { datasetOf } from "../dataset/define.ts";
import { loadDataset } from "../dataset/load.ts";
import { defineModel } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { classification } from "../task/classification.ts";
import { rateAt } from "../train/schedule.ts";
import { adopt, named } from "./values.ts";

const part = { x: [0, 1, 2, 3, 4, 5, 6, 7], y: [0, 1, 0, 1] };
const points = (changes: object = {}) =>
  datasetOf({ name: "my points", shape: [2], target: 2, train: part, test: part, ...changes });
const model = (units: number, name = "own") =>
  defineModel({
    name,
    input: [2],
    outputs: 2,
    build: (l, x) => l.linear(l.relu(l.linear(x, units, "a")), 2, "b", { output: true }),
  });

test("a data set is its content, whatever it is called", async () => {
  const { options, functions } = adopt({ dataset: points() });
  expect(options.data).toMatch(/^my-points@[0-9a-f]{64}$/);
  expect(functions).toEqual([]);
  expect((await loadDataset(options.data!)).name).toBe(options.data);
  expect(adopt({ dataset: points() }).options).toEqual(options);
  expect(adopt({ dataset: points({ name: "other" }) }).options.data!.slice(-64)).toBe(options.data!.slice(-64));
  const moved = adopt({ dataset: points({ train: { ...part, y: [0, 1, 1, 0] } }) });
  expect(moved.options.data).not.toBe(options.data);
});

test("a data set that was loaded keeps its name, and one that was changed since does not", async () => {
  const synthetic = await loadDataset("synthetic");
  expect(adopt({ dataset: synthetic }).options.data).toBe("synthetic");
  expect(adopt({ dataset: { ...synthetic, mean: [0] } }).options.data).toMatch(/^own-synthetic@[0-9a-f]{64}$/);
});

test("a model is its graph and its parameters", () => {
  const first = adopt({ model: model(3) });
  expect(first).toEqual({ options: { model: expect.stringMatching(/^own@[0-9a-f]{64}$/) }, functions: ["model"] });
  expect(adopt({ model: model(3) })).toEqual(first);
  expect(adopt({ model: model(4) })).not.toEqual(first);
  expect(parseModel(first.options.model!, { shape: [2], outputs: 2 }).parameters).toEqual(model(3).parameters);
  expect(() => parseModel(first.options.model!, { shape: [3], outputs: 2 })).toThrow("must be fitted to the data set");
  const lenet = parseModel("lenet-300-100", { shape: [1, 28, 28], outputs: 10 });
  expect(adopt({ model: lenet })).toEqual({ options: { model: "lenet-300-100" }, functions: [] });
  const disguised = { ...model(3), name: "mlp-3-tanh" };
  expect(() => adopt({ model: disguised })).toThrow("must not have the name of a model of this package");
});

test("functions have a name and a version, and another function under both is refused", () => {
  const half = () => 0.5;
  const { options, functions } = adopt({
    schedule: named("half", "1", half),
    task: named("same", "a", classification),
  });
  expect(options).toEqual({ schedule: "half@1", task: "same@a" });
  expect([...functions].sort()).toEqual(["schedule", "task"]);
  expect(rateAt({ rate: 4, shape: { name: "half@1", end: 9 }, warmup: 0 }, 3)).toBe(2);
  expect(adopt({ schedule: named("half", "1", half), task: named("same", "a", classification) }).options).toEqual(
    options,
  );
  expect(() => adopt({ schedule: named("half", "1", () => 0.25) })).toThrow(
    'schedule: two schedules must not have one name and version, got "half". Raise the version of what has changed',
  );
  expect(adopt({ schedule: named("half", "2", () => 0.25) }).options.schedule).toBe("half@2");
  const wrong = adopt({ schedule: named("wrong", "1", () => Number.NaN) });
  expect(wrong.options.schedule).toBe("wrong@1");
  expect(() => rateAt({ rate: 1, shape: { name: "wrong@1", end: 9 }, warmup: 0 }, 3)).toThrow(
    "schedule: wrong must give a finite factor from 0 on at iteration 3, got NaN",
  );
});

test.each([
  [
    "scores",
    { scores: (() => new Map()) as never },
    'scores: must be a name, or a value with a name and a version, since results are kept under these, got "function". Write named(',
  ],
  ["optimizer", { optimizer: { rate: 1 } as never }, "optimizer: must be a name, or a value with a name and a version"],
  [
    "optimizer",
    { optimizer: named("own", "1", { rate: 1 } as never) },
    "optimizer: must be { rate, defaults, slots, update, control }",
  ],
  ["scores", { scores: named("own", "one two", () => new Map()) }, "version of own must be of letters, digits"],
  ["task", { task: "none" }, "task: must be one of classification, regression, multi-label"],
])("refuses %s that cannot be named: %#", (field, values, message) => {
  expect(() => {
    const { options } = adopt(values);
    if (field === "task") adopt({ dataset: points({ task: options.task }) });
  }).toThrow(message);
});
