/** Whether the numbers of a column differ, and float32 can tell. */

import { fail } from "../../base/errors.ts";
import { moments } from "../standardisation.ts";

/** Of |mean| / std: float32 has 24 bits, so beyond it the values of a column are told apart by less than four. */
const RESOLVED = 2 ** 20;
/** Deviations that float32 divides by without overflow or loss. */
const SMALLEST = 2 ** -100;
const LARGEST = 2 ** 100;

/**
 * Tells whether a column varies over `count` rows, of which `at` gives the values. Throws `data` naming `where` on one whose
 * spread float32 cannot resolve.
 */
export function varies(where: string, count: number, at: (row: number) => number): boolean {
  const { mean, std, varies } = moments(count, at);
  if (!varies) return false;
  if (Math.abs(mean) > RESOLVED * std) {
    const rule = "float32 must be able to tell its values apart, |mean| / std being at most 2^20";
    fail("data", where, { rule, got: `mean ${mean}, std ${std}`, remedy: `Centre it: subtract ${mean} or so` });
  }
  if (std < SMALLEST || std > LARGEST) {
    fail("data", where, { rule: "its std must be from 2^-100 to 2^100", got: std, remedy: "Scale the column" });
  }
  return true;
}
