/** The size of a source against its number of classes: its tickets minus the target's own, by images and by classes. */
import * as Plot from "@observablehq/plot";
import { type Band, bandOf } from "../../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../../figure/draw/caption.ts";
import { csvOf } from "../../../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../../../figure/draw/draw.ts";
import { floor } from "../../../../figure/draw/marks.ts";
import { valueScale } from "../../../../figure/draw/scales.ts";
import { thousands } from "../../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../../figure/figure.ts";
import { describeReplicates, type Spread } from "../../../../figure/spread.ts";
import type { TransferData } from "../../row.ts";
import { sourceGaps } from "../statistics.ts";

const name = "sizes";
const DENSE = "#555555";
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#b8578c"] as const;

interface Point extends Spread {
  readonly target: string;
  readonly source: string;
  /** The data set that sources are parts of. */
  readonly data: string;
  readonly images: number;
  readonly classes: number;
}

/**
 * A panel over images of sources with as many classes, and one over classes of sources with as many images; absent where sources
 * vary in neither alone.
 */
export function sizes({ title: subtitle, rows, band }: TransferData): Figure | AbsentFigure {
  const gaps = sourceGaps(rows).filter(({ row }) => row.from);
  const points = gaps.map(({ target, of: source, row, values }): Point => {
    const { images, classes } = row.from!;
    return { target, source, data: wholeOf(row.from!), images, classes, ...describeReplicates(values) };
  });
  const byImages = varying(points, { over: "images", fixed: "classes" });
  const byClasses = varying(points, { over: "classes", fixed: "images" });
  if (byImages.length + byClasses.length === 0)
    return { name, absent: "sources vary in neither images nor classes alone" };
  const drawing = stack([
    ...(byImages.length > 0 ? [panel(byImages, { over: "images", fixed: "classes", band })] : []),
    ...(byClasses.length > 0 ? [panel(byClasses, { over: "classes", fixed: "images", band })] : []),
  ]);
  const title = "Size of the source, and its classes";
  const caption = sentences(
    "Tickets of a source minus the target's own, mean over levels of at most a fifth of the weights; above 0 the source is better.",
    replicatesNote(points, band),
    divergedNote(points).replace(", marked × at the bottom and left out of the means", ", left out of the means"),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const values = gaps.flatMap(({ target, of: source, row, values: own }) =>
    own.map((each) => ({ target, source, images: row.from!.images, classes: row.from!.classes, ...each })),
  );
  return { name, title, caption, svg, drawing, ...csvOf(points, values) };
}

/** The data set without what is made of its classes and images. */
const wholeOf = ({ data }: { readonly data: string }) =>
  data.replaceAll(/:(?:classes|half|size)=[^:?#]*/g, "").replaceAll(/(?<=[?&])(?:classes|half|size)=[^&]*&?/g, "");

type Axis = "images" | "classes";
interface Axes {
  readonly over: Axis;
  readonly fixed: Axis;
}

/** Points of a target and of parts of one data set that are alike in the one number and have two or more of the other. */
function varying(points: readonly Point[], { over, fixed }: Axes): Point[] {
  const isLike = (a: Point, b: Point) => a.target === b.target && a.data === b.data && a[fixed] === b[fixed];
  return points.filter(
    (point) => new Set(points.filter((each) => isLike(each, point)).map((each) => each[over])).size > 1,
  );
}

function panel(points: readonly Point[], { over, fixed, band }: Axes & { band: Band }): string {
  const lineOf = (point: Point) => `${point.target}, ${thousands(point[fixed])} ${fixed}`;
  const names = [...new Set(points.map(lineOf))];
  const values = [0, ...points.flatMap((point) => [point.mean, ...bandOf(point, band)])].filter(Number.isFinite);
  const room = 0.08 * (Math.max(...values) - Math.min(...values) || 1);
  const color = (point: Point) => COLORS[names.indexOf(lineOf(point)) % COLORS.length]!;
  const ticks = [...new Set(points.map((point) => point[over]))].sort((a, b) => a - b);
  const bars = points.map((point) => ({ x: point[over], ends: bandOf(point, band), stroke: color(point) }));
  return draw({
    key: names
      .map((text, i) => `<tspan dx="12" font-weight="bold" fill="${COLORS[i % COLORS.length]}">${text}</tspan>`)
      .join(""),
    yLabel: "Minus the target's own tickets (points)",
    height: 320,
    marginTop: 62,
    marginRight: 24,
    x: { type: "log", axis: null, inset: 30 },
    y: valueScale([Math.min(...values) - room, Math.max(...values) + room]),
    marks: [
      Plot.ruleY([0], { stroke: DENSE, strokeWidth: 2, strokeDasharray: "7 5" }),
      Plot.ruleX(
        bars.filter(({ ends }) => ends.length > 0 && ends.every(Number.isFinite)),
        { x: "x", y1: ({ ends }) => ends[0], y2: ({ ends }) => ends.at(-1), stroke: "stroke", strokeWidth: 1.6 },
      ),
      ...names.map((each) => {
        const line = points.filter((point) => lineOf(point) === each).sort((a, b) => a[over] - b[over]);
        return Plot.lineY(line, { x: over, y: "mean", stroke: color(line[0]!), strokeWidth: 2.2, marker: "circle" });
      }),
      floor,
      Plot.axisX(ticks, {
        ...{ text: thousands, label: over === "images" ? "Images trained on by the source" : "Classes of the source" },
        ...{ labelAnchor: "center", labelArrow: "none", labelOffset: 44 },
      }),
    ],
  });
}
