/**
 * Attention inside random projections (arXiv 2511.04217): per head, the merged products W_Q W_K^T and W_V W_O of a target are
 * approximated by those of random matrices under masks. Nothing reads the factors alone, so no layer is added.
 *
 * As in Pensia et al. 2020, each of d inputs has a block of hidden dimensions, and one entry of a product is the subset sum of
 * the block's products u v; without a ReLU all of them serve. W_Q and W_K are uniform within n^(1/4) for a hidden width n,
 * so that products over sqrt(n), by which attention divides, are those of numbers uniform in [-1, 1), as W_V and W_O are.
 */
import { checkInteger } from "../base/checks.ts";
import { exp } from "../base/exact.ts";
import { randomStream } from "../base/random.ts";
import { lengthOf, median } from "./numbers.ts";
import { type Draw, lineOf, uniform } from "./random.ts";
import { createSubsetSolver, MOST } from "./subset-sum.ts";

/** A matrix `[size, size]` row-major. */
type Square = Float64Array;

/** The merged products of one head: scores are x A x^T, what is attended to is x B. */
export interface Head {
  readonly scores: Square;
  readonly values: Square;
}

/** The sizes of an attention layer, and how often it is approximated. */
export interface AttentionOptions {
  /** Width of the tokens. */
  readonly size: number;
  /** From 1. */
  readonly heads: number;
  /** Of a sequence, from 1. */
  readonly tokens: number;
  /** Hidden dimensions for each of the `size` inputs; the hidden width of a head is their product. */
  readonly units: number;
  /** Random networks for the one target. */
  readonly draws: number;
  /** 32 bits, from 0. */
  readonly seed: number;
}

/** Medians over random networks. */
export interface AttentionErrors {
  /** The largest distance of an entry of a merged product. */
  readonly productError: number;
  /** The largest distance of an entry of the output, over random sequences of tokens of length 1. */
  readonly outputError: number;
}

/** Sequences at which outputs are compared. */
const SEQUENCES = 8;

/**
 * Builds one target inside many random networks.
 * @throws code `usage` naming the field for an option that is missing or no whole number from 1, more than 44 units, and a
 *   seed out of range
 */
export function attentionErrors({ draws, ...options }: AttentionOptions): AttentionErrors {
  const { size, heads, tokens, units, seed } = options;
  for (const [where, count] of Object.entries({ size, heads, tokens, draws })) checkInteger(where, count, { min: 1 });
  checkInteger("units", units, { min: 1, max: MOST, remedy: "The subset sums of more would take gigabytes" });
  const target = Array.from({ length: heads }, (_, head) => randomHead(size, { seed, head }));
  const inputs = Array.from({ length: SEQUENCES }, (_, sequence) => randomTokens({ size, tokens, seed, sequence }));
  const outputs = inputs.map((x) => attend(x, target, size));
  const found = Array.from({ length: draws }, (_, replicate) => {
    const built = target.map(({ scores, values }, head) => ({
      scores: buildProduct(scores, { size, units, layer: 4 * head, draw: { seed, replicate } }),
      values: buildProduct(values, { size, units, layer: 4 * head + 2, draw: { seed, replicate } }),
    }));
    const products = target.map((head, h) =>
      Math.max(distance(head.scores, built[h]!.scores), distance(head.values, built[h]!.values)),
    );
    const ends = inputs.map((x, i) => distance(attend(x, built, size), outputs[i]!));
    return { product: Math.max(...products), output: Math.max(...ends) };
  });
  return {
    productError: median(found.map(({ product }) => product)),
    outputError: median(found.map(({ output }) => output)),
  };
}

/** A target's head: entries of both products uniform in [-1/2, 1/2). */
function randomHead(size: number, { seed, head }: { seed: number; head: number }): Head {
  const random = randomStream({ seed, stream: "noise", replicate: 0, step: 3, item: head });
  const draw = () => Float64Array.from({ length: size * size }, () => random.uniform() - 0.5);
  return { scores: draw(), values: draw() };
}

interface ProductOptions {
  readonly size: number;
  readonly units: number;
  /** The first of its two random matrices. */
  readonly layer: number;
  readonly draw: Draw;
}

/** The product of two random matrices under the masks that bring every entry nearest to the target's. */
export function buildProduct(target: Square, { size, units, layer, draw }: ProductOptions): Square {
  const solver = createSubsetSolver();
  const [first, second, products] = [new Uint32Array(units), new Uint32Array(units), new Float64Array(units)];
  const built = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    lineOf(draw, layer, row).fill(first, row * units);
    for (let column = 0; column < size; column++) {
      lineOf(draw, layer + 1, column).fill(second, row * units);
      for (let k = 0; k < units; k++) products[k] = uniform(first[k]!) * uniform(second[k]!);
      solver.load(products, units);
      built[row * size + column] = solver.nearest(target[row * size + column]!).sum;
    }
  }
  return built;
}

/** Tokens `[tokens][size]`, each of length 1. */
function randomTokens({
  size,
  tokens,
  seed,
  sequence,
}: Pick<AttentionOptions, "size" | "tokens" | "seed"> & { readonly sequence: number }): Float64Array {
  const random = randomStream({ seed, stream: "noise", replicate: 0, step: 4, item: sequence });
  const x = new Float64Array(tokens * size);
  for (let t = 0; t < tokens; t++) {
    const token = Float64Array.from({ length: size }, () => random.normal());
    const length = lengthOf(token);
    x.set(
      token.map((value) => value / length),
      t * size,
    );
  }
  return x;
}

/** Multi-head attention over tokens `[tokens][size]` by merged products, without normalisation layers. */
export function attend(x: Float64Array, heads: readonly Head[], size: number): Float64Array {
  const tokens = x.length / size;
  const out = new Float64Array(x.length);
  for (const { scores, values } of heads) {
    const [queries, attended] = [times(x, scores, size), times(x, values, size)];
    for (let t = 0; t < tokens; t++) {
      const row = Float64Array.from({ length: tokens }, (_, other) => {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += queries[t * size + i]! * x[other * size + i]!;
        return sum;
      });
      const top = Math.max(...row);
      const weights = row.map((score) => exp(score - top));
      const total = weights.reduce((a, b) => a + b, 0);
      for (let other = 0; other < tokens; other++) {
        for (let i = 0; i < size; i++) out[t * size + i]! += (weights[other]! / total) * attended[other * size + i]!;
      }
    }
  }
  return out;
}

function times(x: Float64Array, matrix: Square, size: number): Float64Array {
  return Float64Array.from(x, (_, at) => {
    const [row, column] = [at - (at % size), at % size];
    let sum = 0;
    for (let i = 0; i < size; i++) sum += x[row + i]! * matrix[i * size + column]!;
    return sum;
  });
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}
