/** The axis of the iterations at which copies part: 0 first, then logarithmic. */

import * as Plot from "@observablehq/plot";
import { thousands } from "./text.ts";

/** Part of the logarithmic range that lies between 0 and the first iteration after it. */
const GAP = 0.15;

/** Where iterations stand on a log scale; 0 stands left of the first positive one. */
export function stepPlaces(steps: readonly number[]): (step: number) => number {
  const positive = steps.filter((step) => step > 0);
  if (positive.length === 0) return () => 1;
  const least = Math.min(...positive);
  const zero = least / Math.max(2, (Math.max(...positive) / least) ** GAP);
  return (step) => (step === 0 ? zero : step);
}

/** The iterations that get a label: the first, and each that is far enough from the label before it. */
export function stepTicks(steps: readonly number[], room: number): number[] {
  const place = stepPlaces(steps);
  const sorted = [...new Set(steps)].sort((a, b) => a - b);
  const gap = Math.log(place(sorted.at(-1)!) / place(sorted[0]!)) / room;
  const ticks: number[] = [];
  for (const step of sorted) {
    if (ticks.length === 0 || Math.log(place(step) / place(ticks.at(-1)!)) >= gap) ticks.push(step);
  }
  return ticks;
}

/** The x scale over iterations; its values are those of {@link stepPlaces}, its axis is {@link stepAxis}. */
export function stepScale(steps: readonly number[]): Plot.ScaleOptions {
  const places = steps.map(stepPlaces(steps));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return { type: "log", domain: low < high ? [low, high] : [low / 2, low * 2], axis: null, inset: 12 };
}

/** The x axis over iterations; without its name where another panel below has it. */
export function stepAxis(steps: readonly number[], { room = 10, named = true } = {}): Plot.Markish {
  const place = stepPlaces(steps);
  const ticks = stepTicks(steps, room);
  return Plot.axisX(ticks.map(place), {
    text: (_: number, i: number) => thousands(ticks[i]!),
    label: named ? "Iteration k at which the copies part (0, then log scale)" : null,
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 44,
  });
}
