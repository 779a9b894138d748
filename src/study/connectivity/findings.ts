/** What a study of linear mode connectivity found, in sentences computed from its pairs. */

import { capital, grouped, shortPercent, tie, twoDecimals } from "../../figure/draw/text.ts";
import { STABLE } from "../../figure/path/points.ts";
import { describe, panelsOf } from "../../figure/spread.ts";
import { divergedPairs, shareOfTraining } from "./figures/caption.ts";
import { accuracyGains, denseAccuracy, isMatching } from "./figures/matching.ts";
import type { PairRow } from "./pair.ts";
import { firstStable, instabilityPercent, pairArmsOf, stepsOf, summarisePairs } from "./statistics.ts";

/**
 * The main results, network by network: the LII of copies that part at once, the first stable k of every arm, and at
 * which k rewound networks match the dense one.
 */
export function pairFindings(pairs: readonly PairRow[]): string[] {
  return panelsOf(pairs).flatMap((panel) => {
    const sentences = findingsOf(pairs.filter((pair) => pair.panel === panel)).map(tie);
    return panel === undefined ? sentences : sentences.map((sentence) => `${panel}: ${sentence}`);
  });
}

function findingsOf(pairs: readonly PairRow[]): string[] {
  const lost = divergedPairs(pairs);
  const arms = pairArmsOf(pairs).map((arm) => pairs.filter((pair) => pair.arm === arm));
  return [...arms.flatMap(stability), ...matching(pairs), ...(lost === "" ? [] : [lost])];
}

function stability(pairs: readonly PairRow[]): string[] {
  const { arm, density } = pairs[0]!;
  const kept = arm === "dense" ? "" : ` (${shortPercent(100 * density)} % of the weights)`;
  const who = `${capital(arm)} networks${kept}`;
  const start = stepsOf(pairs).includes(0) ? [`${who} that part at k = 0 have an LII of ${lii(pairs, 0)}.`] : [];
  return [...start, `${who} are ${stableFrom(pairs)}.`];
}

function stableFrom(pairs: readonly PairRow[]): string {
  const step = firstStable(pairs);
  const last = stepsOf(pairs).at(-1)!;
  if (step === null) return `not stable at the last k tried, ${grouped(last)}: LII ${lii(pairs, last)} there`;
  if (pairs.every(({ steps }) => steps <= step))
    return "not stable before the end of training, after which none can part";
  return `stable from k = ${shareOfTraining(step, pairs)} of training, on: LII ${lii(pairs, step)} there`;
}

function lii(pairs: readonly PairRow[], k: number): string {
  const { mean, sd, n } = describe(pairs.filter(({ step }) => step === k).map(instabilityPercent));
  return `${twoDecimals(mean)} % (${Number.isFinite(sd) ? `± ${twoDecimals(sd)}, ` : ""}n = ${n})`;
}

const OUTCOMES = ["matching and stable", "matching but not stable", "stable but not matching", "neither"] as const;

function matching(pairs: readonly PairRow[]): string[] {
  const dense = denseAccuracy(pairs);
  const gains = accuracyGains(pairs).filter(({ arm }) => arm === "rewound");
  if (dense.n === 0 || gains.length === 0) return [];
  const means = summarisePairs(pairs, instabilityPercent).filter(({ arm }) => arm === "rewound");
  const outcome = (gain: (typeof gains)[number]): (typeof OUTCOMES)[number] => {
    const isStable = means.find(({ step }) => step === gain.step)!.mean < 100 * STABLE;
    if (isMatching(gain, dense)) return isStable ? OUTCOMES[0] : OUTCOMES[1];
    return isStable ? OUTCOMES[2] : OUTCOMES[3];
  };
  const parts = OUTCOMES.map((each) => [each, gains.filter((gain) => outcome(gain) === each)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([each, own]) => `${each} at k = ${own.map(({ step }) => grouped(step)).join(", ")}`);
  return [`Rewound networks, against ${twoDecimals(dense.mean)} % of the dense ones, are ${parts.join("; ")}.`];
}
