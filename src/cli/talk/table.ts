/** Tables for a terminal. */

import type { TextTable } from "../../study/kind.ts";
import { oneLine } from "./output.ts";

/** Between two columns. */
const GAP = "  ";
/** The width below which a column of words is made narrower only where it must be. */
const READABLE = 16;

/** Lines of cells under their headings; columns of words lean left, columns of numbers right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((cells) => cells.map(oneLine));
  const columns = header.map((_, column) => ({
    width: Math.max(...lines.map((cells) => cells[column]!.length)),
    numbers: rows.every((cells) => /^[-–\d.]+$/.test(cells[column]!)),
  }));
  const cell = (text: string, column: number) => {
    const { width, numbers } = columns[column]!;
    return numbers ? text.padStart(width) : text.padEnd(width);
  };
  return lines.map((cells) => cells.map(cell).join(GAP).trimEnd()).join("\n");
}

/**
 * A table whose cells wrap at spaces so that no line is longer than `width`; one that fits is as {@link table} makes it.
 * Words are cut only where the longest of all columns do not fit side by side.
 */
export function wrappedTable(header: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const lines = [header, ...rows].map((cells) => cells.map(oneLine));
  const space = width - GAP.length * (header.length - 1);
  const longest = (of: (cell: string) => number) =>
    header.map((_, column) => Math.max(...lines.map((cells) => of(cells[column]!))));
  const whole = longest((cell) => cell.length);
  if (sum(whole) <= space) return table(header, rows);
  const words = longest((cell) => Math.max(...cell.split(" ").map((word) => word.length)));
  const readable = words.map((word, column) => Math.max(word, Math.min(whole[column]!, READABLE)));
  const share = Math.max(1, Math.floor(space / header.length));
  const cut = words.map((word) => Math.min(word, share));
  const least = [readable, words].find((each) => sum(each) <= space) ?? cut;
  const widths = widen(whole, least, space);
  return lines.flatMap((cells) => linesOf(cells, widths)).join("\n");
}

/** Widths of columns: what is left goes to the column whose longest cell takes most lines, one character at a time. */
function widen(whole: readonly number[], least: readonly number[], space: number): number[] {
  const widths = [...least];
  for (let left = space - sum(least); left > 0; left--) {
    const heights = whole.map((length, column) => length / widths[column]!);
    widths[heights.indexOf(Math.max(...heights))]!++;
  }
  return widths;
}

function linesOf(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = cells.map((cell, column) => wrap(cell, widths[column]!));
  const height = Math.max(...wrapped.map((each) => each.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((each, column) => (each[line] ?? "").padEnd(widths[column]!))
      .join(GAP)
      .trimEnd(),
  );
}

/** The lines of a text, broken at spaces; a word longer than `width` is cut. */
export function wrap(text: string, width: number): string[] {
  const [first = "", ...rest] = text.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${width}}`, "g")) ?? [""]);
  const lines = [first];
  for (const piece of rest) {
    const longer = `${lines.at(-1)} ${piece}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** A table as text, under its title where it has one. */
export function textTable({ title, header, cells }: TextTable): string {
  const text = table(header, cells);
  return title === undefined ? text : `${title}\n${text}`;
}

/** A number of bytes as people say it: 512 B, 1.3 MB. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[power]}`;
}

/** A number with four digits; a dash for none. */
export const short = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "-");

/** The ends of an interval; a dash where there is none. */
export const range = (low: number, high: number) => (Number.isFinite(low) ? `${short(low)} to ${short(high)}` : "-");
