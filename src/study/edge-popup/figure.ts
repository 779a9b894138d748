/**
 * The measure of networks whose weights never change over the fraction kept, and over width (Ramanujan et al. 2020, figures
 * 3 and 5), with that of the dense network, trained.
 */
import * as Plot from "@observablehq/plot";
import { bandPoints, cutNote } from "../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../figure/draw/caption.ts";
import { csvOf } from "../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../figure/draw/draw.ts";
import { endNames, floor, NAME_LETTER, pointText, series } from "../../figure/draw/marks.ts";
import { measureDomain, valueScale } from "../../figure/draw/scales.ts";
import type { AbsentFigure, Figure, FigureData } from "../../figure/figure.ts";
import { meanOf, type Spread } from "../../figure/spread.ts";
import { axisOf, told } from "../../task/words.ts";
import { spreadOf } from "./columns.ts";
import { groupsOf, lastValue, type PopupRow } from "./row.ts";
import { isChosen, type PopupArm } from "./spec.ts";

/** Colours of Okabe and Ito with a second sign beside, as other figures have them. */
const STYLES = {
  "edge-popup": { color: "#0072b2", symbol: "circle", meaning: "the weights whose trained scores are largest" },
  random: { color: "#009e73", symbol: "triangle", meaning: "as many weights of every layer or of all, at random" },
  learned: {
    color: "#d55e00",
    symbol: "diamond",
    meaning: "probabilities of weights, learnt by drawing masks: the mean over ten masks",
  },
  "gem-miner": { color: "#b8578c", symbol: "square", meaning: "GEM-MINER's masks, which keep at most so many of all" },
  "gem-trained": { color: "#7a5c00", symbol: "wye", meaning: "the weights under these masks, trained" },
  "gem-shuffled": { color: "#9a86c4", symbol: "cross", meaning: "the same weights, the masks permuted within layers" },
  "gem-reinit": { color: "#e69f00", symbol: "asterisk", meaning: "new weights under these masks, trained" },
  dense: { color: "#555555", symbol: "star", meaning: "all weights, trained" },
} as const satisfies Readonly<Record<PopupArm, { color: string; symbol: string; meaning: string }>>;

const ARMS = Object.keys(STYLES) as PopupArm[];

interface Point extends Spread {
  readonly arm: PopupArm;
  /** In %, averaged over replicates. */
  readonly kept: number;
  /** Absent in a study of one width. */
  readonly width?: number;
}

/** A line of one arm; with several fractions over width, of one of them. */
interface Line {
  readonly arm: PopupArm;
  readonly text: string;
  readonly points: readonly Point[];
}

/** What a figure is over. */
interface Axis {
  readonly x: "kept" | "width";
  readonly scale: Plot.ScaleOptions;
  readonly label: string;
  readonly ticks: readonly number[];
  /** Whether a band of a line is computed on a logarithmic axis. */
  readonly log: boolean;
}

/** Over the fraction kept, the dense network as a dashed line; of several widths the largest. */
export function edgePopup(data: FigureData<PopupRow>): Figure | AbsentFigure {
  const name = "edge-popup";
  const width = Math.max(...data.rows.map((row) => row.width ?? 0));
  const rows = data.rows.filter((row) => (row.width ?? 0) === width);
  const points = pointsOf(data, rows);
  if (width > 0 && new Set(points.flatMap(({ arm, kept }) => (isChosen(arm) ? [kept] : []))).size < 2)
    return { name, absent: "one fraction was kept of several widths, which the figure over width shows" };
  const lines = ARMS.map((arm) => lineOf(arm, points)).filter((line) => line.points.length > 0 && line.arm !== "dense");
  const dense = points.find(({ arm }) => arm === "dense");
  const ticks = [0, 20, 40, 60, 80, 100];
  const scale = { domain: [0, 100], inset: 10 };
  const axis: Axis = { x: "kept", scale, label: "Weights kept (%)", ticks, log: false };
  const title = `Test ${data.measure.title} of fixed weights`;
  const said = [
    dense ? `The dashed line is the dense network, trained (${told(data.measure, dense.mean)}).` : "",
    width > 0 ? `All at width ${width}.` : "",
  ];
  return figureOf({ ...data, rows }, { name, title, said, points, lines, dense, axis });
}

/** Over width, the dense network of each width as a line of its own. */
export function overWidth(data: FigureData<PopupRow>): Figure | AbsentFigure {
  const name = "width";
  const widths = [...new Set(data.rows.flatMap(({ width }) => width ?? []))].sort((a, b) => a - b);
  if (widths.length < 2) return { name, absent: "the networks are of one width" };
  const points = pointsOf(data, data.rows);
  const lines = ARMS.flatMap((arm) => {
    const kept = isChosen(arm)
      ? [...new Set(points.filter((point) => point.arm === arm).map((point) => point.kept))]
      : [];
    if (kept.length < 2) return [lineOf(arm, points)];
    return kept.map((each) => ({
      ...lineOf(
        arm,
        points.filter((point) => point.kept === each),
      ),
      text: `${arm} ${Number(each.toPrecision(3))} %`,
    }));
  }).filter((line) => line.points.length > 0);
  const scale = { type: "log", base: 2, domain: [widths[0]!, widths.at(-1)!], inset: 16 } as const;
  const label = "Width (multiples of 64 channels, log scale)";
  const axis: Axis = { x: "width", scale, label, ticks: widths, log: true };
  const title = `Test ${data.measure.title} over width`;
  const kept = new Set(data.rows.flatMap((row) => (isChosen(row.arm) ? [row.kept] : [])));
  const said = [kept.size === 1 ? `Of every layer or of all, ${100 * [...kept][0]!} % of the weights are kept.` : ""];
  return figureOf(data, { name, title, said, points, lines, axis });
}

const lineOf = (arm: PopupArm, points: readonly Point[]): Line => ({
  ...{ arm, text: arm },
  points: points.filter((point) => point.arm === arm),
});

function pointsOf({ measure }: FigureData<PopupRow>, rows: readonly PopupRow[]): Point[] {
  return groupsOf(rows).map((group) => {
    const [{ arm, width }] = group as [PopupRow];
    const kept = 100 * meanOf(group.map((row) => row.kept));
    return { arm, kept, ...(width !== undefined && { width }), ...spreadOf(group, lastValue(measure)) };
  });
}

interface Content {
  readonly name: string;
  readonly title: string;
  readonly said: readonly string[];
  readonly points: readonly Point[];
  readonly lines: readonly Line[];
  /** The network that a dashed line is drawn for. */
  readonly dense?: Point | undefined;
  readonly axis: Axis;
}

function figureOf(data: FigureData<PopupRow>, content: Content): Figure {
  const { measure, rows, band } = data;
  const { name, title, said, points, lines, dense } = content;
  const value = lastValue(measure);
  const best = Math.max(...points.filter(({ arm }) => arm === "dense").map(({ mean }) => mean));
  const domain = measureDomain(
    measure,
    points.flatMap(({ min, max }) => [min, max]),
    Number.isFinite(best) && dense ? best : Number.NaN,
  );
  const below = points.filter(({ mean }) => mean < domain[0]);
  const caption = sentences(
    lines.some(({ arm }) => arm.startsWith("gem-") && arm !== "gem-miner")
      ? "No weight changes but of the dense network and where it is said."
      : "The weights never change: which of them are kept is what is learnt.",
    ...said,
    ...[...new Set(lines.map(({ arm }) => arm))].map(
      (arm) => `${arm[0]!.toUpperCase()}${arm.slice(1)}: ${STYLES[arm].meaning}.`,
    ),
    replicatesNote(points, band),
    cutNote(points, { band, domain }),
    below.length > 0 ? "Triangles: means below the axis of the upper panel, which the lower panel shows." : "",
    divergedNote(points),
  );
  const detail = drawLines({ ...content, measure, band, domain, below });
  const lowest = measure.unit === "fraction" ? 0 : Math.min(...points.map(({ min }) => min));
  const whole = () =>
    drawLines({
      ...content,
      measure,
      band,
      domain: [lowest, domain[1]],
      below: [],
      inset: { height: WHOLE_HEIGHT, named: domain[0] },
    });
  const drawing = below.length > 0 ? stack([detail, whole()]) : detail;
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  const records = rows.map((row) => ({
    ...{ arm: row.arm, kept: row.kept, ...(row.width !== undefined && { width: row.width }) },
    ...{ density: row.density, replicate: row.replicate, value: value(row) },
  }));
  return { name, title, caption, svg, drawing, ...csvOf(points, records) };
}

/** Of the panel that shows what is below the axis, in px; it is to be seen, not to be read off. */
const WHOLE_HEIGHT = 240;

interface Drawn extends Content, Pick<FigureData<PopupRow>, "measure" | "band"> {
  readonly domain: readonly [number, number];
  readonly below: readonly Point[];
  /** Of a panel beside another: its height, and the value below which lines must end to be named here too. */
  readonly inset?: { readonly height: number; readonly named: number };
}

function drawLines({ lines, dense, axis, measure, band, domain, below, inset }: Drawn): string {
  const { x, label } = axis;
  const ends = [
    ...lines.map(({ arm, text, points }) => {
      const last = points.findLast(({ mean }) => Number.isFinite(mean));
      return { text, color: STYLES[arm].color, y: last?.mean ?? Number.NaN, ...(last && { x: last[x]! }) };
    }),
    ...(dense ? [{ text: "dense", color: STYLES.dense.color, y: dense.mean }] : []),
  ];
  const named = { label, labelAnchor: "center", labelArrow: "none", labelOffset: 44 } as const;
  return draw({
    yLabel: axisOf("Test", measure),
    ...(inset && { height: inset.height }),
    marginRight: 20 + NAME_LETTER * Math.max(...ends.map(({ text }) => text.length), "edge-popup".length),
    x: { ...axis.scale, ...named },
    y: valueScale(domain),
    marks: [
      Plot.ruleY(dense && Number.isFinite(dense.mean) ? [dense.mean] : [], {
        ...{ stroke: STYLES.dense.color, strokeWidth: 2, strokeDasharray: "7 5" },
      }),
      ...lines.flatMap(({ arm, text, points }) => {
        const { color, symbol } = STYLES[arm];
        const shown = points.filter(({ mean }) => mean >= domain[0]);
        const places = bandPoints(shown, { band, x: (point) => point[x]!, domain, log: { x: axis.log } });
        const own = series(text);
        const title = (point: Point) => pointText(text, String(Number(point[x]!.toPrecision(4))), { ...point, band });
        return [
          Plot.areaY(places, { ...own, x: "x", y1: "y1", y2: "y2", fill: color, fillOpacity: 0.16 }),
          Plot.lineY(points, { ...own, x, y: "mean", stroke: color, strokeWidth: 2.5 }),
          Plot.dot(shown, { ...own, x, y: "mean", fill: color, symbol, r: 4, title }),
        ];
      }),
      floor,
      Plot.axisX(axis.ticks, { ...named, tickFormat: String }),
      Plot.dot(below, {
        ...{ x, frameAnchor: "bottom", dy: -9, symbol: "triangle", rotate: 180, r: 5 },
        fill: ({ arm }: Point) => STYLES[arm].color,
      }),
      endNames(inset ? ends.filter(({ y }) => y < inset.named) : ends, { domain, log: false }),
    ],
  });
}
