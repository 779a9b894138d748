/** The script of a report: what a page does beyond being read, as text that stands in it. */

import { addControls } from "./controls.ts";
import { sortTables } from "./sort.ts";
import { showValues } from "./values.ts";

/** Plain JavaScript that needs nothing but the page it stands in. */
export function pageScript(): string {
  return [addControls, showValues, sortTables].map((act) => `(${act})(document);`).join("\n");
}
