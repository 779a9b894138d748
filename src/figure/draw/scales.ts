/** The axes that figures share: weights remaining on a falling log scale, and measures that leave small gains visible. */

import * as Plot from "@observablehq/plot";
import type { Measure } from "../../task/task.ts";
import { shortPercent } from "./text.ts";

/** Ends of the weights axis in %, largest first; never empty, as a log scale of one point has no width. */
export function weightsDomain(percents: readonly number[]): [number, number] {
  const high = Math.max(...percents);
  const low = Math.min(...percents);
  return [high, low < high ? low : high / 2];
}

/**
 * Every k-th of the levels' weights remaining in %, with the smallest k whose tick labels do not touch; on a linear axis the
 * levels whose labels do not touch the one before.
 * @param room how many labels fit side by side along the axis
 */
export function weightsTicks(percents: readonly number[], room: number, isLinear = false): number[] {
  const sorted = [...new Set(percents)].sort((a, b) => b - a);
  const [high, low] = weightsDomain(sorted);
  if (isLinear) {
    const apart = (high - low) / room;
    const ticks: number[] = [];
    for (const each of sorted) if (ticks.length === 0 || ticks.at(-1)! - each >= apart) ticks.push(each);
    return ticks;
  }
  const gap = Math.log(high / low) / room;
  for (let stride = 1; ; stride += 1) {
    const ticks = sorted.filter((_, index) => index % stride === 0);
    if (ticks.every((tick, index) => index === 0 || Math.log(ticks[index - 1]! / tick) >= gap)) return ticks;
  }
}

interface AtLevel {
  readonly level: number;
  readonly weightsRemaining: number;
}

/** How an axis of weights remaining is drawn: logarithmic, so that every level is as wide, or linear. */
export type WeightsAxis = "log" | "linear";

/** The x scale of a figure over weights remaining; its axis is {@link weightsAxis}. */
export function weightsScale(summaries: readonly AtLevel[], type: WeightsAxis = "log"): Plot.ScaleOptions {
  const domain = weightsDomain(summaries.map((summary) => summary.weightsRemaining));
  return { type, domain, axis: null, inset: 10 };
}

/** The x axis of a figure over weights remaining, with room for so many labels; the arms of one level share a tick. */
export function weightsAxis(summaries: readonly AtLevel[], room = 9, type: WeightsAxis = "log"): Plot.Markish {
  const first = new Map(summaries.toReversed().map((summary) => [summary.level, summary.weightsRemaining]));
  // As a mark with texts of its own, for the axis of a log scale drops the labels that it finds crowded.
  return Plot.axisX(weightsTicks([...first.values()], room, type === "linear"), {
    text: shortPercent,
    label: `Weights remaining (%${type === "log" ? ", log scale" : ""})`,
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 44,
  });
}

/**
 * Ends of an accuracy axis in %: all values, but not below six times the dense error, else one collapsed run
 * would flatten the differences that the figure is about.
 */
export function accuracyDomain(values: readonly number[], dense: number): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 100];
  const floor = Number.isFinite(dense) ? dense - 5 * Math.max(100 - dense, 0.2) : 0;
  const low = Math.max(floor, Math.min(...finite));
  const high = Math.max(low, ...finite);
  const margin = Math.max(0.04 * (high - low), 0.1);
  return [Math.max(0, low - margin), Math.min(100, high + margin)];
}

/** Ends of the axis of a measure as it is shown: {@link accuracyDomain} of fractions, else room for all values and the dense one. */
export function measureDomain(
  { unit, direction }: Pick<Measure, "unit" | "direction">,
  values: readonly number[],
  dense: number,
): [number, number] {
  if (unit === "fraction" && direction === "up") return accuracyDomain(values, dense);
  const finite = [...values, dense].filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const margin = Math.max(0.04 * (high - low), 0.01 * Math.max(Math.abs(low), Math.abs(high))) || 1;
  return [low < 0 ? low - margin : Math.max(0, low - margin), high + margin];
}

/** The y scale of a figure of values; very large and very small ones are written short, for the margin is narrow. */
export function valueScale(
  domain: readonly [number, number],
  tickFormat?: (value: number) => string,
): Plot.ScaleOptions {
  const largest = Math.max(...domain.map(Math.abs));
  const short = largest >= 1e5 ? "~s" : largest < 1e-3 ? "~e" : undefined;
  const format = tickFormat ?? short;
  return { domain: [...domain], grid: true, ticks: 6, label: null, ...(format && { tickFormat: format }) };
}
