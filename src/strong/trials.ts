/**
 * How often a construction fails: 1,000 random networks for one small target, each with the width that its theorem asks for.
 *
 * A trial is one network, since delta is for all weights of a network, whose rows share candidates. It fails where a weight
 * is further than epsilon from its target, or an output further than the bound that follows, on any of many points of the ball.
 */
import { checkInteger, checkOneOf, requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { type Proportion, proportion } from "../statistics/proportion.ts";
import {
  CONSTRUCTIONS,
  type CompiledNetwork,
  type CompileOptions,
  type Construction,
  compileTarget,
  unitsFor,
} from "./compile.ts";
import { distanceOf, lengthOf } from "./numbers.ts";
import { forwardOf, sparseOf } from "./sparse.ts";
import { errorBound, type TargetLayer, weightsOf } from "./target.ts";

/** What is tried. */
export interface TrialsOptions {
  /** Whose it is. */
  readonly construction: Construction;
  /** Inputs, hidden widths, outputs. */
  readonly sizes: readonly number[];
  /** The distance at most between each weight and its target, above 0. */
  readonly epsilon: number;
  /** The probability with which a network may fail. */
  readonly delta: number;
  /** Random networks drawn, from 1. */
  readonly trials: number;
  /** Whether inputs may be negative, so that both halves of a gadget serve. */
  readonly signed: boolean;
  /** 32 bits, from 0. */
  readonly seed: number;
}

/** What came of it. */
export interface TrialsResult {
  readonly units: number;
  /** Networks that failed, with the exact 95 % interval of their share. */
  readonly failures: Proportion;
  /** Over all trials. */
  readonly maxWeightError: number;
  /** The largest L2 distance between outputs, and the largest that it may be. */
  readonly endToEndError: number;
  readonly errorBound: number;
  readonly randomParameters: number;
  readonly candidates: number;
  /** The mean share of the candidates that are kept. */
  readonly keptFraction: number;
}

/** Points of the ball at which outputs are compared, beside the ends of the axes. */
const POINTS = 64;

/** Draws a target: weights uniform, every matrix of Frobenius norm 1, biases (of Burkholz) within 1 / 2. */
export function randomTarget(
  sizes: readonly number[],
  { seed, biases }: { seed: number; biases: boolean },
): TargetLayer[] {
  return sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index]!;
    const random = randomStream({ seed, stream: "noise", replicate: 0, step: 0, item: index });
    const raw = Float64Array.from({ length: outputs * inputs }, () => 2 * random.uniform() - 1);
    const norm = lengthOf(raw);
    const bias = biases ? Float32Array.from({ length: outputs }, () => random.uniform() - 0.5) : null;
    return { outputs, inputs, weights: Float32Array.from(raw, (value) => value / norm), bias };
  });
}

/** Units and, of Burkholz, copies with which all weights of a target are met with probability 1 - delta. */
export function widthFor(
  target: readonly TargetLayer[],
  { construction, epsilon, delta, signed }: Pick<TrialsOptions, "construction" | "epsilon" | "delta" | "signed">,
): Pick<CompileOptions, "units" | "copies"> {
  const sides = signed ? 2 : 1;
  const weights = weightsOf(target);
  const units = unitsFor(construction, { epsilon, delta, weights, sides });
  if (construction !== "burkholz") return { units };
  // Copies are all candidates, and not half of them as units are; every copy of a neuron has weights that may be missed.
  const copies = Math.ceil(units / 2);
  return { units: unitsFor(construction, { epsilon, delta, weights: weights * copies, sides }), copies };
}

/**
 * Tries a construction.
 * @throws code `usage` naming the field for an option that is missing, a construction of another name, fewer than two sizes
 *   or one trial, a `delta` outside (0, 1), and what {@link compileTarget} refuses
 */
export function runTrials(options: TrialsOptions): TrialsResult {
  checkTrials(options);
  const { construction, sizes, epsilon, trials, signed, seed } = options;
  const target = randomTarget(sizes, { seed, biases: construction === "burkholz" });
  const width = widthFor(target, options);
  const points = ballPoints(sizes[0]!, { seed, signed });
  let [failed, maxWeightError, endToEndError, kept, most] = [0, 0, 0, 0, 0];
  let network: CompiledNetwork | undefined;
  for (let trial = 0; trial < trials; trial++) {
    network = compileTarget(target, {
      construction,
      epsilon,
      bound: 1,
      signed,
      ...width,
      draw: { seed, replicate: trial },
    });
    const weightError = Math.max(...network.errors.map(({ max }) => max));
    const error = farthest(target, network, points);
    const bound = errorBound(target, { epsilon, ...network });
    if (weightError > epsilon || error > bound) failed++;
    most = Math.max(most, bound);
    maxWeightError = Math.max(maxWeightError, weightError);
    endToEndError = Math.max(endToEndError, error);
    kept += network.kept / network.candidates / trials;
  }
  const { randomParameters, candidates } = network!;
  const failures = proportion(failed, trials);
  const { units } = width;
  return {
    units,
    failures,
    maxWeightError,
    endToEndError,
    errorBound: most,
    randomParameters,
    candidates,
    keptFraction: kept,
  };
}

function checkTrials(options: TrialsOptions): void {
  requireFields("runTrials", options, ["construction", "sizes", "epsilon", "delta", "trials", "signed", "seed"]);
  const { construction, sizes, epsilon, delta, trials } = options;
  checkOneOf("construction", construction, CONSTRUCTIONS);
  checkInteger("sizes.length", sizes.length, { min: 2, remedy: "Write inputs, hidden widths and outputs" });
  for (const [index, size] of sizes.entries()) checkInteger(`sizes[${index}]`, size, { min: 1 });
  checkInteger("trials", trials, { min: 1 });
  if (!(epsilon > 0)) fail("usage", "epsilon", { rule: "must be above 0", got: epsilon });
  if (!(delta > 0 && delta < 1)) fail("usage", "delta", { rule: "must lie between 0 and 1", got: delta });
}

/** The largest L2 distance between the outputs of a target and its construction on some inputs. */
export function farthest(
  target: readonly TargetLayer[],
  { layers }: Pick<CompiledNetwork, "layers">,
  points: readonly Float64Array[],
): number {
  const [exact, compiled] = [forwardOf(target.map((layer) => sparseOf(layer.weights, layer))), forwardOf(layers)];
  return points.reduce((most, x) => Math.max(most, distanceOf(exact(x), compiled(x))), 0);
}

/** Points of the unit ball: ends of the axes, and random directions at full length; without negative entries unless `signed`. */
export function ballPoints(inputs: number, { seed, signed }: { seed: number; signed: boolean }): Float64Array[] {
  const random = randomStream({ seed, stream: "noise", replicate: 0, step: 1, item: 0 });
  const axes = Array.from({ length: inputs }, (_, i) =>
    Float64Array.from({ length: inputs }, (__, j) => (i === j ? 1 : 0)),
  );
  const directions = Array.from({ length: POINTS }, () => {
    const raw = Float64Array.from({ length: inputs }, () => (signed ? random.normal() : Math.abs(random.normal())));
    const length = lengthOf(raw);
    return raw.map((value) => value / length);
  });
  return [...axes, ...(signed ? axes.map((axis) => axis.map((value) => -value)) : []), ...directions];
}
