/**
 * Training traces from PyTorch are reproduced by every engine: those in traces/, made by make_golden.py, and those of the
 * folder that TOMBOLA_GOLDEN names, as far as Tombola has their models.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/base/safetensors.ts";
import { isTrained, type Weights } from "../../src/model/network.ts";
import { ENGINES, eachEngine } from "../engines.ts";
import { type Results, readTrace, replay, type Trace } from "./trace.ts";

/** Of losses as such, of weights, running statistics and logits in units of the largest of their tensor. */
const TOLERANCE = 1e-4;

/** Relative: losses by step, all trained parameters together, all running statistics together; logits as above. */
interface Spread {
  readonly losses: readonly number[];
  readonly trained: number;
  readonly running: number;
  readonly logits: number;
}

/**
 * Traces that rounding decides (make_golden.py says why): how far PyTorch strays from itself when the weights that it
 * starts from change in their last bit, as spread.py printed. At rate 0.1 that is every digit but three after four steps.
 */
const SPREADS: Readonly<Record<string, Spread>> = {
  "resnet20-sgd": { losses: [9.8e-8, 5.7e-6, 5e-4, 3.4e-3], trained: 1.4e-2, running: 1.1e-3, logits: 1.4e-2 },
  "resnet20-masked": { losses: [1.1e-7, 1.4e-5, 1.5e-4, 1.7e-3], trained: 6e-3, running: 2.6e-4, logits: 3.9e-3 },
  // One weight whose gradient is near Adam's epsilon moves by any part of the rate.
  "conv2-adam": { losses: [0, 1e-7, 0], trained: 7.4e-7, running: 0, logits: 1e-6 },
  "vgg-sgd": { losses: [1e-7, 0, 1e-7, 4e-7], trained: 1.6e-5, running: 1e-7, logits: 3.2e-5 },
};

/** Twice a spread, and no less than other orders of summation come to. */
const within = (spread: number) => Math.max(2 * spread, 1e-5);

/** Traces of recurrent networks and transformers, which have tests of their own (sequences.test.ts). */
const OF_SEQUENCES = /^(lstm|bert)-/;

const own = fileURLToPath(new URL("traces", import.meta.url));
const given = process.env.TOMBOLA_GOLDEN;

for (const file of tracesIn(own)) suite(file, readTrace(readFileSync(join(own, file)), file));

describe.runIf(given)("TOMBOLA_GOLDEN", () => {
  for (const file of given ? tracesIn(given) : [])
    if (!OF_SEQUENCES.test(file) && isTraining(file)) suite(file, readTrace(readFileSync(join(given!, file)), file));
});

/** Whether a file is a training of a network as it is: it has the weights at the start and the logits at the end. */
function isTraining(file: string): boolean {
  const { tensors } = decodeSafetensors(readFileSync(join(given!, file)), file);
  return tensors.has("logits") && [...tensors.keys()].some((name) => name.startsWith("init/"));
}

function tracesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
}

function suite(file: string, trace: Trace): void {
  const spread = SPREADS[file.replace(".safetensors", "")];
  const check = (results: Results) => (spread ? checkSpread(trace, results, spread) : checkEach(trace, results));
  describe(file, () =>
    eachEngine(ENGINES, (engine) =>
      test("is reproduced", { timeout: 300_000 }, () => {
        const results = replay(engine, trace);
        checkPruned(trace, results);
        check(results);
      }),
    ),
  );
}

function checkPruned({ mask }: Trace, { weights }: Results): void {
  for (const [name, bits] of mask) {
    const pruned = weights.get(name)!.filter((_, index) => !bits[index]);
    expect(
      pruned.every((value) => Object.is(value, 0)),
      `${name}: pruned weights are +0`,
    ).toBe(true);
  }
}

function checkEach({ expected }: Trace, { losses, weights, logits }: Results): void {
  losses.forEach((loss, step) => {
    expect(Math.abs(loss - expected.losses[step]!), `loss ${step}`).toBeLessThan(TOLERANCE);
  });
  for (const [name, values] of weights)
    expect(worst(values, expected.weights.get(name)!), name).toBeLessThan(TOLERANCE);
  expect(worst(logits, expected.logits), "logits").toBeLessThan(TOLERANCE);
}

function checkSpread({ model, expected }: Trace, { losses, weights, logits }: Results, spread: Spread): void {
  losses.forEach((loss, step) => {
    const error = Math.abs(loss / expected.losses[step]! - 1);
    expect(error, `loss ${step}`).toBeLessThan(within(spread.losses[step]!));
  });
  for (const kind of ["trained", "running"] as const) {
    const names = model.parameters.filter((each) => isTrained(each) === (kind === "trained")).map(({ name }) => name);
    if (names.length > 0) expect(distance(weights, expected.weights, names), kind).toBeLessThan(within(spread[kind]));
  }
  expect(worst(logits, expected.logits), "logits").toBeLessThan(within(spread.logits));
}

/** The distance of the named tensors together, in units of their length. */
function distance(got: Weights, want: Weights, names: readonly string[]): number {
  const squares = (value: (name: string, index: number) => number) =>
    names.reduce((sum, name) => sum + want.get(name)!.reduce((part, _, i) => part + value(name, i) ** 2, 0), 0);
  const difference = squares((name, i) => got.get(name)![i]! - want.get(name)![i]!);
  return Math.sqrt(difference / squares((name, i) => want.get(name)![i]!));
}

/** The largest difference, in units of the largest magnitude. */
function worst(got: Float32Array, want: Float32Array): number {
  const scale = want.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return got.reduce((top, value, i) => Math.max(top, Math.abs(value - want[i]!)), 0) / scale;
}
