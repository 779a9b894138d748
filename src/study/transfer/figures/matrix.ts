/** Sources by targets as a heat map: differences to the dense network, with the half-width of their 95 % intervals. */
import { sentences } from "../../../figure/draw/caption.ts";
import { heatColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster, stack } from "../../../figure/draw/draw.ts";
import { drawHeat, type HeatCell } from "../../../figure/draw/heat.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import type { TransferData } from "../row.ts";
import { type Cell, cellsOf } from "../statistics.ts";

/** A difference of so many points and more below the dense network is as dark as there is. */
const DARKEST = 20;

/** Every source on every target, minus the target's dense network: a panel a level. */
export function matrix({ title: subtitle, rows }: TransferData): Figure | AbsentFigure {
  const name = "matrix";
  const cells = cellsOf(rows);
  if (cells.length === 0) return { name, absent: "no network was trained under a mask" };
  const levels = [...new Set(cells.map(({ level }) => level))].sort((a, b) => a - b);
  const isOne = levels.length === 1;
  const drawing = stack(
    levels.map((level) =>
      panel(
        cells.filter((cell) => cell.level === level),
        isOne,
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

function panel(cells: readonly Cell[], isOne: boolean): string {
  const of = (what: (cell: Cell) => string) => [...new Set(cells.map(what))];
  return drawHeat(cells.map(coloured), {
    yLabel: isOne ? "Minus dense (points)" : `Minus dense (points), level ${cells[0]!.level}`,
    columns: of(({ target }) => target),
    rows: of(({ source }) => source),
    ...{ labelsLeft: 140, cell: 40, room: 50, fontSize: 12 },
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
