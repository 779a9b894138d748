/** Tables that are sorted by the column whose heading is pressed. */

import type { Page, Part } from "./dom.ts";

/**
 * Makes every heading of the tables of numbers a button that sorts the lines by its column, numbers by value, rising first,
 * then falling; cells without a value come last. It is written into a page as it stands, so that it uses nothing of outside.
 */
export function sortTables(page: Page): void {
  /** The number that a text begins with; NaN where it begins with none. */
  const numberOf = (text: string) => Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));

  function compare(a: string, b: string, sign: number): number {
    const [x, y] = [numberOf(a), numberOf(b)];
    const isEmpty = (text: string) => text === "" || text === "–";
    if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(a)) - Number(isEmpty(b));
    return sign * (Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y);
  }

  function sortBy(table: Part, column: number): void {
    const headings = [...table.querySelectorAll("thead th")];
    const rises = headings[column]?.getAttribute("aria-sort") !== "ascending";
    for (const heading of headings) heading.removeAttribute("aria-sort");
    headings[column]?.setAttribute("aria-sort", rises ? "ascending" : "descending");
    const body = table.querySelector("tbody")!;
    const text = (line: Part) => line.children[column]?.textContent?.trim() ?? "";
    body.append(...[...body.children].sort((a, b) => compare(text(a), text(b), rises ? 1 : -1)));
  }

  for (const table of page.querySelectorAll("table.numbers"))
    for (const [column, heading] of [...table.querySelectorAll("thead th")].entries()) {
      const made = page.createElement("button");
      made.type = "button";
      made.textContent = heading.textContent;
      made.addEventListener("click", () => sortBy(table, column));
      heading.replaceChildren(made);
    }
}
