/** The lowest scores of GEM-MINER frozen, and the mask that scores stand for. */
import { fail } from "../base/errors.ts";
import { exp, log } from "../base/exact.ts";
import type { Model } from "../model/model.ts";
import type { Mask, Weights } from "../model/network.ts";
import { keptOf } from "../train/edge-popup.ts";
import { GEM, type GemMiner, isGem } from "../train/gem-miner.ts";
import { clearLowest } from "./select.ts";

/** Between which iterations scores are trained. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The iteration of the last freezing: a period before the end where training is a multiple of it, so that scores settle. */
export function lastFreezing({ every }: Pick<GemMiner, "every">, { from, to }: Span): number {
  return from + every * (Math.ceil((to - from) / every) - 1);
}

/** Throws `usage` where no score would be frozen before the end of training, or the period is no whole number from 1. */
export function checkFreezings(rule: Pick<GemMiner, "every">, { from, to }: Span, where = "gem-miner"): void {
  if (Number.isInteger(rule.every) && rule.every >= 1 && lastFreezing(rule, { from, to }) > from) return;
  fail("usage", where, {
    rule: `must freeze scores every so many iterations, at least once between iteration ${from} and the end of training, ${to}`,
    got: rule.every,
    remedy: "Freeze more often, or train longer",
  });
}

/**
 * The values of a training in which the scores that count are so many as iteration `step` leaves of all weights together:
 * their number falls exponentially to the fraction `kept` at the last freezing. A weight whose score is frozen is 0 from then
 * on, so that no gradient reaches it; the score and its momentum are 0 too. Doing it again changes nothing.
 */
export function frozenAt(
  { parameters }: Model,
  values: Weights,
  { step, ...span }: Span & GemMiner & { readonly step: number },
): Weights {
  const layers = parameters
    .filter(({ prunable }) => prunable)
    .map(({ name }) => {
      const [weights, scores] = [values.get(name)!, values.get(name + GEM)!];
      return { name, weights, scores, bits: Uint8Array.from(weights, (weight) => Number(weight !== 0)) };
    });
  const count = (of: (layer: (typeof layers)[number]) => number) => layers.reduce((sum, layer) => sum + of(layer), 0);
  const all = count(({ bits }) => bits.length);
  const alive = count(({ bits }) => bits.reduce((sum, bit) => sum + bit, 0));
  const share = (step - span.from) / (lastFreezing(span, span) - span.from);
  const left = keptOf(all, share < 1 ? exp(share * log(span.kept)) : span.kept);
  clearLowest(layers, Math.max(0, alive - left));
  const frozen = layers.flatMap(({ name, bits }) =>
    [name, name + GEM, `${name}${GEM}/m`].flatMap((each) => {
      const own = values.get(each);
      return own ? [[each, own.map((value, i) => (bits[i] ? value : 0))] as const] : [];
    }),
  );
  return new Map([...values, ...frozen]);
}

/** The mask of the weights that are there. */
export function gemMask({ parameters }: Model, values: Weights): Mask {
  const bitsOf = (name: string) => {
    const weights = values.get(name)!;
    return Uint8Array.from(values.get(name + GEM)!, (score, i) => Number(isGem(score) && weights[i] !== 0));
  };
  return new Map(parameters.flatMap(({ name, prunable }) => (prunable ? [[name, bitsOf(name)] as const] : [])));
}
