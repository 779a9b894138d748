/** What masked networks score without any training, against weights remaining: own first weights above, constants below. */
import * as Plot from "@observablehq/plot";
import { bandOf, bandPoints } from "../../../figure/band.ts";
import { replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../../figure/draw/draw.ts";
import { endNames, floor, pointText, series } from "../../../figure/draw/marks.ts";
import { measureDomain, valueScale, weightsAxis, weightsScale } from "../../../figure/draw/scales.ts";
import { shortPercent } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import type { Measure } from "../../../task/task.ts";
import { axisOf, isBetter, told } from "../../../task/words.ts";
import type { SupermaskData } from "../row.ts";
import { chosen, chosenText, replicateRecords, type Summary, summarise, untrainedValue } from "../statistics.ts";

/** What weights are in a panel, in words. */
const PANELS = [
  { action: "rewind", words: "own first weights" },
  { action: "signed_constant", words: "sign times one constant a layer" },
] as const;

/** Of names at the ends of lines, which are long: their size, and the width of a letter, in px. */
const [NAME_SIZE, NAME_LETTER] = [12, 8] as const;

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
  const named = bestOf(shown, measure);
  const drawing = stack(panels.map((panel) => drawPanel(shown, { ...panel, measure, domain, band, named: named })));
  const [best] = chosen(
    rows.filter(({ action }) => panels.some((panel) => panel.action === action)),
    measure,
  );
  const title = `Test ${measure.title} without any training`;
  const caption = sentences(
    "Masks are all made of the dense network at once. Each step to the right leaves fewer weights.",
    best
      ? `Best at the densities that replicates choose on the rows held out: ${best.arm}, ${told(measure, best.mean)} with ${chosenText(best)} of the weights.`
      : "",
    shown.some(({ criterion }) => criterion !== "random" && !named.includes(criterion!))
      ? `In colour: the criteria that reach most, ${named.length} of them, and random masks; grey: all others.`
      : "",
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
  /** The criteria with colours of their own. */
  readonly named: readonly string[];
}

/** Panels share the axis and the room for names. */
function drawPanel(all: readonly Summary[], options: PanelOptions): string {
  const { action, words, measure, domain, named } = options;
  const lines = linesOf(
    all.filter((summary) => summary.action === action),
    named,
  );
  const [grey, coloured] = [true, false].map((isGrey) => lines.filter(({ color }) => (color === OTHER) === isGrey));
  return draw({
    yLabel: `${axisOf("Test", measure)}, ${words}`,
    height: 300,
    marginRight: 16 + NAME_LETTER * Math.max(...[...named, "random"].map(({ length }) => length)),
    x: weightsScale(all),
    y: valueScale(domain),
    marks: [
      ...[...grey!, ...coloured!].map((line) => lineMarks(line, options)),
      floor,
      weightsAxis(all, 5),
      endNames(
        coloured!.map(({ line, color }) => ({
          text: line[0]!.criterion!,
          color,
          x: line.at(-1)!.weightsRemaining,
          y: line.at(-1)!.mean,
        })),
        { domain, log: false, share: 0.085, fontSize: NAME_SIZE },
      ),
    ],
  });
}

interface Line {
  readonly line: readonly Summary[];
  readonly color: string;
  readonly symbol: (typeof SYMBOLS)[number] | "cross";
}

/** The criteria that reach most in any panel. */
function bestOf(all: readonly Summary[], measure: Measure): string[] {
  const ranked = all
    .filter(({ criterion }) => criterion !== "random")
    .toSorted((a, b) => (isBetter(measure, a.mean, b.mean) ? -1 : isBetter(measure, b.mean, a.mean) ? 1 : 0));
  return [...new Set(ranked.map(({ criterion }) => criterion!))].slice(0, COLORS.length);
}

/** A line a criterion. */
function linesOf(own: readonly Summary[], named: readonly string[]): Line[] {
  const criteria = [...new Set(own.map(({ criterion }) => criterion!))];
  return criteria.map((each) => {
    const line = own.filter(({ criterion }) => criterion === each);
    if (each === "random") return { line, color: RANDOM, symbol: "cross" };
    const rank = named.indexOf(each);
    return { line, color: COLORS[rank] ?? OTHER, symbol: SYMBOLS[rank] ?? "circle" };
  });
}

function lineMarks({ line, color, symbol }: Line, { band, domain }: PanelOptions): Plot.Markish[] {
  const x = "weightsRemaining";
  const places = bandPoints(line, { band, x: (summary) => summary.weightsRemaining, domain, log: { x: true } });
  const isOther = color === OTHER;
  const name = line[0]!.criterion!;
  const own = series(name);
  const title = (point: Summary) =>
    pointText(name, `${shortPercent(point.weightsRemaining)} % of weights`, { ...point, band });
  return [
    Plot.areaY(isOther ? [] : places, { ...own, x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.16 }),
    Plot.lineY(line, { ...own, x, y: "mean", stroke: color, strokeWidth: isOther ? 1 : 2.5 }),
    Plot.dot(isOther && line.length > 1 ? [] : line, {
      ...{ ...own, x, y: "mean", fill: color, symbol, r: isOther ? 2.5 : 4, title },
    }),
  ];
}
