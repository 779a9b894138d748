/** Figure 3 of the survey: LII against the iteration at which copies part, a line for each model. */

import { type Band, cutNote } from "../../../figure/band.ts";
import { sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { stableBelow } from "../../../figure/path/points.ts";
import { panelsOf } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { errorName, withUnit } from "../../../task/words.ts";
import type { PairData } from "../pair.ts";
import {
  firstStable,
  liiOf,
  measured,
  type PairSummary,
  pairRecords,
  summarisePairs,
  trainLiiOf,
} from "../statistics.ts";
import { divergedPairs, liiNote, shareOfTraining, spreadNote } from "./caption.ts";
import { drawStepLines, liiScale, ringOf, type StepLine } from "./step-lines.ts";

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

/** LII of test and train error against k for every model; absent without dense pairs. */
export function figure3({ title: subtitle, measure, band, pairs }: PairData): Figure | AbsentFigure {
  const dense = pairs.filter(({ arm }) => arm === "dense");
  if (dense.length === 0) return { name, absent: "there are no pairs of dense networks" };
  const test = summarisePairs(dense, liiOf(measure));
  const train = summarisePairs(dense, trainLiiOf(measure));
  const lines = linesOf({ measure, pairs: dense }, { test, train });
  const scale = liiScale(lines, measure);
  const caption = captionOf({ measure, pairs: dense }, { test, band, domain: scale.domain });
  const yLabel = withUnit(`LII of the ${errorName(measure)}`, measure);
  const drawing = drawStepLines(lines, { yLabel, band, ...scale });
  const svg = poster({ title, caption, subtitle }, drawing);
  const records = [...measured("test", test), ...measured("train", train)];
  const values = [
    ...measured("test", pairRecords(dense, liiOf(measure))),
    ...measured("train", pairRecords(dense, trainLiiOf(measure))),
  ];
  return { name, title, caption, svg, drawing, ...csvOf(records, values) };
}

type Measured = Pick<PairData, "measure" | "pairs">;

interface Measures {
  readonly test: readonly PairSummary[];
  readonly train: readonly PairSummary[];
}

function linesOf({ measure, pairs }: Measured, { test, train }: Measures): StepLine[] {
  return panelsOf(pairs).map((panel, i) => ({
    ...LOOKS[i % LOOKS.length]!,
    text: panel ?? "dense",
    points: test.filter((summary) => summary.panel === panel),
    faint: train.filter((summary) => summary.panel === panel),
    ring: ringOf(
      pairs.filter((pair) => pair.panel === panel),
      measure,
    ),
  }));
}

interface Drawn {
  readonly test: readonly PairSummary[];
  readonly band: Band;
  readonly domain: readonly [number, number];
}

function captionOf({ measure, pairs }: Measured, { test, band, domain }: Drawn): string {
  return sentences(
    "Each network was trained to iteration k once and from there several times with other SGD noise.",
    liiNote(measure),
    stableNote(pairs, measure),
    `Solid: test ${errorName(measure)}; thin and dashed: train ${errorName(measure)}.`,
    spreadNote(test, { band }),
    cutNote(test, { band, domain }),
    divergedPairs(pairs),
  );
}

function stableNote(pairs: PairData["pairs"], measure: Measure): string {
  if (stableBelow(measure) === null) return "";
  const stable = panelsOf(pairs).map((panel) => {
    const own = pairs.filter((pair) => pair.panel === panel);
    const step = firstStable(own);
    return `${panel ?? "dense"}: ${step === null ? "none" : shareOfTraining(step, own)}`;
  });
  return `Rings: the first k from which on the mean is stable, and its share of training (${stable.join("; ")}).`;
}
