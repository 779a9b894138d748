/** A heat map: cells in their colours with a text each, names of columns above and of rows to the left. */
import * as Plot from "@observablehq/plot";
import { draw } from "./draw.ts";

/** A cell; `text` may have several lines. */
export interface HeatCell {
  readonly column: string;
  readonly row: string;
  readonly fill: string;
  readonly ink: string;
  readonly text: string;
}

/** How a heat map is laid out. */
export interface HeatOptions {
  /** What the cells are of. */
  readonly yLabel: string;
  /** In the order drawn. */
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** Room for the names of rows, in px. */
  readonly labelsLeft: number;
  /** Height of a cell, in px. */
  readonly cell: number;
  /** Width that a cell must have to show its text, in px. */
  readonly room: number;
  readonly fontSize: number;
}

/** Mean width of a letter of a column's name, in px, which is written upwards. */
const LETTER = 8.6;

/** Draws cells as `<svg>`; texts are left out where cells are too narrow for them. */
export function drawHeat(cells: readonly HeatCell[], options: HeatOptions): string {
  const { yLabel, columns, rows, labelsLeft, cell, room, fontSize } = options;
  const top = Math.round(34 + LETTER * Math.max(...columns.map(({ length }) => length)));
  const hasText = (600 - labelsLeft - 10) / columns.length >= room;
  return draw({
    yLabel,
    height: top + cell * rows.length + 14,
    marginTop: top,
    marginBottom: 14,
    marginLeft: labelsLeft,
    marginRight: 10,
    x: { domain: columns, axis: null, padding: 0.06 },
    y: { domain: rows, axis: null, padding: 0.06 },
    marks: [
      Plot.cell(cells, { x: "column", y: "row", fill: "fill" }),
      Plot.text(hasText ? cells : [], { x: "column", y: "row", text: "text", fill: "ink", fontSize }),
      Plot.text(rows, { y: String, text: String, frameAnchor: "left", textAnchor: "end", dx: -8, fontSize: 14 }),
      Plot.text(columns, {
        ...{ x: String, text: String, frameAnchor: "top", textAnchor: "start", rotate: -90, dy: -8, fontSize: 14 },
      }),
    ],
  });
}
