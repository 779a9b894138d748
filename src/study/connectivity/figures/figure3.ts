/** Figure 3 of the survey: LII against the iteration at which copies part, a line for each model. */

import { sentences } from "../../../figure/draw/caption.ts";
import { toCsv } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { percent, STABLE } from "../../../figure/path/points.ts";
import { panelsOf } from "../../../figure/spread.ts";
import type { PairData } from "../pair.ts";
import { firstStable, instabilityPercent, measured, type PairSummary, summarisePairs } from "../statistics.ts";
import { divergedPairs, LII_NOTE, shareOfTraining, spreadNote } from "./caption.ts";
import { domainFromZero, drawStepLines, type StepLine } from "./step-lines.ts";

const name = "figure3";
const title = "Instability to SGD noise";

/** Looks of the models' lines in turn: colours of Okabe and Ito. */
const LOOKS = [
  { color: "#0072b2", symbol: "circle" },
  { color: "#d55e00", symbol: "square" },
  { color: "#009e73", symbol: "triangle" },
  { color: "#b8578c", symbol: "diamond" },
  { color: "#333333", symbol: "star" },
] as const;

/** LII (%) of test and train error against k for every model; absent without dense pairs. */
export function figure3({ title: subtitle, pairs }: PairData): Figure | AbsentFigure {
  const dense = pairs.filter(({ arm }) => arm === "dense");
  if (dense.length === 0) return { name, absent: "there are no pairs of dense networks" };
  const test = summarisePairs(dense, instabilityPercent);
  const train = summarisePairs(dense, ({ instability }) => percent(instability.trainError));
  const lines = linesOf({ title, pairs: dense }, { test, train });
  const caption = captionOf(dense, test);
  const options = { yLabel: "LII of the error (%)", domain: domainFromZero(lines, 100 * STABLE) };
  const drawing = drawStepLines(lines, { ...options, rule: { y: 100 * STABLE, dash: "2 5" } });
  const svg = poster({ title, caption, subtitle }, drawing);
  const records = [...measured("test", test), ...measured("train", train)];
  return { name, title, caption, svg, drawing, csv: toCsv(records) };
}

interface Measures {
  readonly test: readonly PairSummary[];
  readonly train: readonly PairSummary[];
}

function linesOf({ pairs }: PairData, { test, train }: Measures): StepLine[] {
  return panelsOf(pairs).map((panel, i) => ({
    ...LOOKS[i % LOOKS.length]!,
    text: panel ?? "dense",
    points: test.filter((summary) => summary.panel === panel),
    faint: train.filter((summary) => summary.panel === panel),
    ring: firstStable(pairs.filter((pair) => pair.panel === panel)),
  }));
}

function captionOf(pairs: PairData["pairs"], test: readonly PairSummary[]): string {
  const stable = panelsOf(pairs).map((panel) => {
    const own = pairs.filter((pair) => pair.panel === panel);
    const step = firstStable(own);
    return `${panel ?? "dense"}: ${step === null ? "none" : shareOfTraining(step, own)}`;
  });
  return sentences(
    "Each network was trained to iteration k once and from there several times with other SGD noise.",
    LII_NOTE,
    `Rings: the first k from which on the mean is stable, and its share of training (${stable.join("; ")}).`,
    "Solid: test error; thin and dashed: train error.",
    spreadNote(test, pairs, { bands: "one standard deviation" }),
    divergedPairs(pairs),
  );
}
