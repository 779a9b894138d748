/** Which columns of a CSV file are features: those that vary over its training rows, as float32 can tell. */

import { fail } from "../../base/errors.ts";
import { moments } from "../standardisation.ts";
import type { CsvFile } from "./columns.ts";

/** Of |mean| / std: float32 has 24 bits, so beyond it the values of a column are told apart by less than four. */
const RESOLVED = 2 ** 20;
/** Deviations that float32 divides by without overflow or loss. */
const SMALLEST = 2 ** -100;
const LARGEST = 2 ** 100;

/**
 * The columns among `names` that vary over the training rows, in their order; `onNotice` is told of the others.
 * Throws `data` on one whose spread float32 cannot resolve, and where none varies.
 */
export function varyingFeatures(
  { where, columns }: CsvFile,
  names: readonly string[],
  { rows, onNotice }: { rows: Int32Array; onNotice: (text: string) => void },
): string[] {
  const varying = names.filter((name) => varies(`${where}, column ${name}`, columns.get(name)!, rows));
  if (varying.length === 0) {
    const remedy = "Add a column that tells rows apart";
    fail("data", where, { rule: "must have a column beside the target that varies over the training rows", remedy });
  }
  const kept = new Set(varying);
  const constant = names.filter((name) => !kept.has(name));
  if (constant.length > 0) {
    const [column, are] = constant.length === 1 ? ["column", "is"] : ["columns", "are"];
    onNotice(`${where}: ${column} ${constant.join(", ")} ${are} left out, constant over the training rows`);
  }
  return varying;
}

/** Throws `data` on a regression's target that does not vary over the training rows, or less than float32 can tell. */
export function checkTargets({ where, columns }: CsvFile, names: readonly string[], rows: Int32Array): void {
  for (const name of names) {
    const at = `${where}, column ${name}`;
    const values = columns.get(name)!;
    if (varies(at, values, rows)) continue;
    const remedy = "Choose another target";
    fail("data", at, {
      rule: "a target must vary over the training rows",
      got: `${values[rows[0]!]} in all of them`,
      remedy,
    });
  }
}

function varies(where: string, values: readonly number[], rows: Int32Array): boolean {
  const { mean, std, varies } = moments(rows.length, (i) => values[rows[i]!]!);
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
