/** Sources by targets as a heat map: differences to the dense network, with the half-width of their 95 % intervals. */
import { sentences } from "../../../figure/draw/caption.ts";
import { heatColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster, stack } from "../../../figure/draw/draw.ts";
import { drawHeat, type HeatCell } from "../../../figure/draw/heat.ts";
import { shortPercent } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { meanOf } from "../../../figure/spread.ts";
import type { TransferData, TransferRow } from "../row.ts";
import { type Cell, cellsOf } from "../statistics.ts";

/** Width of a letter of the names of sources, in px. */
const LETTER = 8.2;

/** A difference of so many points and more below the dense network is as dark as there is. */
const DARKEST = 20;

/** Every source on every target, minus the target's dense network: a panel a level. */
export function matrix({ title: subtitle, rows }: TransferData): Figure | AbsentFigure {
  const name = "matrix";
  const cells = cellsOf(rows);
  if (cells.length === 0) return { name, absent: "no network was trained under a mask" };
  const levels = shownLevels(cells);
  const isOne = levels.length === 1;
  const drawing = stack(
    levels.map((level) =>
      panel(
        cells.filter((cell) => cell.level === level),
        isOne ? "" : levelName(rows, level),
      ),
    ),
  );
  const n = Math.max(...cells.map((cell) => cell.n));
  const title = "Masks of sources on targets";
  const caption = sentences(
    "Cells: the measure under the source's mask minus that of the dense network, in points, above 0 for better.",
    "Down: where masks come from. Across: what is learnt under them. In «»: the target's own mask.",
    n > 1
      ? `Means over replicates (n = ${n}), ± the half-width of their 95 % interval.`
      : "A single replicate (n = 1), so small differences may be chance.",
    cells.some(({ diverged }) => diverged > 0) ? "× marks trainings that diverged." : "",
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  const records = cells.map(({ values: _, ...cell }) => cell);
  const values = cells.flatMap(({ values: own, source, target, level }) =>
    own.map((each) => ({ source, target, level, ...each })),
  );
  return { name, title, caption, svg, drawing, ...csvOf(records, values) };
}

/** Panels at most; of more levels the last and others that lie evenly before it. */
const PANELS = 4;

function shownLevels(cells: readonly Cell[]): number[] {
  const levels = [...new Set(cells.map(({ level }) => level))].sort((a, b) => a - b);
  const places = Array.from({ length: PANELS }, (_, i) => Math.round(((i + 1) * levels.length) / PANELS) - 1);
  return levels.length <= PANELS ? levels : places.map((place) => levels[place]!);
}

function levelName(rows: readonly TransferRow[], level: number): string {
  const densities = rows.filter((row) => row.level === level && row.arm !== "search").map(({ density }) => density);
  return `, level ${level}, ${shortPercent(100 * meanOf(densities))} % of the weights`;
}

function panel(cells: readonly Cell[], where: string): string {
  const of = (what: (cell: Cell) => string) => [...new Set(cells.map(what))];
  const rows = of(({ source }) => source);
  return drawHeat(cells.map(coloured), {
    yLabel: `Minus dense (points)${where}`,
    columns: of(({ target }) => target),
    rows,
    ...{
      labelsLeft: Math.max(140, 14 + LETTER * Math.max(...rows.map(({ length }) => length))),
      cell: 40,
      room: 50,
      fontSize: 12,
    },
  });
}

function coloured({ source, target, arm, mean, low, high }: Cell): HeatCell {
  const at = { column: target, row: source };
  if (!Number.isFinite(mean)) return { ...at, fill: "#dddddd", ink: "#222222", text: "×" };
  const [fill, ink] = heatColors(1 + Math.min(0, mean) / DARKEST);
  const signed = `${mean > 0 ? "+" : ""}${mean.toFixed(1)}`;
  const half = Number.isFinite(low) ? `\n± ${((high - low) / 2).toFixed(1)}` : "";
  return { ...at, fill, ink, text: `${arm === "ticket" ? `«${signed}»` : signed}${half}` };
}
