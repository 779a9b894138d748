/** Every rule of a network and of a model on a data set, with the whole message of each. */
import { describe, expect, test } from "vitest";
import { checkFits, checkNetwork } from "./check.ts";
import { initialise } from "./initialise.ts";
import { mlp } from "./mlp.ts";
import type { Mask } from "./network.ts";
import { parseModel } from "./registry.ts";

const thrown = (code: "data" | "usage", message: string) => expect.objectContaining({ code, message });

describe("a model must fit its data set", () => {
  const images = { name: "digits", shape: [1, 2, 3], target: { kind: "classes", count: 10 }, outputs: 10 } as const;
  const numbers = { name: "prices", shape: [6], target: { kind: "numbers", names: ["a", "b"] }, outputs: 2 } as const;
  const model = (input: readonly number[], outputs: number) => mlp({ name: "small", input, hidden: [4], outputs });

  test("and does where inputs and outputs are its own", () => {
    checkFits(model([1, 2, 3], 10), images);
    checkFits(model([6], 2), numbers);
  });

  test.each([
    [model([1, 3, 2], 10), images, "[1, 2, 3], as digits has them", "[1, 3, 2]"],
    [model([6], 10), images, "[1, 2, 3], as digits has them", "[6]"],
    [model([1, 2, 3], 2), numbers, "[6], as prices has them", "[1, 2, 3]"],
  ])("by its inputs: %#", (model, dataset, rule, got) => {
    const message = `model small: must read inputs of ${rule}, got "${got}". Fit the model to ${dataset.name}`;
    expect(() => checkFits(model, dataset)).toThrow(thrown("usage", message));
  });

  test.each([
    [model([1, 2, 3], 9), images, "10 outputs, one for each of the classes of digits", 9],
    [model([6], 1), numbers, "2 outputs, one for each of the numbers of prices", 1],
  ])("by its outputs: %#", (model, dataset, rule, got) => {
    const message = `model small: must have ${rule}, got ${got}. Fit the model to ${dataset.name}`;
    expect(() => checkFits(model, dataset)).toThrow(thrown("usage", message));
  });
});

describe("a network", () => {
  const model = parseModel("resnet-8-2", { shape: [3, 8, 8], outputs: 10 });
  const weights = initialise(model, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 });
  const sizeOf = (name: string) => weights.get(name)!.length;

  const withValues = (name: string, values: Float32Array) => ({
    weights: new Map(weights).set(name, values),
    mask: null,
  });
  /** One entry of a parameter replaced. */
  const withEntry = (name: string, at: number, value: number) => {
    return withValues(
      name,
      weights.get(name)!.map((other, i) => (i === at ? value : other)),
    );
  };
  const masked = (name: string, bits: Uint8Array) => ({ weights, mask: new Map([[name, bits]]) as Mask });
  const refuse = (network: Parameters<typeof checkNetwork>[1], message: string) =>
    expect(() => checkNetwork(model, network, "a")).toThrow(thrown("data", message));

  test("of its model passes, dense and pruned, and so do values beside the model's own", () => {
    checkNetwork(model, { weights, mask: null }, "a");
    checkNetwork(model, masked("conv.weight", new Uint8Array(sizeOf("conv.weight"))), "a");
    checkNetwork(model, withValues("beside", Float32Array.of(Number.NaN)), "a");
    checkNetwork(model, withEntry("bn.running_var", 1, 0), "a");
    checkNetwork(model, withEntry("bn.running_mean", 1, -5), "a");
  });

  test("must have every parameter, in its length", () => {
    const missing = new Map(weights);
    missing.delete("bn.bias");
    refuse(
      { weights: missing, mask: null },
      'a: network must be of the model resnet-8-2, whose bn.bias has 2 entries, got "none"',
    );
    refuse(
      withValues("bn.bias", new Float32Array(3)),
      "a: network must be of the model resnet-8-2, whose bn.bias has 2 entries, got 3",
    );
  });

  test.each([
    ["conv.weight", 7, Number.NaN, "NaN"],
    ["bn.bias", 1, Number.POSITIVE_INFINITY, "Infinity"],
    ["bn.running_mean", 0, Number.NEGATIVE_INFINITY, "-Infinity"],
  ])("must be finite: %s", (name, at, value, got) => {
    const remedy = "Use a network that did not diverge";
    refuse(withEntry(name, at, value), `a: ${name}, entry ${at}: values must be finite, got ${got}. ${remedy}`);
  });

  test.each([
    [-0.5, "-0.5"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("must have running variances of 0 or more: %d", (value, got) => {
    const rule = "running variances must be finite and 0 or more";
    const remedy = "Use a network that did not diverge";
    refuse(withEntry("bn.running_var", 1, value), `a: bn.running_var, entry 1: ${rule}, got ${got}. ${remedy}`);
  });

  test("must have masks of weights that may be pruned", () => {
    for (const name of ["bn.bias", "bn.weight", "bn.running_var", "other.weight"]) {
      refuse(masked(name, new Uint8Array(2)), `a: mask of ${name}: must be of a weight that may be pruned`);
    }
  });

  test("must have masks of the size of their weights, and of 0 and 1", () => {
    const size = sizeOf("conv.weight");
    refuse(
      masked("conv.weight", new Uint8Array(size - 1)),
      `a: mask of conv.weight: must have ${size} entries, as the weight has, got ${size - 1}`,
    );
    const bits = new Uint8Array(size).fill(1);
    bits[5] = 2;
    refuse(masked("conv.weight", bits), "a: mask of conv.weight, entry 5: must be 0 or 1, got 2");
  });

  test("is told by the place where it was given", () => {
    expect(() => checkNetwork(model, withEntry("bn.bias", 0, Number.NaN), "align: b")).toThrow(
      "align: b: bn.bias, entry 0: values must be finite, got NaN",
    );
  });
});
