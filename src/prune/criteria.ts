/**
 * Mask criteria: which weights are kept, by what they were before training and what they are after it (Zhou, Lan, Liu &
 * Yosinski 2019, section 2). Each is a score of the two values, the highest are kept, equal ones at random. A variant with a
 * sign gives 0 to every weight whose sign does not conform, which is last of `large_final`, but of `magnitude_increase`
 * comes before all weights that shrank, as it does in the authors' program.
 */
import { checkOneOf, requireFields } from "../base/checks.ts";
import { randomStream } from "../base/random.ts";
import type { Mask, Parameter, Weights } from "../model/network.ts";
import { twoSided } from "./criteria-two-sided.ts";
import type { MaskKey } from "./masks.ts";
import { type Cut, countKept, poolsOf, prune, type Scores } from "./prune.ts";

/** Scores of a layer by the values of its weights before and after training. */
type Score = (initial: Float32Array, trained: Float32Array, context: ScoreContext) => Float32Array;

/** What scores may need beside: random numbers of their own. */
interface ScoreContext {
  uniform(): number;
}

const each =
  (score: (initial: number, trained: number) => number): Score =>
  (initial, trained) =>
    Float32Array.from(initial, (value, i) => score(value, trained[i]!));

/** The scores of every criterion; float32 rounds each once. */
const SCORES = {
  large_final: each((_, trained) => Math.abs(trained)),
  small_final: each((_, trained) => -Math.abs(trained)),
  large_init: each((initial) => Math.abs(initial)),
  small_init: each((initial) => -Math.abs(initial)),
  large_init_large_final: twoSided((value) => Math.abs(value)),
  small_init_small_final: twoSided((value) => -Math.abs(value)),
  magnitude_increase: each((initial, trained) => Math.abs(trained) - Math.abs(initial)),
  movement: each((initial, trained) => Math.abs(trained - initial)),
  random: (initial: Float32Array, _: Float32Array, { uniform }: ScoreContext) =>
    Float32Array.from(initial, () => uniform()),
} as const satisfies Record<string, Score>;

/** The criteria by what they score. */
export const SCORED = Object.keys(SCORES) as (keyof typeof SCORES)[];

/** Whether a weight had and has one sign. */
const SIGNS = {
  same_sign: (initial: number, trained: number) => Math.sign(initial) === Math.sign(trained),
  diff_sign: (initial: number, trained: number) => Math.sign(initial) !== Math.sign(trained),
} as const;
type Sign = keyof typeof SIGNS;

/** Those that score nothing: all weights whose sign conforms are kept, however many they are. */
export const SIGN_ONLY = Object.keys(SIGNS) as Sign[];

export type Criterion = keyof typeof SCORES | `${keyof typeof SCORES}_${Sign}` | Sign;

/** All by name: what they score, that with the same or with another sign, and the sign alone. */
export const CRITERIA: readonly Criterion[] = [
  ...SCORED,
  ...SIGN_ONLY.flatMap((sign) => SCORED.map((name): Criterion => `${name}_${sign}`)),
  ...SIGN_ONLY,
];

/** What a criterion keeps of a mask. */
export interface CriterionOptions {
  /** One of `CRITERIA`. */
  readonly criterion: Criterion;
  /** How much a round removes, and where from. */
  readonly cut: Cut;
  /** Rounds to remove at once, as of `prune`; default 1. A sign alone has none. */
  readonly rounds?: number;
  /** Names the draw of what is random. */
  readonly key: MaskKey;
}

/** The values of all weights before and after training, and which of them are still there. */
export interface Trained {
  /** Before training. */
  readonly initial: Weights;
  /** After it. */
  readonly trained: Weights;
  /** Which are still there. */
  readonly mask: Mask;
}

/** Items of the `mask` stream; masks.ts and gradual.ts have those below. */
const ITEMS = { ties: 4 << 12, random: 5 << 12 } as const;

/**
 * The mask that a criterion leaves of another; its counts are those of {@link prune}, but for a sign alone.
 * @throws as {@link prune}; code `usage` for a criterion of another name, and for a key that is missing or out of range
 */
export function criterionMask(parameters: readonly Parameter[], values: Trained, options: CriterionOptions): Mask {
  requireFields("criterionMask", options, ["criterion", "cut", "key"]);
  const { criterion, cut, rounds = 1, key } = options;
  checkOneOf("criterion", criterion, CRITERIA);
  if (isSign(criterion)) return conforming(values, SIGNS[criterion]);
  const scores = scoresOf(parameters, values, options);
  const ties = (pool: number) => draw(key, ITEMS.ties + pool);
  return prune(parameters, values.mask, { scores, cut, rounds, ties });
}

/** Whether a criterion keeps however many weights have a sign. */
export function isSign(criterion: Criterion): criterion is Sign {
  return criterion in SIGNS;
}

function draw({ seed, replicate, draw: step }: MaskKey, item: number) {
  return randomStream({ seed, stream: "mask", replicate, step, item });
}

function conforming({ initial, trained, mask }: Trained, conforms: (typeof SIGNS)[Sign]): Mask {
  return new Map(
    [...mask].map(([name, bits]) => {
      const [first, last] = [initial.get(name)!, trained.get(name)!];
      return [name, bits.map((bit, i) => bit & Number(conforms(first[i]!, last[i]!)))];
    }),
  );
}

/**
 * The scores of the weights that are left, 0 elsewhere; weights that compete are scored together, for a percentile is of
 * all of them.
 */
export function scoresOf(
  parameters: readonly Parameter[],
  { initial, trained, mask }: Trained,
  { criterion, cut, key }: Pick<CriterionOptions, "criterion" | "cut" | "key">,
): Scores {
  const sign = SIGN_ONLY.find((each) => criterion.endsWith(`_${each}`));
  const name = (sign ? criterion.slice(0, -sign.length - 1) : criterion) as keyof typeof SCORES;
  const scores = new Map<string, Float32Array>();
  poolsOf(parameters, cut).forEach((pool, number) => {
    const left = pool.map((layer) => indicesOf(mask.get(layer.name)!));
    const valuesOf = (weights: Weights) => gathered(pool, left, weights);
    const [first, last] = [valuesOf(initial), valuesOf(trained)];
    const { uniform } = draw(key, ITEMS.random + number);
    const own = SCORES[name](first, last, { uniform });
    if (sign) for (let i = 0; i < own.length; i++) if (!SIGNS[sign](first[i]!, last[i]!)) own[i] = 0;
    let at = 0;
    pool.forEach((layer, i) => {
      const all = new Float32Array(mask.get(layer.name)!.length);
      for (const index of left[i]!) all[index] = own[at++]!;
      scores.set(layer.name, all);
    });
  });
  return scores;
}

function indicesOf(bits: Uint8Array): Int32Array {
  const indices = new Int32Array(countKept(bits));
  let at = 0;
  for (let i = 0; i < bits.length; i++) if (bits[i] === 1) indices[at++] = i;
  return indices;
}

function gathered(pool: readonly Parameter[], left: readonly Int32Array[], weights: Weights): Float32Array {
  const values = new Float32Array(left.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  pool.forEach(({ name }, i) => {
    const own = weights.get(name)!;
    for (const index of left[i]!) values[at++] = own[index]!;
  });
  return values;
}
