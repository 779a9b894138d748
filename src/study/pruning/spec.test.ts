import { describe, expect, test } from "vitest";
import { tinySpec } from "../fixtures/studies.ts";
import { parsePruningSpec } from "../shared/spec.ts";

const spec = tinySpec();
const { optimizer } = spec;

test("a complete specification comes back as it is", () => {
  expect(parsePruningSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
});

test("every field must be there but the rows held out and the loss, which the data decide", () => {
  for (const field of Object.keys(spec).filter((name) => name !== "validation" && name !== "loss")) {
    const rest = Object.fromEntries(Object.entries(spec).filter(([name]) => name !== field));
    expect(() => parsePruningSpec(rest)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringMatching(`^${field}(\\.name)?: `) }),
    );
  }
});

describe("names the field, the rule and the value", () => {
  test.each([
    [{ levels: -1 }, "levels: Too small: expected number to be >=0, got -1"],
    [{ levels: 1.5 }, "levels: Invalid input: expected int, received number, got 1.5"],
    [{ batch: 0 }, "batch: Too small: expected number to be >=1, got 0"],
    [{ cut: 0 }, "cut: Too small: expected number to be >0, got 0"],
    [{ cut: 1 }, "cut: Too big: expected number to be <1, got 1"],
    [{ lr: Number.NaN }, "lr: Invalid input: expected number, received NaN, got NaN"],
    [{ outputCutFactor: 1.5 }, "outputCutFactor: Too big: expected number to be <=1, got 1.5"],
    [{ seed: 2 ** 32 }, "seed: Too big: expected number to be <=4294967295, got 4294967296"],
    [{ replicates: 65536 }, "replicates: Too big: expected number to be <=65535, got 65536"],
    [{ study: "imq" }, 'study: Invalid option: expected one of "imp"|"oneshot", got "imq"'],
    [{ rewind: "500" }, 'rewind: must be a step count such as 10ep, 500it, 2ep50it or 0, got "500"'],
    [{ steps: "1it2ep" }, 'steps: must be a step count such as 10ep, 500it, 2ep50it or 0, got "1it2ep"'],
    [{ arms: ["ticket", "ticket"] }, "arms: must name each arm once, got ticket,ticket"],
    [
      { arms: ["tickets"] },
      'arms.0: Invalid option: expected one of "ticket"|"rewound"|"oneshot"|"lr-rewind"|"finetune"|"reinit"|"scratch-b"|"random"|"shuffle"|"nested-random"|"dense", got "tickets"',
    ],
    [
      { arms: ["ticket", "finetune"] },
      "rewindTo: must say where the arms rewound, oneshot, lr-rewind, finetune go back to, got nothing",
    ],
    [{ trainSize: 0 }, "trainSize: Too small: expected number to be >=1, got 0"],
    [{ augment: { crop: 4 } }, "augment.flip: Invalid input: expected boolean, received undefined, got nothing"],
    [{ convCutFactor: 1.5 }, "convCutFactor: Too big: expected number to be <=1, got 1.5"],
    [{ optimizer: { ...optimizer, beta1: 1 } }, "optimizer.beta1: must be a number from 0 to below 1, got 1"],
    [
      { schedule: { name: "step", milestones: ["3"], factor: 0.1 } },
      'schedule.milestones.0: must be a step count such as 10ep, 500it, 2ep50it or 0, got "3"',
    ],
    [{ levles: 3 }, 'specification: Unrecognized key: "levles"'],
    [
      { optimizer: { ...optimizer, momentum: 0 } },
      "optimizer.momentum: is no field; there are name, beta1, beta2, epsilon, weightDecay, groups, clipNorm, got 0",
    ],
    [{ optimizer: undefined }, "optimizer.name: must be one of sgd, sgdw, sgdp, adam, adamw, got nothing"],
  ])("%o", (changes, message) => {
    expect(() => parsePruningSpec({ ...spec, ...changes })).toThrow(
      expect.objectContaining({ code: "usage", message }),
    );
  });

  test.each([null, 3, "imp"])("%j", (value) => {
    expect(() => parsePruningSpec(value)).toThrow(/^specification: Invalid input: expected object/);
  });
});
