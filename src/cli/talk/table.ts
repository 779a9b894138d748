/** Tables for a terminal. */

import type { TextTable } from "../../study/kind.ts";

/** Lines of cells under their headings; columns of words lean left, columns of numbers right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const columns = header.map((_, column) => ({
    width: Math.max(...lines.map((cells) => cells[column]!.length)),
    numbers: rows.every((cells) => /^[-–\d.]+$/.test(cells[column]!)),
  }));
  const cell = (text: string, column: number) => {
    const { width, numbers } = columns[column]!;
    return numbers ? text.padStart(width) : text.padEnd(width);
  };
  return lines.map((cells) => cells.map(cell).join("  ").trimEnd()).join("\n");
}

/** A table as text, under its title where it has one. */
export function textTable({ title, header, cells }: TextTable): string {
  const text = table(header, cells);
  return title === undefined ? text : `${title}\n${text}`;
}
