/**
 * Structured pruning: whole filters, those of the least L1 norm (Li et al. 2017), as Liu et al. 2018 take it.
 *
 * A filter is a row of a convolution's weight; its mask loses the row. What reads the channel that it made keeps its
 * weights: the channel is constant then, and pruning or training may let them go. In residual networks every convolution
 * may lose filters, where Li et al. spare those whose channels are added to others; a channel of the sum lives on by what
 * the other branch adds.
 */
import type { Mask, Parameter } from "../model/network.ts";
import type { Cut, Scores } from "./prune.ts";

/** Removes the filters of least L1 score from every convolution; all other layers stay. */
export function pruneFilters(
  parameters: readonly Parameter[],
  mask: Mask,
  { scores, cut, rounds }: { scores: Scores; cut: Pick<Cut, "cut" | "convCutFactor">; rounds: number },
): Mask {
  const convolutions = parameters.filter(({ prunable, shape }) => prunable && shape.length === 4);
  const share = cut.cut * (cut.convCutFactor ?? 1);
  const next = new Map(mask);
  for (const { name, shape } of convolutions)
    next.set(
      name,
      withoutLowest({ bits: mask.get(name)!, scores: scores.get(name)!, filters: shape[0]! }, { share, rounds }),
    );
  return next;
}

interface Layer {
  readonly bits: Uint8Array;
  readonly scores: Float32Array;
  readonly filters: number;
}

function withoutLowest(
  { bits, scores, filters }: Layer,
  { share, rounds }: { share: number; rounds: number },
): Uint8Array {
  const size = bits.length / filters;
  const rows = Array.from({ length: filters }, (_, filter) => filter);
  const left = rows.filter((filter) => bits.subarray(filter * size, (filter + 1) * size).includes(1));
  const norm = (filter: number) =>
    sum(scores.subarray(filter * size, (filter + 1) * size), bits.subarray(filter * size));
  const norms = new Map(left.map((filter) => [filter, norm(filter)]));
  // Array.prototype.sort is stable, so equal norms fall in order of index.
  const order = left.toSorted((a, b) => norms.get(a)! - norms.get(b)!);
  const next = bits.slice();
  for (const filter of order.slice(0, left.length - keptAfter(left.length, { share, rounds })))
    next.fill(0, filter * size, (filter + 1) * size);
  return next;
}

/** Filters left after so many rounds; the last one stays. */
function keptAfter(count: number, { share, rounds }: { share: number; rounds: number }): number {
  let kept = count;
  for (let round = 0; round < rounds; round++) kept -= Math.round(share * kept);
  return Math.max(1, kept);
}

/** The sum of the scores whose bit is set. */
function sum(scores: Float32Array, bits: Uint8Array): number {
  return scores.reduce((total, score, i) => (bits[i] === 1 ? total + score : total), 0);
}
