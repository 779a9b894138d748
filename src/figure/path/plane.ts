/** The test error on the plane through three networks, as a map with contours. */

import * as Plot from "@observablehq/plot";
import type { Corners, Plane } from "../../connectivity/plane.ts";
import type { Measure } from "../../task/task.ts";
import { errorName, withUnit } from "../../task/words.ts";
import { sentences } from "../draw/caption.ts";
import { sequentialColors } from "../draw/colors.ts";
import { toCsv } from "../draw/csv.ts";
import { draw, poster, WIDTH } from "../draw/draw.ts";
import { shortNumber } from "../draw/large-ticks.ts";
import type { Figure } from "../figure.ts";
import { drawn } from "./points.ts";

const name = "plane";
const MARGIN = { top: 42, bottom: 58, left: 66, right: 24 };

/** Heights of contours over the range of errors: dense near the bottom, where networks lie. */
const CONTOURS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7];

/** Finer cells along either side of the map. */
const COLUMNS = 90;

/** Where the networks' names stand beside their points, px. */
const NAME_OFFSET = -8;

/** What a plane is called. */
interface PlaneWords {
  /** What was studied. */
  readonly title: string;
  /** What the plane scores. */
  readonly measure: Measure;
  /** Names of the three networks. */
  readonly labels: Readonly<Record<keyof Corners, string>>;
}

/** A map of the test error in two directions of weight space, with nothing where a network scores no finite loss. */
export function planeFigure(plane: Plane, { title: subtitle, measure, labels }: PlaneWords): Figure {
  const drawing = drawPlane(plane, { measure, labels });
  const { xs, ys } = plane;
  const error = `test ${errorName(measure)}`;
  const title = `The ${error} on a plane through three networks`;
  const caption = sentences(
    `Every point is a network, the combination of the three that leads there; what is shown is its ${error}.`,
    "The first lies at the origin, the second to the right of it; distances are L2 over all trained values, on equal scales.",
    "Networks in one basin lie in one dark region; a bright ridge between them is a barrier.",
    `Grid: ${xs.length} × ${ys.length} points, contours interpolated between them.`,
    gapsNote(plane),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, csv: toCsv(recordsOf(plane)) };
}

function gapsNote({ testError }: Plane): string {
  const errors = testError.flat();
  const lost = errors.filter((error) => !Number.isFinite(error)).length;
  if (lost === 0) return "";
  const networks = lost === 1 ? "whose network scores" : "whose networks score";
  return `Left empty: ${lost} of ${errors.length} points, ${networks} no finite loss.`;
}

function recordsOf({ xs, ys, testError, testLoss, trainError, trainLoss }: Plane) {
  return ys.flatMap((y, i) =>
    xs.map((x, j) => {
      const at = (values: Plane["testError"]) => values[i]![j]!;
      const losses = { testLoss: at(testLoss), trainLoss: at(trainLoss) };
      return { x, y, testError: at(testError), trainError: at(trainError), ...losses };
    }),
  );
}

/** The errors that part the colours: distinct numbers of two digits within the range of the errors. */
function thresholdsOf(errors: readonly number[]): number[] {
  const [low, high] = rangeOf(errors);
  const rounded = CONTOURS.map((share) => Number((low + share * (high - low)).toPrecision(2)));
  return [...new Set(rounded)].filter((error) => error > low && error < high);
}

function rangeOf(errors: readonly number[]): [number, number] {
  const finite = errors.filter(Number.isFinite);
  return [Math.min(...finite), Math.max(...finite)];
}

function drawPlane(plane: Plane, { measure, labels }: Pick<PlaneWords, "measure" | "labels">): string {
  const grid = plane.testError.map((row) => row.map((error) => drawn(measure, error)));
  const thresholds = thresholdsOf(grid.flat());
  // Below all errors, so that its contour is everything.
  const least = Math.min(0, rangeOf(grid.flat())[0]) - 1;
  const colors = sequentialColors(thresholds.length + 1);
  const [x, y] = [endsOf(plane.xs), endsOf(plane.ys)];
  return draw({
    ...frameOf(x, y),
    key: keyOf(thresholds, { colors, measure }),
    yLabel: "Distance towards the third network",
    x: { domain: x, axis: null },
    y: { domain: y, label: null, ticks: 5 },
    color: { type: "threshold", domain: thresholds, range: colors },
    marks: [
      Plot.contour(refine(plane, grid), {
        ...{ width: COLUMNS, height: COLUMNS, value: (error: number) => error, thresholds: [least, ...thresholds] },
        ...{ x1: x[0], x2: x[1], y1: y[0], y2: y[1], fill: "value", stroke: "white", strokeWidth: 0.7 },
      }),
      ...gapMarks(plane, grid),
      Plot.axisX({
        ...{ ticks: 6, label: "Distance from the first network towards the second" },
        ...{ labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      }),
      placeMarks(plane.places, labels),
    ],
  });
}

function endsOf(values: readonly number[]): [number, number] {
  return [values[0]!, values.at(-1)!];
}

/**
 * The errors at the middles of finer cells that fill the frame, bilinear between the grid's points, row by row: contours
 * end a cell's half before the edge, which is then too little to see. Beside a gap it is of the points that have one.
 */
function refine({ xs, ys }: Plane, grid: readonly (readonly number[])[]): number[] {
  const at = (i: number, j: number) => grid[i]![j]!;
  const across = (i: number, v: Between) => (1 - v.share) * at(i, v.low) + v.share * at(i, v.low + 1);
  return places(ys.length).flatMap((u) =>
    places(xs.length).map((v) => {
      const error = (1 - u.share) * across(u.low, v) + u.share * across(u.low + 1, v);
      return Number.isFinite(error) ? error : besideGap(grid, u, v);
    }),
  );
}

/** The mean error of the points around that have one, by their nearness; 0 inside a gap, where nothing is seen of it. */
function besideGap(grid: readonly (readonly number[])[], u: Between, v: Between): number {
  const corners = [0, 1].flatMap((i) =>
    [0, 1].map((j) => {
      const nearness = Math.abs(1 - i - u.share) * Math.abs(1 - j - v.share);
      return { nearness, error: grid[u.low + i]![v.low + j]! };
    }),
  );
  const there = corners.filter(({ error }) => Number.isFinite(error));
  const total = there.reduce((sum, { nearness }) => sum + nearness, 0);
  return total > 0 ? there.reduce((sum, { nearness, error }) => sum + (nearness / total) * error, 0) : 0;
}

/** White over the cells of points that score no finite loss. */
function gapMarks({ xs, ys }: Plane, grid: readonly (readonly number[])[]): Plot.Markish[] {
  const cells = ys.flatMap((_, i) =>
    xs.flatMap((__, j) => (Number.isFinite(grid[i]![j]) ? [] : [{ ...sides("x", xs, j), ...sides("y", ys, i) }])),
  );
  return cells.length === 0 ? [] : [Plot.rect(cells, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "white" })];
}

/** Half way from a point of the grid to its neighbours. */
function sides(axis: "x" | "y", values: readonly number[], at: number) {
  const [before, after] = [values[at - 1] ?? values[at]!, values[at + 1] ?? values[at]!];
  return { [`${axis}1`]: (before + values[at]!) / 2, [`${axis}2`]: (values[at]! + after) / 2 };
}

/** Between which two points of a grid something lies: after point `low`, by a share of the way to the next. */
interface Between {
  readonly low: number;
  readonly share: number;
}

function places(points: number): Between[] {
  return Array.from({ length: COLUMNS }, (_, cell) => {
    const position = ((cell + 0.5) / COLUMNS) * (points - 1);
    const low = Math.floor(position);
    return { low, share: position - low };
  });
}

/** A frame with equal scales: as wide as figures are, or narrower where it would be too high. */
function frameOf([left, right]: readonly [number, number], [low, high]: readonly [number, number]) {
  const aspect = (high - low) / (right - left);
  const width = Math.min(WIDTH - MARGIN.left - MARGIN.right, 520 / aspect);
  const sides = { marginLeft: MARGIN.left, marginRight: WIDTH - MARGIN.left - width };
  const height = Math.round(width * aspect + MARGIN.top + MARGIN.bottom);
  return { ...sides, marginTop: MARGIN.top, marginBottom: MARGIN.bottom, height };
}

function placeMarks(places: Plane["places"], labels: Readonly<Record<keyof Corners, string>>): Plot.Markish[] {
  const points = (["a", "b", "c"] as const).map((corner) => ({ place: places[corner], text: labels[corner] }));
  const at = {
    x: ({ place }: (typeof points)[number]) => place[0],
    y: ({ place }: (typeof points)[number]) => place[1],
  };
  const halo = { stroke: "white", strokeWidth: 4, fill: "black", fontWeight: "bold" };
  return [
    Plot.dot(points, { ...at, r: 5, fill: "white", stroke: "black", strokeWidth: 1.5 }),
    Plot.text(points, { ...at, ...halo, text: "text", lineWidth: 10, lineAnchor: "bottom", dy: NAME_OFFSET }),
  ];
}

function keyOf(
  thresholds: readonly number[],
  { colors, measure }: { colors: readonly string[]; measure: Measure },
): string {
  const square = (index: number) => `<tspan dx="8" fill="${colors[index]!}">■</tspan>`;
  const entries = thresholds.map((error, i) => `${square(i)} ${shortNumber(error)}`);
  return `${withUnit(`Test ${errorName(measure)}`, measure)}:${entries.join("")}${square(thresholds.length)}`;
}
