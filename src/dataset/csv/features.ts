/** Which columns of a CSV file are features: those that vary over its training rows, as float32 can tell. */

import { fail } from "../../base/errors.ts";
import { varies } from "../rows/spread.ts";
import type { CsvFile } from "./columns.ts";

/**
 * The columns among `names` that vary over the training rows, in their order; `onNotice` is told of the others.
 * Throws `data` on one whose spread float32 cannot resolve, and where none varies.
 */
export function varyingFeatures(
  { where, columns }: CsvFile,
  names: readonly string[],
  { rows, onNotice }: { rows: Int32Array; onNotice: (text: string) => void },
): string[] {
  const varying = names.filter((name) => varies(`${where}, column ${name}`, rows.length, at(columns.get(name)!, rows)));
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
    const place = `${where}, column ${name}`;
    const values = columns.get(name)!;
    if (varies(place, rows.length, at(values, rows))) continue;
    const remedy = "Choose another target";
    fail("data", place, {
      rule: "a target must vary over the training rows",
      got: `${values[rows[0]!]} in all of them`,
      remedy,
    });
  }
}

const at = (values: readonly number[], rows: Int32Array) => (i: number) => values[rows[i]!]!;
