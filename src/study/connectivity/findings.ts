/** What a study of linear mode connectivity found, in sentences computed from its pairs. */

import { capital, grouped, shortPercent, tie } from "../../figure/draw/text.ts";
import { criterionNote, stableBelow } from "../../figure/path/points.ts";
import { describe, panelsOf } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import { divergedPairs, shareOfTraining } from "./figures/caption.ts";
import { denseEnds, gainsOf, isMatching } from "./figures/matching.ts";
import type { PairData, PairRow } from "./pair.ts";
import { firstStable, liiOf, pairArmsOf, stepsOf, summarisePairs } from "./statistics.ts";

/**
 * The main results, network by network: the LII of copies that part at once, the first stable k of every arm, and at
 * which k rewound networks match the dense one. Of what is no error rate, LII at the last k in place of stability.
 */
export function pairFindings(pairs: readonly PairRow[], measure: Measure): string[] {
  return panelsOf(pairs).flatMap((panel) => {
    const sentences = findingsOf({ measure, pairs: pairs.filter((pair) => pair.panel === panel) }).map(tie);
    return panel === undefined ? sentences : sentences.map((sentence) => `${panel}: ${sentence}`);
  });
}

type Measured = Pick<PairData, "measure" | "pairs">;

function findingsOf({ measure, pairs }: Measured): string[] {
  const arms = pairArmsOf(pairs).map((arm) => ({ measure, pairs: pairs.filter((pair) => pair.arm === arm) }));
  const notes = [pairs.length > 0 ? criterionNote(measure) : "", divergedPairs(pairs)];
  return [...arms.flatMap(stability), ...matching({ measure, pairs }), ...notes.filter((note) => note !== "")];
}

function stability({ measure, pairs }: Measured): string[] {
  const { arm, density } = pairs[0]!;
  const kept = arm === "dense" ? "" : ` (${shortPercent(100 * density)} % of the weights)`;
  const who = `${capital(arm)} networks${kept}`;
  const steps = stepsOf(pairs);
  const at = (k: number) => `${who} that part at k = ${grouped(k)} have an LII of ${lii({ measure, pairs }, k)}.`;
  if (stableBelow(measure) === null) return [...new Set([steps[0]!, steps.at(-1)!])].map(at);
  return [...(steps.includes(0) ? [at(0)] : []), `${who} are ${stableFrom({ measure, pairs })}.`];
}

function stableFrom({ measure, pairs }: Measured): string {
  const step = firstStable(pairs);
  const last = stepsOf(pairs).at(-1)!;
  if (step === null)
    return `not stable at the last k tried, ${grouped(last)}: LII ${lii({ measure, pairs }, last)} there`;
  if (pairs.every(({ steps }) => steps <= step))
    return "not stable before the end of training, after which none can part";
  return `stable from k = ${shareOfTraining(step, pairs)} of training, on: LII ${lii({ measure, pairs }, step)} there`;
}

function lii({ measure, pairs }: Measured, k: number): string {
  const { mean, sd, n } = describe(pairs.filter(({ step }) => step === k).map(liiOf(measure)));
  const spread = Number.isFinite(sd) ? `± ${digits(measure, sd)}, ` : "";
  return `${digits(measure, mean)}${unitOf(measure)} (${spread}n = ${n})`;
}

const OUTCOMES = ["matching and stable", "matching but not stable", "stable but not matching", "neither"] as const;
/** Of what has no criterion of stability. */
const MATCHES = ["matching", "not matching"] as const;

function matching({ measure, pairs }: Measured): string[] {
  const dense = denseEnds(pairs, measure);
  const gains = gainsOf(pairs, measure).filter(({ arm }) => arm === "rewound");
  if (dense.n === 0 || gains.length === 0) return [];
  const limit = stableBelow(measure);
  const means = summarisePairs(pairs, liiOf(measure)).filter(({ arm }) => arm === "rewound");
  const outcome = (gain: (typeof gains)[number]): string => {
    const matches = isMatching(gain, dense, measure);
    if (limit === null) return matches ? MATCHES[0] : MATCHES[1];
    const isStable = means.find(({ step }) => step === gain.step)!.mean < limit;
    if (matches) return isStable ? OUTCOMES[0] : OUTCOMES[1];
    return isStable ? OUTCOMES[2] : OUTCOMES[3];
  };
  const parts = [...OUTCOMES, ...MATCHES]
    .map((each) => [each, gains.filter((gain) => outcome(gain) === each)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([each, own]) => `${each} at k = ${own.map(({ step }) => grouped(step)).join(", ")}`);
  const mean = `${digits(measure, dense.mean)}${unitOf(measure)}`;
  return [`Rewound networks, against ${mean} of the dense ones, are ${parts.join("; ")}.`];
}
