/** How many rows are held back for validation. */

import { fail } from "../base/errors.ts";

/** Held back where nothing is asked for and it is at most half of the rows; of fewer rows, a tenth. */
const USUAL = 5000;

/**
 * Rows held back of the `rows` of a training part: `asked` is a count or a fraction below 1 of them, rounded; undefined
 * means 5,000 where that is at most half, else a tenth, rounded. Throws `usage` on anything else and where no row is left.
 */
export function validationCount(asked: number | undefined, rows: number): number {
  if (asked === undefined) return USUAL <= rows / 2 ? USUAL : Math.round(rows / 10);
  const count = asked > 0 && asked < 1 ? Math.round(asked * rows) : asked;
  if (Number.isInteger(count) && count >= 0 && count < rows) return count;
  return fail("usage", "validation", {
    rule: "must be a whole number of rows from 0 on or a fraction below 1, and leave a row to train on",
    got: asked,
    remedy: `There are ${rows} training rows`,
  });
}
