import { expect, test } from "vitest";
import { syntheticDataset, syntheticRgbDataset } from "../dataset/synthetic.ts";
import { createEngine } from "../engine/choose.ts";
import { readParameter } from "../engine/engine.ts";
import { CHOSEN, NEVER_SPARSE } from "../program/choose.ts";
import { sectionFlops } from "../program/print.ts";
import { ceilingsSource } from "./ceilings.ts";
import { type CrossoverPoint, crossing, crossoverPoints } from "./crossover.ts";
import { familyOf } from "./families.ts";
import { memoryRow } from "./memory.ts";
import { profile } from "./profile.ts";
import { engineSources } from "./sources.ts";
import { openStep } from "./step.ts";

const dataset = syntheticDataset({ train: 300, test: 100 });
const engine = await createEngine("auto");
const model = "lenet-300-100";
const setting = { engine, dataset, slice: 1, family: familyOf(model) };

test("a profile names every kernel of a step and accounts for all of its work", () => {
  const { instance, next } = openStep(engine, dataset, { model, batch: 60, density: 0.1 });
  const calls = profile(instance, { times: 2, next });
  const names = calls.map(({ kernel, parameter }) => `${kernel} ${parameter}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("linear_weight_gradient_sparse fc1.weight");
  expect(names).toContain("gather_images ");
  const flops = calls.reduce((sum, call) => sum + call.flops, 0);
  expect(flops).toBeCloseTo(sectionFlops(instance.program.sections.train!), 3);
  for (const { ms, bytes } of calls) expect(Math.min(ms, bytes)).toBeGreaterThan(0);
});

test("dense kernels of a pruned layer belong to its parameter with their copies", () => {
  const { instance, next } = openStep(engine, dataset, { model, batch: 60, density: 0.9, crossover: NEVER_SPARSE });
  const calls = profile(instance, { times: 1, next });
  for (const kernel of ["expand", "transpose", "linear_weight_gradient_dense", "compress"] as const)
    expect(calls.filter((call) => call.kernel === kernel).map(({ parameter }) => parameter)).toEqual(
      expect.arrayContaining(["fc1.weight", "fc2.weight", "fc3.weight"]),
    );
});

test("a step trains: what is timed is a working step", () => {
  const { instance, run } = openStep(engine, dataset, { model, batch: 60, density: 0.5 });
  const loss = () => {
    run();
    return (
      instance
        .read(instance.program.sections.train!.outputs.get("loss")!)
        .slice(0, 60)
        .reduce((a, b) => a + b) / 60
    );
  };
  const before = loss();
  for (let step = 0; step < 60; step++) run();
  expect(loss()).toBeLessThan(before / 2);
});

test("a convolutional step trains, and follows its batches' statistics", () => {
  const colour = syntheticRgbDataset({ train: 200, test: 10 });
  const { instance, run, next } = openStep(engine, colour, { model: "resnet-8-4", batch: 40, density: 0.3 });
  const { outputs } = instance.program.sections.train!;
  const loss = () => {
    run();
    return (
      instance
        .read(outputs.get("loss")!)
        .slice(0, 40)
        .reduce((a, b) => a + b) / 40
    );
  };
  const variance = () => readParameter(instance, "bn.running_var")[0]!;
  const [before, one] = [loss(), variance()];
  for (let step = 0; step < 100; step++) run();
  expect(loss()).toBeLessThan(0.8 * before);
  expect(variance()).not.toBe(one);
  const names = profile(instance, { times: 1, next }).map(({ kernel, parameter }) => `${kernel} ${parameter}`);
  expect(names).toContain("convolution_forward_sparse blocks.0.conv1.weight");
  expect(names).toContain("convolution_weight_gradient_sparse conv.weight");
});

test("a step of edge-popup trains scores alone, and its kernels belong to the weights that they choose among", async () => {
  const colour = syntheticRgbDataset({ train: 100, test: 10 });
  const popup = { model: "conv-2-w4-nobias", method: "edge-popup", batch: 20 } as const;
  const { instance, run, next } = openStep(engine, colour, { ...popup, density: 0.1 });
  const [weight, score] = ["conv2.weight", "conv2.weight.score"].map((name) => () => readParameter(instance, name));
  const [weights, scores] = [weight!(), score!()];
  run();
  expect(weight!()).toEqual(weights);
  expect(score!()).not.toEqual(scores);
  const names = profile(instance, { times: 1, next }).map(({ kernel, parameter }) => `${kernel} ${parameter}`);
  expect(names).toEqual(expect.arrayContaining(["list_kept conv2.weight", "convolution_forward_kept conv2.weight"]));
  const family = { ...familyOf("conv-4-nobias"), ...popup };
  const points = await crossoverPoints({ ...setting, dataset: colour, family }, { batch: 20, density: 0.5, rounds: 1 });
  expect(points.map(({ parameter, product, direction }) => [parameter, product, direction])).toEqual([
    ["conv1.weight", CHOSEN, "forward"],
    ["conv2.weight", CHOSEN, "forward"],
    ["conv2.weight", CHOSEN, "inputGradient"],
  ]);
  for (const { dense, sparse } of points) expect(Math.min(dense, sparse)).toBeGreaterThan(0);
});

test("an engine's sources give every case once", async () => {
  const rows = (await Promise.all(engineSources(setting, ["evaluate"]).map((source) => source()))).flat();
  expect(rows.map(({ density, images }) => [density, images])).toEqual([
    [1, 100],
    [0.05, 100],
  ]);
  for (const row of rows) expect(row).toMatchObject({ engine: engine.name, threads: engine.threads });
  const ceilings = await ceilingsSource(engine, 1)();
  expect(ceilings.map(({ ms }) => ms > 0)).toEqual([true, true, true, true]);
});

test("the memory case tells growth from the first counted step to the last", () => {
  const readings = [1000, 1500];
  const resident = () => readings.shift()!;
  expect(memoryRow(setting, { batch: 60, density: 0.01, steps: 10, resident })).toMatchObject({
    growth: 500,
    density: 0.01,
  });
});

test("crossover points cover every direction of every layer", async () => {
  const points = await crossoverPoints(setting, { batch: 60, density: 0.5, rounds: 1 });
  const places = points.map(({ parameter, direction }) => `${parameter.slice(0, 3)} ${direction}`).sort();
  const directions = ["forward", "inputGradient", "weightGradient"];
  // The images need no gradient.
  expect(places).toEqual(
    ["fc1", "fc2", "fc3"].flatMap((fc) => directions.map((d) => `${fc} ${d}`)).filter((p) => p !== "fc1 inputGradient"),
  );
  for (const { dense, sparse } of points) expect(Math.min(dense, sparse)).toBeGreaterThan(0);
});

test("the crossing lies where the ratio of the times passes 1", () => {
  const at = (density: number, sparse: number): CrossoverPoint => {
    return { model, batch: 60, parameter: "w", product: "linear", direction: "forward", density, dense: 1, sparse };
  };
  expect(crossing([at(0.4, 0.8), at(0.6, 1.2)])).toBeCloseTo(0.5, 10);
  expect(crossing([at(0.6, 1.2), at(0.4, 0.8)])).toBeCloseTo(0.5, 10);
  expect(crossing([at(0.4, 0.8), at(0.6, 0.9)])).toBe(1);
  expect(crossing([at(0.4, 2)])).toBeCloseTo(0.2, 10);
});
