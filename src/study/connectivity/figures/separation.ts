/** How far apart copies end, and in how different directions they went, against the iteration at which they part. */

import { cutNote } from "../../../figure/band.ts";
import { sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster, stack } from "../../../figure/draw/draw.ts";
import type { Figure } from "../../../figure/figure.ts";
import type { PairData, PairRow } from "../pair.ts";
import { measured, pairRecords, stepsOf, summarisePairs } from "../statistics.ts";
import { armsNote, divergedPairs, spreadNote } from "./caption.ts";
import { armLines, domainFromZero, drawStepLines } from "./step-lines.ts";

const name = "separation";
const title = "How far copies part";

/** L2 distance between copies and the angle (degrees) between their updates against k for every arm. */
export function separation({ title: subtitle, band, pairs }: Omit<PairData, "measure">): Figure {
  const distance = summarisePairs(pairs, distanceOf);
  const angle = summarisePairs(pairs, angleOf);
  const domains = [domainFromZero(armLines(distance), 0.01), domainFromZero(armLines(angle), 90)] as const;
  const drawing = stack([
    drawStepLines(armLines(distance), {
      yLabel: "L2 distance between the copies",
      domain: domains[0],
      band,
      height: 270,
      named: false,
    }),
    drawStepLines(armLines(angle), {
      yLabel: "Angle between their updates (degrees)",
      domain: domains[1],
      band,
      rule: { y: 90, dash: "7 5" },
      steps: stepsOf(pairs),
      height: 310,
    }),
  ]);
  const caption = sentences(
    "An update is the way in weight space from the weights that both copies share at iteration k to a copy's last ones.",
    "At 90 degrees (dashed) two updates have nothing in common; copies that part later have less time to diverge.",
    armsNote(pairs),
    spreadNote(distance, { band }),
    cutNote(distance, { band, domain: domains[0] }) || cutNote(angle, { band, domain: domains[1] }),
    divergedPairs(pairs, (pair) => Number.isNaN(distanceOf(pair))),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const words = ["L2 distance", "angle (degrees)"] as const;
  const summaries = [...measured(words[0], distance), ...measured(words[1], angle)];
  const values = [
    ...measured(words[0], pairRecords(pairs, distanceOf)),
    ...measured(words[1], pairRecords(pairs, angleOf)),
  ];
  return { name, title, caption, svg, drawing, ...csvOf(summaries, values) };
}

/** L2 distance between the two copies. */
export function distanceOf({ separation: { distance } }: PairRow): number {
  return Number.isFinite(distance) ? distance : Number.NaN;
}

/** Degrees between their updates; null where one of them is nothing, as at the end of training. */
export function angleOf({ separation: { angle } }: PairRow): number | null {
  return Number.isFinite(angle) ? angle : null;
}
