/** Tables for a terminal. */

/** Lines of cells under their headings; the first column is text and leans left, the others are numbers and lean right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return lines.map((cells) => cells.map(cell).join("  ").trimEnd()).join("\n");
}
