/** The error along the lines between tickets of different sources that were trained on one target. */
import * as Plot from "@observablehq/plot";
import { sentences } from "../../../../figure/draw/caption.ts";
import { csvOf } from "../../../../figure/draw/csv.ts";
import { draw, poster, stack } from "../../../../figure/draw/draw.ts";
import { floor } from "../../../../figure/draw/marks.ts";
import { valueScale } from "../../../../figure/draw/scales.ts";
import type { AbsentFigure, Figure } from "../../../../figure/figure.ts";
import { describe } from "../../../../figure/spread.ts";
import type { TransferData, TransferRow } from "../../row.ts";

const name = "lines";
const TWICE = "#777777";
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#b8578c", "#b07d00", "#7a4fbf"] as const;

interface Point {
  readonly target: string;
  readonly level: number;
  readonly source: string;
  readonly other: string;
  readonly alpha: number;
  /** The test error, in %. */
  readonly mean: number;
  readonly n: number;
}

/** A panel for every target and level, a line a pair of sources; absent where no tickets were joined. */
export function lines({ title: subtitle, rows }: TransferData): Figure | AbsentFigure {
  const joined = rows.filter(({ path }) => path !== undefined);
  if (joined.length === 0) return { name, absent: "no tickets were joined by lines, as --lines does" };
  const panels = groups(joined, ({ target, level }) => `${target} ${level}`);
  const points = panels.map((own) => groups(own, pairOf).flatMap(pointsOf));
  const names = [...new Set(joined.flatMap(({ source, other }) => [source, other!]))];
  const drawing = stack(points.map((own) => panel(own, names)));
  const n = Math.max(...points.flat().map((point) => point.n));
  const title = "Between tickets of different sources";
  const caption = sentences(
    "Test error along the straight line between two networks trained on the target under the tickets of two sources, of which the first is at alpha 0.",
    `${names.map((each, i) => `${letter(i)} is ${each}`).join(", ")}.`,
    "Grey: the target's own ticket trained twice, in two orders of the data. A hump is a barrier.",
    n > 1 ? `Means over replicates (n = ${n}).` : "A single replicate (n = 1).",
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const values = joined.flatMap(({ target, level, source, other, replicate, path }) =>
    path!.alphas.map((alpha, i) => ({
      target,
      level,
      source,
      other,
      replicate,
      alpha,
      value: 100 * path!.testError[i]!,
    })),
  );
  return { name, title, caption, svg, drawing, ...csvOf(points.flat(), values) };
}

function groups<T>(all: readonly T[], nameOf: (each: T) => string): T[][] {
  const names = [...new Set(all.map(nameOf))];
  return names.map((group) => all.filter((each) => nameOf(each) === group));
}

const pairOf = ({ source, other }: Pick<Point, "source"> & { readonly other?: string }) =>
  JSON.stringify([other, source]);

/** The means of one pair over its replicates. */
function pointsOf(rows: readonly TransferRow[]): Point[] {
  const { target, level, source, other = "" } = rows[0]!;
  return rows[0]!.path!.alphas.map((alpha, i) => {
    const { mean, n } = describe(
      rows.map(({ path }) => 100 * path!.testError[i]!),
      "t",
    );
    return { target, level, source, other, alpha, mean, n };
  });
}

/** Names are long, and are told below. */
const letter = (i: number) => String.fromCharCode(65 + i);

function panel(points: readonly Point[], names: readonly string[]): string {
  const { target, level } = points[0]!;
  const pairs = [...new Set(points.map(pairOf))];
  const ends = (pair: string) => (JSON.parse(pair) as [string, string]).map((each) => letter(names.indexOf(each)));
  const isTwice = (pair: string) => new Set(ends(pair)).size === 1;
  const colored = pairs.filter((pair) => !isTwice(pair));
  const color = (pair: string) => (isTwice(pair) ? TWICE : COLORS[colored.indexOf(pair) % COLORS.length]!);
  const named = (pair: string) => (isTwice(pair) ? `${ends(pair)[0]} twice` : ends(pair).join("–"));
  const top = Math.max(...points.map(({ mean }) => mean).filter(Number.isFinite));
  const key = pairs.map((pair) => `<tspan dx="12" font-weight="bold" fill="${color(pair)}">${named(pair)}</tspan>`);
  return draw({
    key: key.join(""),
    yLabel: `${target}, level ${level}: test error (%)`,
    height: 300,
    marginTop: 62,
    marginRight: 24,
    x: { domain: [0, 1], axis: null, inset: 3 },
    y: valueScale([0, 1.06 * (top || 1)]),
    marks: [
      ...pairs.map((pair) =>
        Plot.lineY(
          points.filter((point) => pairOf(point) === pair),
          { x: "alpha", y: "mean", stroke: color(pair), strokeWidth: 2.3 },
        ),
      ),
      floor,
      Plot.axisX([0, 0.5, 1], {
        text: String,
        label: "Alpha",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 44,
      }),
    ],
  });
}
