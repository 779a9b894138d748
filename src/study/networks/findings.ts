/** What a study found, in sentences computed from its rows. */

import { capital, grouped, shortPercent, tie, twoDecimals } from "../../figure/draw/text.ts";
import { describe, panelsOf, type Spread } from "../../figure/spread.ts";
import type { Arm, Row } from "./row.ts";
import { denseRows, diverged, finalAccuracy, type Summary, summarise } from "./statistics.ts";

/** Arms whose density is not that of their level. */
const PENALISED: readonly Arm[] = ["variational", "l0"];

/** What the lead of tickets is told over. */
const isRival = (arm: Arm) => !["ticket", "dense", ...PENALISED].includes(arm);

/**
 * The main results, panel by panel: where tickets match the dense network, their best gain, and their lead over the
 * other arms near 20 %.
 */
export function findings(rows: readonly Row[]): string[] {
  return panelsOf(rows).flatMap((panel) => {
    const sentences = findingsOf(rows.filter((row) => row.panel === panel));
    return panel === undefined ? sentences : sentences.map((sentence) => `${capital(panel)}: ${sentence}`);
  });
}

function findingsOf(rows: readonly Row[]): string[] {
  const dense = describe(denseRows(rows).map(finalAccuracy));
  const pruned = summarise(rows, finalAccuracy).filter((summary) => summary.level > 0 && summary.n > 0);
  const tickets = pruned.filter((summary) => summary.arm === "ticket");
  const losses = rows.filter(diverged).length;
  const sentences = [
    ...(dense.n > 0 ? [`The dense network reaches ${twoDecimals(dense.mean)} % test accuracy (n = ${dense.n}).`] : []),
    ...(dense.n > 0 && tickets.length > 0 ? [matching(tickets, dense), ...gain(tickets, dense)] : []),
    ...(tickets.length > 0 ? [...lead(pruned, nearest(tickets, 20)), ...earlier(rows, nearest(tickets, 20))] : []),
    ...(losses > 0 ? [`Diverged, and left out of these means: ${losses} of ${rows.length} runs.`] : []),
  ];
  return sentences.map(tie);
}

function matching(tickets: readonly Summary[], dense: Spread): string {
  const matches = tickets.filter((ticket) => ticket.mean >= dense.mean);
  if (matches.length === 0) {
    const best = bestOf(tickets);
    const loss = twoDecimals(dense.mean - best.mean);
    return `No ticket reaches the dense mean; the best keeps ${share(best)} and loses ${loss} points.`;
  }
  const sparsest = nearest(matches, 0);
  return `The sparsest ticket that still matches the dense mean keeps ${share(sparsest)}: ${scored(sparsest)}.`;
}

function gain(tickets: readonly Summary[], dense: Spread): string[] {
  const best = bestOf(tickets);
  const points = best.mean - dense.mean;
  return points > 0 ? [`The largest gain is ${twoDecimals(points)} points, at ${share(best)}: ${scored(best)}.`] : [];
}

function lead(pruned: readonly Summary[], ticket: Summary): string[] {
  const rivals = pruned.filter((summary) => summary.level === ticket.level && isRival(summary.arm));
  const gaps = rivals.map(({ arm, mean }) => {
    const points = ticket.mean - mean;
    return `${twoDecimals(Math.abs(points))} points ${points < 0 ? "below" : "above"} ${arm} (${twoDecimals(mean)} %)`;
  });
  return gaps.length === 0
    ? []
    : [`At ${share(ticket)}, tickets (${twoDecimals(ticket.mean)} %) are ${gaps.join(", ")}.`];
}

function earlier(rows: readonly Row[], ticket: Summary): string[] {
  const own = rows.filter((row) => row.arm === "ticket" && row.level === ticket.level);
  const [sparse, dense] = [own, denseRows(rows)].map((group) =>
    describe(group.map((row) => row.earlyStopStep ?? Number.NaN)),
  );
  if (sparse!.n === 0 || dense!.n === 0) return [];
  const steps = `iteration ${grouped(sparse!.mean)} on average, the dense network at ${grouped(dense!.mean)}`;
  return [`At ${share(ticket)}, tickets reach their smallest validation loss at ${steps}.`];
}

function bestOf(summaries: readonly Summary[]): Summary {
  return summaries.reduce((best, summary) => (summary.mean > best.mean ? summary : best));
}

function nearest(summaries: readonly Summary[], percent: number): Summary {
  const distance = (summary: Summary) => Math.abs(summary.weightsRemaining - percent);
  return summaries.reduce((best, summary) => (distance(summary) < distance(best) ? summary : best));
}

function share(summary: Summary): string {
  return `${shortPercent(summary.weightsRemaining)} % of the weights`;
}

function scored(summary: Summary): string {
  return `${twoDecimals(summary.mean)} % (${twoDecimals(summary.min)} to ${twoDecimals(summary.max)}, n = ${summary.n})`;
}
