/** What a study found, in sentences computed from its rows. */

import { establishedNote, intervalText } from "../../figure/draw/caption.ts";
import { capital, grouped, shortPercent, tie } from "../../figure/draw/text.ts";
import { describe, meanOf, panelsOf, type ReplicateValue, type Spread } from "../../figure/spread.ts";
import { logRatios, type Ratio, ratio } from "../../statistics/ratio.ts";
import { LEAST } from "../../statistics/verdict.ts";
import type { Measure } from "../../task/task.ts";
import { digits, gapDigits, gapUnit, isBetter, told } from "../../task/words.ts";
import { type Difference, differencesOf, PENALISED } from "./differences.ts";
import type { Row } from "./row.ts";
import { denseRows, diverged, finalValue, type Summary, summarise, valuesOf } from "./statistics.ts";

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
  const gaps = differencesOf(rows, measure).filter(({ n }) => n > 0);
  const against = { dense, gaps, measure };
  const losses = rows.filter(diverged).length;
  const sentences = [
    ...(dense.n > 0 ? [reached(against)] : []),
    ...(dense.n > 0 && tickets.length > 0 ? [...matching(tickets, against), ...gain(tickets, against)] : []),
    ...(tickets.length > 0
      ? [...lead(pruned, nearest(tickets, 20), against), ...earlier(rows, nearest(tickets, 20))]
      : []),
    ...(gaps.some(({ n }) => n > 1) ? [PAIRED] : []),
    ...(losses > 0 ? [`Diverged, and left out of these means: ${losses} of ${rows.length} runs.`] : []),
  ];
  return sentences.map(tie);
}

const PAIRED = "Differences are paired by replicate; in brackets are 95 % intervals of the mean.";

/** What tickets are held against. */
interface Against {
  readonly dense: Spread;
  /** Tickets minus the dense network and the other arms. */
  readonly gaps: readonly Difference[];
  readonly measure: Measure;
}

/** Fractions are told in points, more of which is better; of other measures it is said which way is better. */
const inPoints = ({ unit, direction }: Measure) => unit === "fraction" && direction === "up";

function reached({ dense, measure }: Against): string {
  const value = told(measure, dense.mean);
  const interval = intervalText(dense, (end) => digits(measure, end));
  const n = `${interval && `${interval}, `}n = ${dense.n}`;
  if (inPoints(measure)) return `The dense network reaches ${value} test ${measure.title} (${n}).`;
  const better = measure.direction === "up" ? "higher" : "lower";
  return `The dense network reaches a test ${measure.title} of ${value} (${n}; ${better} is better).`;
}

function matching(tickets: readonly Summary[], against: Against): string[] {
  const { dense, measure } = against;
  const matches = tickets.filter((ticket) => !isBetter(measure, dense.mean, ticket.mean));
  const ticket = matches.length === 0 ? bestOf(tickets, measure) : nearest(matches, 0);
  const gap = gapAt(ticket, "dense", against);
  if (gap === undefined) return [];
  const size = gapText(gap, dense.mean, measure);
  if (matches.length === 0) {
    const loss = inPoints(measure) ? `loses ${size}` : `is ${size} worse`;
    return [
      `No ticket reaches the dense mean; the best keeps ${share(ticket)} and ${loss}; ${establishedNote(gap.n)}.`,
    ];
  }
  const who = gap.n < LEAST ? "whose mean is no worse than" : "that still matches";
  const place = `${scored(ticket, measure)}, ${gapTo(gap, dense.mean, measure)} it`;
  return [`The sparsest ticket ${who} the dense mean keeps ${share(ticket)}: ${place}; ${establishedNote(gap.n)}.`];
}

function gain(tickets: readonly Summary[], against: Against): string[] {
  const { dense, measure } = against;
  const best = bestOf(tickets, measure);
  const gap = gapAt(best, "dense", against);
  if (gap === undefined || !isBetter(measure, best.mean, dense.mean)) return [];
  const verb = measure.direction === "up" ? "raises" : "lowers";
  const size = gapText(gap, dense.mean, measure);
  const told = inPoints(measure) ? `is ${size}` : `${verb} the ${measure.title} by ${size}`;
  return [`The largest gain ${told}, at ${share(best)}: ${scored(best, measure)}; ${establishedNote(gap.n)}.`];
}

function lead(pruned: readonly Summary[], ticket: Summary, against: Against): string[] {
  const { measure } = against;
  const rivals = pruned.filter(({ level, arm }) => level === ticket.level && ![...PENALISED, "ticket"].includes(arm));
  const gaps = rivals.flatMap(({ arm, mean }) => {
    const gap = gapAt(ticket, arm, against);
    if (gap === undefined) return [];
    return [{ n: gap.n, text: `${gapTo(gap, mean, measure)} ${arm} (${told(measure, mean)})` }];
  });
  if (gaps.length === 0) return [];
  const all = gaps.map(({ text }) => text).join(", ");
  const note = establishedNote(Math.min(...gaps.map(({ n }) => n)));
  return [`At ${share(ticket)}, tickets (${told(measure, ticket.mean)}) are ${all}; ${note}.`];
}

/** Tickets of a level minus an arm; undefined where no replicate has both. */
function gapAt(ticket: Summary, arm: Difference["arm"], { gaps }: Against): Difference | undefined {
  return gaps.find((gap) => gap.level === ticket.level && gap.arm === arm);
}

/** How large a difference is, with its interval in the same direction: `0.90 points (0.52 to 1.28)`. */
function gapText({ mean, low, high }: Spread, base: number, measure: Measure): string {
  const [size, ends] = mean < 0 ? [-mean, { low: -high, high: -low }] : [mean, { low, high }];
  const text = (value: number) => gapDigits(measure, value, Math.max(Math.abs(base), Math.abs(base + mean)));
  const interval = intervalText(ends, text, " (");
  return `${text(size)}${gapUnit(measure)}${interval && `${interval})`}`;
}

/** How a ticket stands to a rival: `0.90 points above`, `0.0123 price better than`. */
function gapTo(gap: Spread, rival: number, measure: Measure): string {
  const text = gapText(gap, rival, measure);
  if (inPoints(measure)) return `${text} ${gap.mean < 0 ? "below" : "above"}`;
  return Number.parseFloat(text) === 0
    ? "as good as"
    : `${text} ${isBetter(measure, gap.mean, 0) ? "better" : "worse"} than`;
}

function earlier(rows: readonly Row[], ticket: Summary): string[] {
  const step = (row: Row) => row.earlyStop?.step ?? Number.NaN;
  const own = rows.filter((row) => row.arm === "ticket" && row.level === ticket.level);
  const [sparse, dense] = [own, denseRows(rows)].map((group) => valuesOf(group, step));
  const stops = stopRatio(sparse!, dense!);
  if (stops.n === 0) return [];
  const [at, denseAt] = [sparse!, dense!].map((all) => grouped(meanOf(all.map(({ value }) => value))));
  const steps = `iteration ${at} on average, the dense network at ${denseAt}`;
  const factor = (value: number) => value.toPrecision(2);
  const times = `${factor(stops.ratio)} times its iteration${intervalText(stops, factor, ", 95 % interval ")}`;
  return [
    `At ${share(ticket)}, tickets reach their smallest validation loss at ${steps}: ${times}; ${establishedNote(stops.n)}.`,
  ];
}

/** The ratio of two iterations, paired by replicate, as logarithms; replicates without one, or at 0, are left out. */
function stopRatio(over: readonly ReplicateValue[], under: readonly ReplicateValue[]): Ratio {
  const pairs = over.flatMap(({ replicate, value }) => {
    const other = under.find((each) => each.replicate === replicate)?.value ?? 0;
    return value > 0 && other > 0 ? [[value, other] as const] : [];
  });
  const [ours, theirs] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
  return ratio(logRatios(ours, theirs));
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

/** A mean with its interval. */
function scored(spread: Spread, measure: Measure): string {
  const interval = intervalText(spread, (end) => digits(measure, end), " (");
  return `${told(measure, spread.mean)}${interval && `${interval})`}`;
}
