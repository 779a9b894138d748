/** The tables of a report, as HTML; wide ones scroll in a box of their own. */

import { intervalText } from "../../figure/draw/caption.ts";
import { grouped, twoDecimals } from "../../figure/draw/text.ts";
import { panelsOf } from "../../figure/spread.ts";
import { table } from "../../figure/tables.ts";
import type { Measure } from "../../task/task.ts";
import { digits, gapDigits, gapUnit, inBrackets } from "../../task/words.ts";
import { differencesOf } from "./differences.ts";
import { type LayerSummary, summariseLayers } from "./layer-data.ts";
import type { RowDetail } from "./row.ts";
import { armsOf, finalValue, levelsOf, type Summary, summarise } from "./statistics.ts";

/** The measure at the end of training and the early-stop iteration: mean, interval, range and n per panel, arm and level. */
export function summaryTable(rows: readonly RowDetail[], measure: Measure): string {
  const all = summarise(rows, finalValue(measure));
  const values = [
    ...all.filter((summary) => summary.arm === "dense"),
    ...all.filter((summary) => summary.arm !== "dense"),
  ];
  const stops = summarise(rows, (row) => row.earlyStop?.step ?? null);
  const panels = panelsOf(rows)[0] === undefined ? [] : ["Panel"];
  const places = [...panels, "Arm", "Level", "Weights remaining (%)"];
  const header = [...places, `Mean${inBrackets(measure)}`, "95 % interval", "Min", "Max", "SD", "n", "Diverged"];
  const body = values.map((summary) => {
    const { mean, min, max, sd, n } = summary;
    const place = [
      ...(panels.length > 0 ? [summary.panel!] : []),
      summary.arm,
      String(summary.level),
      twoDecimals(summary.weightsRemaining),
    ];
    const [first, ...rest] = [mean, min, max, sd].map((value) => digits(measure, value));
    const numbers = [first!, intervalOf(summary, measure) || "–", ...rest];
    return [
      ...place,
      ...numbers,
      String(n),
      String(summary.diverged),
      ...(stops.length > 0 ? [stopOf(summary, stops)] : []),
    ];
  });
  return table([...header, ...(stops.length > 0 ? ["Early-stop iteration"] : [])], body);
}

function intervalOf(summary: Summary, measure: Measure): string {
  return intervalText(summary, (end) => digits(measure, end));
}

/**
 * Tickets minus the dense network and every other arm, paired by replicate: mean, interval, n and each replicate's value,
 * a row per panel, level and arm. Nothing where there are no tickets.
 */
export function differenceTable(rows: readonly RowDetail[], measure: Measure): string {
  const differences = differencesOf(rows, measure);
  if (differences.length === 0) return "";
  const named = panelsOf(rows)[0] !== undefined;
  const largest = Math.max(...rows.map(finalValue(measure)).filter(Number.isFinite).map(Math.abs));
  const text = (value: number) => (Number.isFinite(value) ? gapDigits(measure, value, largest) : "–");
  const body = differences.map(({ panel, arm, level, weightsRemaining, values, ...spread }) => [
    ...(named ? [panel!] : []),
    ...[String(level), twoDecimals(weightsRemaining), arm, text(spread.mean)],
    ...[intervalText(spread, text) || "–", String(spread.n), values.map(({ value }) => text(value)).join("; ")],
  ]);
  const places = [...(named ? ["Panel"] : []), "Level", "Weights remaining (%)", "Ticket minus"];
  const unit = gapUnit(measure).trim();
  return table([...places, `Mean${unit && ` (${unit})`}`, "95 % interval", "n", "By replicate"], body);
}

/** The measure at the end of training, mean and interval: a row per level and panel, a column per arm. */
export function panelTable(rows: readonly RowDetail[], measure: Measure): string {
  const all = summarise(rows, finalValue(measure));
  const arms = armsOf(all);
  const cell = (summary: Summary) => {
    const interval = intervalOf(summary, measure);
    return `${digits(measure, summary.mean)}${interval && ` (${interval})`}`;
  };
  const body = levelsOf(all).flatMap((level) =>
    panelsOf(all).map((panel) => {
      const own = all.filter((summary) => summary.level === level && summary.panel === panel);
      const cells = arms.map((arm) => own.filter((summary) => summary.arm === arm).map(cell)[0] ?? "–");
      return [String(level), twoDecimals(own[0]!.weightsRemaining), panel ?? "", ...cells];
    }),
  );
  return table(["Level", "Weights remaining (%)", "Panel", ...arms.map((arm) => `${arm}${inBrackets(measure)}`)], body);
}

function stopOf({ panel, arm, level }: Summary, stops: readonly Summary[]): string {
  const stop = stops.find((each) => each.panel === panel && each.arm === arm && each.level === level);
  return stop === undefined ? "–" : grouped(stop.mean);
}

/** Mean density (%) of every layer of the ticket's masks, a row per level. */
export function layerTable(rows: readonly RowDetail[]): string {
  const summaries = summariseLayers(rows);
  const names = [...new Set(summaries.map((summary) => summary.layer))];
  const body = levelsOf(summaries).map((level) => {
    const own = summaries.filter((summary) => summary.level === level);
    return [String(level), twoDecimals(own[0]!.weightsRemaining), ...names.map((layer) => densityOf(layer, own))];
  });
  return table(["Level", "All layers (%)", ...names.map((layer) => `${layer} (%)`)], body);
}

function densityOf(layer: string, summaries: readonly LayerSummary[]): string {
  return twoDecimals(summaries.find((summary) => summary.layer === layer)!.mean);
}
