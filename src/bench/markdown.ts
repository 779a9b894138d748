/** Tables in Markdown that read well as text too. */

/** Lines of cells between bars, the first columns leaning left and numbers right. */
export function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = header.map((_, column) => rows.some((cells) => /^-?\d/.test(cells[column]!)));
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((cells) => cells[column]!.length)));
  const pad = (text: string, column: number) =>
    isNumber[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (isNumber[column] ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2)));
  return [line(header), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
}
