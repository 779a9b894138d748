/** Tables of texts: cells between tabs, where quotes are letters like all others, as GLUE's files have them. */

import { fail } from "../../base/errors.ts";
import { linesOf } from "./lines.ts";

/** Where cells are found: the name of a column in the first line, or the place of one in a file without names. */
export type CellName = string | number;

/** A row: the cells asked for, in that order, and the line that it is in, from 1. */
export interface TextRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is asked of a table. */
export interface TabOptions {
  /** Names where the first line has them, places from 0 where it is a row. */
  readonly cells: readonly CellName[];
  /** Rows with too few cells are left out, and this is told how many; absent: they are refused. */
  readonly onShort?: (count: number) => void;
}

/**
 * The rows of the file called `where`, of which `text` is the content. Throws `data` naming file, line and remedy: on a column
 * that is not there, on a row of too few cells, and on a file without rows.
 */
export function readTabs(where: string, text: string, { cells, onShort }: TabOptions): readonly TextRow[] {
  const lines = linesOf(text).map((line) => line.split("\t"));
  const isNamed = typeof cells[0] === "string";
  const places = isNamed ? cells.map((name) => placeOf(where, lines[0] ?? [], String(name))) : (cells as number[]);
  const needed = Math.max(...places) + 1;
  const rows: TextRow[] = [];
  let short = 0;
  for (const [i, line] of lines.entries()) {
    if (isNamed && i === 0) continue;
    if (line.length >= needed) rows.push({ line: i + 1, cells: places.map((place) => line[place]!) });
    else if (onShort) short++;
    else refuseShort(`${where} line ${i + 1}`, { needed, got: line.length });
  }
  if (short > 0) onShort!(short);
  if (rows.length > 0) return rows;
  return fail("data", where, { rule: "must hold rows", got: "none", remedy: "Get the file again" });
}

function placeOf(where: string, header: readonly string[], name: string): number {
  const place = header.indexOf(name);
  if (place >= 0) return place;
  const remedy = `Its columns are ${header.slice(0, 20).join(", ")}`;
  return fail("data", `${where} line 1`, { rule: `must name the column ${name}`, remedy });
}

function refuseShort(where: string, { needed, got }: { needed: number; got: number }): never {
  const remedy = "Separate cells by tabs, or remove the line";
  return fail("data", where, { rule: `must have ${needed} cells or more`, got, remedy });
}
