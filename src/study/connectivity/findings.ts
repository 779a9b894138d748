/** What a study of linear mode connectivity found, in sentences computed from its pairs. */

import { establishedNote, intervalText } from "../../figure/draw/caption.ts";
import { capital, grouped, shortPercent, tie } from "../../figure/draw/text.ts";
import { criterionNote, stableBelow } from "../../figure/path/points.ts";
import { describeReplicates, panelsOf } from "../../figure/spread.ts";
import { LEAST } from "../../statistics/verdict.ts";
import type { Measure } from "../../task/task.ts";
import { digits, gapDigits, gapUnit, unitOf } from "../../task/words.ts";
import { divergedPairs, shareOfTraining } from "./figures/caption.ts";
import { denseRange, type Gain, gainsOf, isMatching } from "./gains.ts";
import type { PairData, PairRow } from "./pair.ts";
import { firstStable, liiOf, pairArmsOf, stepsOf, summarisePairs, valuesOf } from "./statistics.ts";

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
  const several = summarisePairs(pairs, liiOf(measure)).some(({ n }) => n > 1);
  const notes = [several ? INTERVALS : "", criterionNote(measure), divergedPairs(pairs)];
  return [...arms.flatMap(stability), ...matching({ measure, pairs }), ...notes.filter((note) => note !== "")];
}

const INTERVALS = "n counts initialisations, pairs of each averaged first; in brackets are 95 % intervals of the mean.";

function stability({ measure, pairs }: Measured): string[] {
  const { arm, density } = pairs[0]!;
  const kept = arm === "dense" ? "" : ` (${shortPercent(100 * density)} % of the weights)`;
  const who = `${capital(arm)} networks${kept}`;
  const steps = stepsOf(pairs);
  const at = (k: number) => {
    const { text, n } = liiAt({ measure, pairs }, k);
    return `${who} that part at k = ${grouped(k)} have an LII of ${text}; n = ${n}.`;
  };
  if (stableBelow(measure) === null) return [...new Set([steps[0]!, steps.at(-1)!])].map(at);
  return [...(steps.includes(0) ? [at(0)] : []), `${who} ${stableFrom({ measure, pairs })}.`];
}

function stableFrom(measured: Measured): string {
  const { measure, pairs } = measured;
  const step = firstStable(pairs);
  const last = stepsOf(pairs).at(-1)!;
  const there = (k: number) => {
    const { text, n } = liiAt(measured, k);
    return { n, text: `LII ${text} there; ${establishedNote(n)}` };
  };
  if (step === null) return `are not stable at the last k tried, ${grouped(last)}: ${there(last).text}`;
  if (pairs.every(({ steps }) => steps <= step))
    return "are not stable before the end of training, after which none can part";
  const { n, text } = there(step);
  const are = n < LEAST ? `have a mean LII below ${stableBelow(measure)} %` : "are stable";
  return `${are} from k = ${shareOfTraining(step, pairs)} of training, on: ${text}`;
}

/** The mean LII at one k with its interval. */
function liiAt({ measure, pairs }: Measured, k: number): { readonly text: string; readonly n: number } {
  const own = pairs.filter(({ step }) => step === k);
  const { mean, n, ...ends } = describeReplicates(valuesOf(own, liiOf(measure)));
  const interval = intervalText(ends, (end) => digits(measure, end), " (");
  return { text: `${digits(measure, mean)}${unitOf(measure)}${interval && `${interval})`}`, n };
}

const OUTCOMES = ["matching and stable", "matching but not stable", "stable but not matching", "neither"] as const;
/** Of what has no criterion of stability. */
const MATCHES = ["matching", "not matching"] as const;

function matching({ measure, pairs }: Measured): string[] {
  const gains = gainsOf(pairs, measure).filter(({ arm, n }) => arm === "rewound" && n > 0);
  if (gains.length === 0) return [];
  const gaps = gains.map((gain) => `${gapText(gain, measure)} at k = ${grouped(gain.step)}`);
  const range = denseRange(gains, measure);
  const n = Math.min(...gains.map((gain) => gain.n));
  const told = `Rewound networks minus dense ones of the same k (${range}), paired by replicate: ${gaps.join(", ")}`;
  if (n < LEAST) return [`${told}. Whether they match: ${establishedNote(n)}.`];
  return [`${told}.`, `Rewound networks are ${outcomes(gains, { measure, pairs }).join("; ")}; ${establishedNote(n)}.`];
}

/** How far rewound networks are from dense ones, with its sign and its interval. */
function gapText(gain: Gain, measure: Measure): string {
  const text = (value: number) => gapDigits(measure, value, gain.dense.mean);
  const interval = intervalText(gain, text, " (");
  return `${text(gain.mean)}${gapUnit(measure)}${interval && `${interval})`}`;
}

/** At which k they are what. */
function outcomes(gains: readonly Gain[], { measure, pairs }: Measured): string[] {
  const limit = stableBelow(measure);
  const means = summarisePairs(pairs, liiOf(measure)).filter(({ arm }) => arm === "rewound");
  const outcome = (gain: Gain): string => {
    const matches = isMatching(gain, measure);
    if (limit === null) return matches ? MATCHES[0] : MATCHES[1];
    const isStable = means.find(({ step }) => step === gain.step)!.mean < limit;
    if (matches) return isStable ? OUTCOMES[0] : OUTCOMES[1];
    return isStable ? OUTCOMES[2] : OUTCOMES[3];
  };
  return [...OUTCOMES, ...MATCHES]
    .map((each) => [each, gains.filter((gain) => outcome(gain) === each)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([each, own]) => `${each} at k = ${own.map(({ step }) => grouped(step)).join(", ")}`);
}
