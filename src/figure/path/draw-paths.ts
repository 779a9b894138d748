/** Errors along paths: test and train, with batch norm's statistics interpolated and recomputed, in panels. */

import * as Plot from "@observablehq/plot";
import type { Measure } from "../../task/task.ts";
import { errorOf } from "../../task/words.ts";
import { type Band, bandPoints } from "../band.ts";
import { draw } from "../draw/draw.ts";
import { largeTicks } from "../draw/large-ticks.ts";
import { series } from "../draw/marks.ts";
import { panelsOf } from "../spread.ts";
import { errorDomain, isolated, type PathPoint } from "./points.ts";

/** Colours of the two treatments of batch norm's running statistics. */
const STATISTICS_COLORS = { interpolated: "#0072b2", recomputed: "#d55e00" } as const;

/** What recomputed statistics are, where there are any. */
export function recomputedNote(points: readonly PathPoint[]): string {
  return hasRecomputed(points) ? "Recomputed: batch norm's running statistics measured anew at every alpha." : "";
}

function hasRecomputed(summaries: readonly PathPoint[]): boolean {
  return summaries.some(({ statistics }) => statistics === "recomputed");
}

/** Panels side by side: up to three, and four in two rows of two. */
function columnsOf(panels: number): number {
  return panels === 4 ? 2 : Math.min(panels, 3);
}

type Point = PathPoint & { readonly panel?: string };

/** The vertical axis of {@link drawPaths}. */
export function pathsDomain(summaries: readonly PathPoint[], measure: Measure): [number, number] {
  const errors = summaries.flatMap(({ min, max }) => [min, max]);
  return errorDomain(errors, measure);
}

/**
 * Test and train error along paths, one panel for each that is named; a line has a gap where no value is.
 * @param options `band`: what bands show; nothing of a single path
 */
export function drawPaths(summaries: readonly Point[], { measure, band }: { measure: Measure; band?: Band }): string {
  const panels = panelsOf(summaries);
  const columns = columnsOf(panels.length);
  const rows = Math.ceil(panels.length / columns);
  const cell = (panel: string | undefined) => panels.indexOf(panel);
  const fx = ({ panel }: { readonly panel?: string | undefined }) => cell(panel) % columns;
  const fy = ({ panel }: { readonly panel?: string | undefined }) => Math.floor(cell(panel) / columns);
  const domain = pathsDomain(summaries, measure);
  const names = panels.map((panel) => ({ panel, text: panel ?? "" }));
  return draw({
    key: keyOf(summaries),
    yLabel: errorOf(measure),
    height: rows === 1 ? 390 : 130 + 210 * rows,
    marginTop: panels[0] === undefined ? 42 : 66,
    marginRight: 24,
    fx: { padding: 0.1, axis: null },
    fy: { padding: 0.2, axis: null },
    x: { domain: [0, 1], axis: null, inset: 3 },
    y: { domain, ...largeTicks(domain), grid: true, ticks: 5, label: null },
    marks: [
      ...linesOf(summaries).map((line) => [
        ...(band ? [bandOfCurve(line, { fx, fy }, { band, domain })] : []),
        ...curve(line, { fx, fy }),
      ]),
      Plot.axisX([0, 0.5, 1], {
        text: String,
        label: "Alpha",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 44,
      }),
      Plot.text(names, {
        ...{ fx, fy, text: "text", frameAnchor: "top", lineAnchor: "bottom", dy: -8, fontWeight: "bold" },
        ...(columns > 2 && { fontSize: 14, lineWidth: 12 }),
      }),
    ],
  });
}

function linesOf(summaries: readonly Point[]): Point[][] {
  const lineOf = ({ panel, measure, statistics }: Point) => JSON.stringify([panel, measure, statistics]);
  return [...new Set(summaries.map(lineOf))].map((line) => summaries.filter((summary) => lineOf(summary) === line));
}

type Cell = (line: { readonly panel?: string | undefined }) => number;

function bandOfCurve(
  line: readonly Point[],
  cell: { fx: Cell; fy: Cell },
  { band, domain }: { band: Band; domain: readonly [number, number] },
): Plot.Markish {
  const { panel, statistics } = line[0]!;
  const places = bandPoints(line, { band, x: ({ alpha }) => alpha, domain });
  const fill = STATISTICS_COLORS[statistics];
  return Plot.areaY(
    places.map((place) => ({ ...place, panel })),
    { ...cell, x: "x", y1: "y1", y2: "y2", fill, fillOpacity: 0.12 },
  );
}

function curve(line: readonly Point[], cell: { fx: Cell; fy: Cell }): Plot.Markish[] {
  const { measure, statistics } = line[0]!;
  const color = STATISTICS_COLORS[statistics];
  const place = { ...series(`${measure}, ${statistics}`), ...cell, x: "alpha" };
  const alone = isolated(line);
  const dash = measure === "train" ? { strokeWidth: 1.8, strokeDasharray: "5 4" } : { strokeWidth: 2.5 };
  return [
    Plot.lineY(line, { ...place, y: "mean", stroke: color, ...dash }),
    ...(alone.length > 0 ? [Plot.dot(alone, { ...place, y: "mean", fill: color, r: 3 })] : []),
  ];
}

function keyOf(summaries: readonly Point[]): string {
  const colored = (text: keyof typeof STATISTICS_COLORS) =>
    `<tspan dx="12" font-weight="bold" fill="${STATISTICS_COLORS[text]}">${text}</tspan>`;
  const dashes = "Solid: test; dashed: train";
  return hasRecomputed(summaries)
    ? `${dashes}.  Statistics:${colored("interpolated")}${colored("recomputed")}`
    : dashes;
}
