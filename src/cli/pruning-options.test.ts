import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { PRESETS, type PruningOptions } from "../study/presets.ts";
import { addPruningOptions, readStudy, specOf } from "./pruning-options.ts";

const spec = (name: string, command = "") => {
  const words = command.split(" ").filter(Boolean);
  return specOf(name, addPruningOptions(new Command()).parse(words, { from: "user" }).opts<PruningOptions>());
};

test("the default is the paper's LeNet", () => {
  expect(spec("imp")).toEqual({
    study: "imp",
    model: "lenet-300-100",
    data: "mnist",
    validation: 5000,
    batch: 60,
    loss: "cross-entropy",
    optimizer: { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    lr: 0.0012,
    schedule: { name: "constant" },
    warmup: "0",
    steps: "50000it",
    evaluateEvery: "100it",
    init: "glorot-normal",
    levels: 20,
    cut: 0.2,
    outputCutFactor: 0.5,
    scope: "layer",
    rewind: "0",
    arms: ["ticket", "reinit", "random"],
    replicates: 1,
    seed: 1,
  });
});

test("OpenLTH's run is one command", () => {
  const command =
    "--model lenet-300-100 --data mnist --levels 18 --cut 0.2 --output-cut-factor 0 --steps 12ep --batch 128 " +
    "--optimizer sgd --lr 0.1 --init kaiming-normal --validation 0 --arms ticket,reinit --seed 1";
  expect(spec("imp", command)).toMatchObject({
    optimizer: { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 },
    levels: 18,
    outputCutFactor: 0,
    steps: "12ep",
    evaluateEvery: "1ep",
    validation: 0,
    arms: ["ticket", "reinit"],
  });
});

describe("defaults depend on", () => {
  test("the model", () => expect(spec("imp", "--model mlp-20").outputCutFactor).toBe(1));
  test("the optimizer", () => {
    expect(spec("imp", "--optimizer sgd").lr).toBe(0.1);
    expect(spec("imp", "--optimizer adamw").optimizer).toMatchObject({ name: "adamw", weightDecay: 0.01 });
  });
});

describe("presets", () => {
  test.each(Object.keys(PRESETS))("%s is a complete specification", (name) => {
    expect(readStudy(name, "study")).toBe(name);
    expect(spec(name)).toMatchObject(PRESETS[name]!.options);
  });
  test("may be overridden", () => {
    expect(spec("smoke", "--replicates 5 --optimizer sgd")).toMatchObject({
      replicates: 5,
      lr: 0.1,
      data: "synthetic",
    });
  });
  test("with arms that make their own options idle", () => {
    expect(spec("smoke", "--arms dense").arms).toEqual(["dense"]);
  });
});

describe("refused, naming the option", () => {
  test.each([
    ["--momentum 0.9", "--momentum: does nothing without --optimizer sgd, got 0.9"],
    ["--optimizer sgd --nesterov", "--nesterov: does nothing without --optimizer sgd with --momentum, got true"],
    ["--milestones 100it", "--milestones: does nothing without --schedule step"],
    ["--schedule cosine --lr-factor 0.5", "--lr-factor: does nothing without --schedule step, got 0.5"],
    ["--schedule step", "--milestones: schedule step needs them"],
    ["--arms dense --levels 3", "--levels: does nothing without an arm other than dense, got 3"],
    ["--cut 1", '--cut: must be a number between 0 and 1, such as 0.2, got "1"'],
    ["--arms tickets", "--arms: must be one of ticket, reinit, random, shuffle, dense"],
  ])("%s", (command, message) => {
    expect(() => spec("imp", command)).toThrow(message);
    expect(() => spec("imp", command)).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test("an unknown study", () => {
    expect(() => readStudy("imq", "study")).toThrow(
      'study: must be one of imp, oneshot, lenet-mnist, smoke, got "imq"',
    );
  });
});

test("a step schedule is complete", () => {
  const { schedule } = spec("imp", "--schedule step --milestones 20000it,25000it");
  expect(schedule).toEqual({ name: "step", milestones: ["20000it", "25000it"], factor: 0.1 });
});
