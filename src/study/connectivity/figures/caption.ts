/** Sentences that captions of pairs share: what n is, what is stable, and which pairs are missing from the means. */

import { BAND_WORDS, type Band } from "../../../figure/band.ts";
import { countsOf } from "../../../figure/draw/caption.ts";
import { capital, grouped } from "../../../figure/draw/text.ts";
import { criterionNote, stableBelow } from "../../../figure/path/points.ts";
import type { Spread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { errorName } from "../../../task/words.ts";
import type { PairArm, PairRow } from "../pair.ts";
import { isDiverged, pairArmsOf } from "../statistics.ts";

/** What LII is and where a network is stable, if that can be said. */
export function liiNote(measure: Measure): string {
  const lii = `LII: the highest ${errorName(measure)} on the straight path between two copies minus the mean of its two ends`;
  if (stableBelow(measure) === null) return `${lii}. ${criterionNote(measure)}`;
  return `${lii}; below the dotted line (2 %) the network is stable.`;
}

/** What rings are; nothing where there are none. */
export function ringsNote(measure: Measure): string {
  return stableBelow(measure) === null ? "" : "Rings: the first k from which on the mean is stable.";
}

/**
 * What lines and bands are, with n.
 * @param words `of`: what is averaged within an initialisation; `band`: what the bands show, nothing where there are none
 */
export function spreadNote(
  spreads: readonly Spread[],
  { of = "pairs", band }: { of?: "pairs" | "pairs and copies"; band?: Band },
): string {
  const { text, most } = countsOf(spreads);
  if (most === 0) return "";
  if (most === 1) return `Lines: mean over the ${of} of a single initialisation (n = 1), so differences may be chance.`;
  const ends = band === undefined ? "" : `; bands: ${BAND_WORDS[band]}`;
  return `Lines: mean (n = ${text})${ends}. n counts initialisations; ${of} of each averaged first.`;
}

/** What copies of every arm begin with at k. */
const MEANINGS: Readonly<Record<PairArm, string>> = {
  dense: "the whole network",
  rewound: "what iterative pruning with rewinding to k leaves of it",
  random: "as many weights of it in every layer, in random places",
  shuffle: "the mask of rewound, shuffled within every layer",
  reinit: "the mask of rewound on a network trained to k from another initialisation",
};

/** What every arm is. */
export function armsNote(pairs: readonly PairRow[]): string {
  return pairArmsOf(pairs)
    .map((arm) => `${capital(arm)}: ${MEANINGS[arm]}.`)
    .join(" ");
}

/**
 * How many pairs diverged, or nothing when none did.
 * @param isLost whether a pair has nothing of what is drawn; default no LII
 */
export function divergedPairs(pairs: readonly PairRow[], isLost: (pair: PairRow) => boolean = isDiverged): string {
  const lost = pairs.filter(isLost).length;
  return lost === 0 ? "" : `Diverged: ${lost} of ${pairs.length} pairs, left out of the means.`;
}

/** An iteration and its share of the training of these pairs. */
export function shareOfTraining(step: number, pairs: readonly PairRow[]): string {
  const steps = Math.max(...pairs.map((pair) => pair.steps));
  return `${grouped(step)}, ${Number(((100 * step) / steps).toPrecision(2))} %`;
}
