import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adam, sgd } from "./fixtures/tasks.ts";
import {
  controlValues,
  optimizerIssue,
  optimizerNames,
  optimizerOf,
  registerOptimizer,
  slotNames,
  withoutDecay,
} from "./optimizer.ts";

test("SGD keeps a momentum only where it has one, Adam always two moments", () => {
  expect(slotNames({ ...sgd, momentum: 0 })).toEqual([]);
  expect(slotNames(sgd)).toEqual(["m"]);
  expect(slotNames(adam)).toEqual(["m", "v"]);
  expect(slotNames({ ...adam, name: "adamw" })).toEqual(["m", "v"]);
});

describe("control values", () => {
  const rate = fc.double({ min: 1e-6, max: 1, noNaN: true });
  const beta = fc.double({ min: 0, max: 0.9999, noNaN: true });

  test("are the rate alone for SGD", () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 1e6 }), (rate, updates) => {
        expect(controlValues(sgd, rate, updates)).toEqual([rate, rate, 1]);
      }),
    );
  });

  test("correct Adam's moments of a constant gradient to that gradient", () => {
    fc.assert(
      fc.property(rate, beta, beta, fc.integer({ min: 1, max: 50 }), (rate, beta1, beta2, updates) => {
        const [plain, corrected, root] = controlValues({ ...adam, beta1, beta2 }, rate, updates);
        // The running means of a gradient that is 1 at every update.
        let [m, v] = [0, 0];
        for (let t = 0; t < updates; t++) [m, v] = [beta1 * m + 1 - beta1, beta2 * v + 1 - beta2];
        expect(plain).toBe(rate);
        expect((corrected * m) / rate).toBeCloseTo(1, 9);
        expect(root * Math.sqrt(v)).toBeCloseTo(1, 9);
      }),
    );
  });

  test("approach no correction", () => {
    expect(controlValues(adam, 0.5, 1e6)).toEqual([0.5, 0.5, 1]);
  });
});

describe("options", () => {
  test("by default keep their own rules", () => {
    for (const name of optimizerNames()) expect(optimizerIssue(optimizerOf(name))).toBeNull();
  });

  test.each([
    [undefined, { path: ["name"], message: "must be one of sgd, sgdw, sgdp, adam, adamw" }],
    [{ name: "lbfgs" }, { path: ["name"], message: "must be one of sgd, sgdw, sgdp, adam, adamw" }],
    [
      { ...sgd, momentum: 1.5 },
      { path: ["momentum"], message: "must be a number from 0 to 1" },
    ],
    [
      { ...sgd, nesterov: 1 },
      { path: ["nesterov"], message: "must be true or false" },
    ],
    [
      { ...adam, beta1: 1 },
      { path: ["beta1"], message: "must be a number from 0 to below 1" },
    ],
    [
      { ...adam, epsilon: Number.NaN },
      { path: ["epsilon"], message: "must be a number above 0" },
    ],
    [
      { ...adam, weightDecay: undefined },
      { path: ["weightDecay"], message: "must be a number of 0 or above" },
    ],
    [
      { ...adam, momentum: 0.9 },
      {
        path: ["momentum"],
        message: "is no field; there are name, beta1, beta2, epsilon, weightDecay, groups, clipNorm",
      },
    ],
  ])("%j break a rule", (options, issue) => {
    expect(optimizerIssue(options)).toEqual(issue);
  });

  test("of one that is brought are those that it says it has", () => {
    const name = registerOptimizer(
      "drift",
      { rate: 1, defaults: { pull: 2, hard: false }, update: (_, [w]) => w! },
      "1",
    );
    const options = optimizerOf("drift", { pull: 3 });
    expect(options).toEqual({ name, weightDecay: 0, pull: 3, hard: false });
    expect(optimizerIssue(options)).toBeNull();
    const [number, flag] = ["must be a number that is finite", "must be true or false"];
    expect(optimizerIssue({ ...options, pull: "3" })).toEqual({ path: ["pull"], message: number });
    expect(optimizerIssue({ ...options, hard: 1 })).toEqual({ path: ["hard"], message: flag });
    expect(optimizerIssue({ ...options, momentum: 0 })).toMatchObject({ path: ["momentum"] });
    expect(optimizerIssue({ ...options, name: "drift@2" })).toMatchObject({ path: ["name"] });
  });

  test("are given as far as the optimizer has them", () => {
    const given = { momentum: 0.9, weightDecay: 0.1, steps: "3it", nesterov: undefined };
    expect(optimizerOf("sgd", given)).toEqual({ name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0.1 });
    expect(optimizerOf("adam", given)).toEqual({ ...adam, weightDecay: 0.1 });
  });

  test("without decay have none in a group either", () => {
    expect(withoutDecay(sgd)).toEqual({ ...sgd, weightDecay: 0 });
    const groups = [{ names: ["a"], weightDecay: 0.1 }];
    expect(withoutDecay({ ...sgd, groups }).groups).toEqual([{ names: ["a"], weightDecay: 0 }]);
  });
});
