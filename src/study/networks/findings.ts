/** What a study found, in sentences computed from its rows. */

import { capital, grouped, shortPercent, tie } from "../../figure/draw/text.ts";
import { describe, panelsOf, type Spread } from "../../figure/spread.ts";
import type { Measure } from "../../task/task.ts";
import { digits, gapOf, isBetter, told } from "../../task/words.ts";
import type { Arm, Row } from "./row.ts";
import { denseRows, diverged, finalValue, type Summary, summarise } from "./statistics.ts";

/** Arms whose density is not that of their level. */
const PENALISED: readonly Arm[] = ["variational", "l0"];

/** What the lead of tickets is told over. */
const isRival = (arm: Arm) => !["ticket", "dense", ...PENALISED].includes(arm);

/**
 * The main results, panel by panel: where tickets match the dense network, their best gain, and their lead over the
 * other arms near 20 %.
 */
export function findings(rows: readonly Row[], measure: Measure): string[] {
  return panelsOf(rows).flatMap((panel) => {
    const own = rows.filter((row) => row.panel === panel);
    const sentences = findingsOf(own, measure);
    return panel === undefined ? sentences : sentences.map((sentence) => `${capital(panel)}: ${sentence}`);
  });
}

function findingsOf(rows: readonly Row[], measure: Measure): string[] {
  const value = finalValue(measure);
  const dense = describe(denseRows(rows).map(value));
  const pruned = summarise(rows, value).filter((summary) => summary.level > 0 && summary.n > 0);
  const tickets = pruned.filter((summary) => summary.arm === "ticket");
  const against = { dense, measure };
  const losses = rows.filter(diverged).length;
  const sentences = [
    ...(dense.n > 0 ? [reached(against)] : []),
    ...(dense.n > 0 && tickets.length > 0 ? [matching(tickets, against), ...gain(tickets, against)] : []),
    ...(tickets.length > 0
      ? [...lead(pruned, nearest(tickets, 20), measure), ...earlier(rows, nearest(tickets, 20))]
      : []),
    ...(losses > 0 ? [`Diverged, and left out of these means: ${losses} of ${rows.length} runs.`] : []),
  ];
  return sentences.map(tie);
}

/** What tickets are held against. */
interface Against {
  readonly dense: Spread;
  readonly measure: Measure;
}

/** Fractions are told in points, more of which is better; of other measures it is said which way is better. */
const inPoints = ({ unit, direction }: Measure) => unit === "fraction" && direction === "up";

function reached({ dense, measure }: Against): string {
  const value = told(measure, dense.mean);
  if (inPoints(measure)) return `The dense network reaches ${value} test ${measure.title} (n = ${dense.n}).`;
  const better = measure.direction === "up" ? "higher" : "lower";
  return `The dense network reaches a test ${measure.title} of ${value} (n = ${dense.n}; ${better} is better).`;
}

function matching(tickets: readonly Summary[], { dense, measure }: Against): string {
  const matches = tickets.filter((ticket) => !isBetter(measure, dense.mean, ticket.mean));
  if (matches.length === 0) {
    const best = bestOf(tickets, measure);
    const gap = gapOf(measure, dense.mean, best.mean);
    const loss = inPoints(measure) ? `loses ${gap}` : `is ${gap} worse`;
    return `No ticket reaches the dense mean; the best keeps ${share(best)} and ${loss}.`;
  }
  const sparsest = nearest(matches, 0);
  return `The sparsest ticket that still matches the dense mean keeps ${share(sparsest)}: ${scored(sparsest, measure)}.`;
}

function gain(tickets: readonly Summary[], { dense, measure }: Against): string[] {
  const best = bestOf(tickets, measure);
  if (!isBetter(measure, best.mean, dense.mean)) return [];
  const gap = gapOf(measure, best.mean, dense.mean);
  const verb = measure.direction === "up" ? "raises" : "lowers";
  const size = inPoints(measure) ? `is ${gap}` : `${verb} the ${measure.title} by ${gap}`;
  return [`The largest gain ${size}, at ${share(best)}: ${scored(best, measure)}.`];
}

function lead(pruned: readonly Summary[], ticket: Summary, measure: Measure): string[] {
  const rivals = pruned.filter((summary) => summary.level === ticket.level && isRival(summary.arm));
  const gaps = rivals.map(({ arm, mean }) => `${gapTo(mean, ticket.mean, measure)} ${arm} (${told(measure, mean)})`);
  return gaps.length === 0
    ? []
    : [`At ${share(ticket)}, tickets (${told(measure, ticket.mean)}) are ${gaps.join(", ")}.`];
}

/** How a ticket stands to a rival: `0.90 points above`, `0.0123 price better than`. */
function gapTo(rival: number, ticket: number, measure: Measure): string {
  const gap = gapOf(measure, ticket, rival);
  if (inPoints(measure)) return `${gap} ${ticket < rival ? "below" : "above"}`;
  return Number.parseFloat(gap) === 0
    ? "as good as"
    : `${gap} ${isBetter(measure, ticket, rival) ? "better" : "worse"} than`;
}

function earlier(rows: readonly Row[], ticket: Summary): string[] {
  const own = rows.filter((row) => row.arm === "ticket" && row.level === ticket.level);
  const [sparse, dense] = [own, denseRows(rows)].map((group) =>
    describe(group.map((row) => row.earlyStop?.step ?? Number.NaN)),
  );
  if (sparse!.n === 0 || dense!.n === 0) return [];
  const steps = `iteration ${grouped(sparse!.mean)} on average, the dense network at ${grouped(dense!.mean)}`;
  return [`At ${share(ticket)}, tickets reach their smallest validation loss at ${steps}.`];
}

function bestOf(summaries: readonly Summary[], measure: Measure): Summary {
  return summaries.reduce((best, summary) => (isBetter(measure, summary.mean, best.mean) ? summary : best));
}

function nearest(summaries: readonly Summary[], percent: number): Summary {
  const distance = (summary: Summary) => Math.abs(summary.weightsRemaining - percent);
  return summaries.reduce((best, summary) => (distance(summary) < distance(best) ? summary : best));
}

function share(summary: Summary): string {
  return `${shortPercent(summary.weightsRemaining)} % of the weights`;
}

function scored({ mean, min, max, n }: Summary, measure: Measure): string {
  return `${told(measure, mean)} (${digits(measure, min)} to ${digits(measure, max)}, n = ${n})`;
}
