/** Tables of a report, as HTML; wide ones scroll in a box of their own. */

import { escapeText } from "./draw/text.ts";

/** Names and values of a plain object; what is not text is shown as JSON. */
export function valueTable(values: Readonly<Record<string, unknown>>): string {
  const show = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "–"));
  return table(
    ["Name", "Value"],
    Object.entries(values).map(([key, value]) => [key, show(value)]),
    "values",
  );
}

/** A table of texts in a box that scrolls. */
export function table(header: readonly string[], body: readonly (readonly string[])[], className = "numbers"): string {
  const head = header.map((text) => `<th scope="col">${escapeText(text)}</th>`).join("");
  const lines = body.map((cells) => `<tr>${cells.map((text) => `<td>${escapeText(text)}</td>`).join("")}</tr>\n`);
  const content = `<thead><tr>${head}</tr></thead>\n<tbody>\n${lines.join("")}</tbody>`;
  return `<div class="scroll" tabindex="0"><table class="${className}">\n${content}\n</table></div>\n`;
}
