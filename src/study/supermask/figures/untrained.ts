/** What masked networks score without any training, against weights remaining: own first weights above, constants below. */
import * as Plot from "@observablehq/plot";
import { bandOf, bandPoints } from "../../../figure/band.ts";
import { replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../../figure/draw/draw.ts";
import { endNames, floor } from "../../../figure/draw/marks.ts";
import { measureDomain, valueScale, weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import type { Measure } from "../../../task/task.ts";
import { axisOf, isBetter, told } from "../../../task/words.ts";
import type { SupermaskData } from "../row.ts";
import { chosen, replicateRecords, type Summary, summarise, untrainedValue } from "../statistics.ts";

/** What weights are in a panel, in words. */
const PANELS = [
  { action: "rewind", words: "own first weights" },
  { action: "signed_constant", words: "sign times one constant a layer" },
] as const;

/** Lines of the best criteria and their colours, after Okabe and Ito; others are grey. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#b8578c"] as const;
const [RANDOM, OTHER] = ["#000000", "#b5b5b5"] as const;
const SYMBOLS = ["circle", "square", "triangle", "diamond"] as const;

/** The measure of the test set without training under one-shot masks, by criterion. */
export function untrained(data: SupermaskData): Figure | AbsentFigure {
  const { measure, rows, band } = data;
  const name = "untrained";
  const value = untrainedValue(measure);
  const all = summarise(rows, value);
  const panels = PANELS.filter(({ action }) => all.some((summary) => summary.action === action));
  if (panels.length === 0) return { name, absent: "no untrained network was scored" };
  const shown = all.filter((summary) => panels.some(({ action }) => action === summary.action));
  const values = shown.flatMap((summary) => [summary.mean, ...bandOf(summary, band)]);
  const domain = measure.unit === "fraction" ? ([0, 100] as const) : measureDomain(measure, values, Number.NaN);
  const drawing = stack(panels.map((panel) => drawPanel(shown, { ...panel, measure, domain, band, axis: shown })));
  const [best] = chosen(
    rows.filter(({ action }) => panels.some((panel) => panel.action === action)),
    measure,
  );
  const title = `Test ${measure.title} without any training`;
  const caption = sentences(
    "Masks are all made of the dense network at once. Each step to the right leaves fewer weights.",
    best
      ? `Best at the density chosen on the rows held out: ${best.arm}, ${told(measure, best.mean)} with ${best.weightsRemaining.toFixed(1)} % of the weights.`
      : "",
    `In colour: the ${COLORS.length} best criteria of each panel, and random masks; grey: all others.`,
    replicatesNote(shown, band),
  );
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(all, replicateRecords(rows, value)) };
}

interface PanelOptions extends Pick<SupermaskData, "band"> {
  readonly action: string;
  readonly words: string;
  readonly measure: Measure;
  readonly domain: readonly [number, number];
  /** Of all panels, which share an axis. */
  readonly axis: readonly Summary[];
}

function drawPanel(all: readonly Summary[], options: PanelOptions): string {
  const { action, words, measure, domain, axis } = options;
  const lines = linesOf(
    all.filter((summary) => summary.action === action),
    measure,
  );
  const named = lines.filter(({ color }) => color !== OTHER);
  return draw({
    yLabel: `${axisOf("Test", measure)}, ${words}`,
    height: 300,
    marginRight: 216,
    x: weightsScale(axis),
    y: valueScale(domain),
    marks: [
      ...lines.filter(({ color }) => color === OTHER).map((line) => lineMarks(line, options)),
      ...named.map((line) => lineMarks(line, options)),
      floor,
      weightsAxis(axis, 6),
      endNames(
        named.map(({ line, color }) => ({ text: line[0]!.criterion!, color, y: line.at(-1)!.mean })),
        { domain, log: false, share: 0.1 },
      ),
    ],
  });
}

interface Line {
  readonly line: readonly Summary[];
  readonly color: string;
  readonly symbol: (typeof SYMBOLS)[number] | "cross";
}

/** A line a criterion, those that reach most in colours of their own. */
function linesOf(own: readonly Summary[], measure: Measure): Line[] {
  const best = (line: readonly Summary[]) =>
    line.reduce((a, { mean }) => (isBetter(measure, mean, a) ? mean : a), line[0]!.mean);
  const criteria = [...new Set(own.map(({ criterion }) => criterion))];
  const lines = criteria.map((each) => own.filter(({ criterion }) => criterion === each));
  const order = lines
    .filter(([first]) => first!.criterion !== "random")
    .sort((a, b) => (isBetter(measure, best(a), best(b)) ? -1 : 1));
  return lines.map((line) => {
    if (line[0]!.criterion === "random") return { line, color: RANDOM, symbol: "cross" };
    const rank = order.indexOf(line);
    return { line, color: COLORS[rank] ?? OTHER, symbol: SYMBOLS[rank] ?? "circle" };
  });
}

function lineMarks({ line, color, symbol }: Line, { band, domain }: PanelOptions): Plot.Markish[] {
  const x = "weightsRemaining";
  const places = bandPoints(line, { band, x: (summary) => summary.weightsRemaining, domain, log: { x: true } });
  const isOther = color === OTHER;
  return [
    Plot.areaY(isOther ? [] : places, { x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.16 }),
    Plot.lineY(line, { x, y: "mean", stroke: color, strokeWidth: isOther ? 1 : 2.5 }),
    Plot.dot(isOther && line.length > 1 ? [] : line, { x, y: "mean", fill: color, symbol, r: isOther ? 2.5 : 4 }),
  ];
}
