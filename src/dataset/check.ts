/**
 * The rules of a data set, checked once wherever it enters: loaders, command line and library users alike. What trains on
 * it trusts them: a label beyond the classes would read memory beyond the logits.
 */

import { fail } from "../base/errors.ts";
import { checkTable, checkValues, isPositiveInteger } from "./check-table.ts";
import type { Dataset } from "./dataset.ts";
import { type Column, rowSize, type Table } from "./table.ts";

const seen = new WeakSet<Dataset>();

/**
 * Returns a data set that keeps the rules of {@link Dataset}; one that has been seen is not read again, data sets being
 * immutable. Throws `data` naming the place, the rule, the value (the first wrong row) and the remedy.
 */
export function checkDataset(dataset: Dataset): Dataset {
  if (seen.has(dataset)) return dataset;
  const { name, shape } = dataset;
  if (typeof name !== "string" || name === "") fail("data", "data set", { rule: "must have a name", got: name });
  checkSizes(`${name}: shape`, shape);
  checkOutputs(dataset);
  for (const part of ["train", "test"] as const) {
    checkTable(`${name}: ${part}`, dataset[part]);
    checkInput(`${name}: ${part}`, dataset[part], dataset);
    // What is told of tokens is checked by what batches texts.
    if (!(dataset.stream || dataset.head)) checkTarget(`${name}: ${part}`, dataset[part], dataset);
  }
  checkAlike(dataset);
  checkStatistics(dataset);
  if (dataset.standardised !== undefined) checkStandardised(dataset);
  seen.add(dataset);
  return dataset;
}

function checkSizes(where: string, shape: readonly number[]): void {
  if (Array.isArray(shape) && shape.length > 0 && shape.every(isPositiveInteger)) return;
  const remedy = "Write [channels, height, width] or [features]";
  fail("data", where, { rule: "must be positive integers", got: shape, remedy });
}

function checkOutputs({ name, target, outputs }: Dataset): void {
  const names = target?.kind === "classes" ? target.names : target?.names;
  const count = target?.kind === "classes" ? target.count : names?.length;
  const known = ["classes", "numbers", "labels"].includes(target?.kind);
  if (!known || !isPositiveInteger(count)) {
    const rule = "must be classes with their count, or numbers or labels with their names";
    fail("data", `${name}: target`, { rule, got: JSON.stringify(target) });
  }
  if (names && names.length !== count) {
    fail("data", `${name}: target`, { rule: `must have a name for each of ${count} classes`, got: names.length });
  }
  if (outputs === count) return;
  fail("data", `${name}: outputs`, { rule: `must be ${count}, one for each of its ${target.kind}`, got: outputs });
}

/** The columns that models read, where they are there; other columns are for those who add them to check. */
function checkInput(where: string, { columns }: Table, { shape, pixels }: Dataset): void {
  const { images, features } = columns;
  if (pixels !== undefined && pixels !== "floats") {
    const remedy = "Leave it out where images are bytes";
    fail("data", `${where}, images`, { rule: "pixels must be floats, or absent", got: pixels, remedy });
  }
  if (images) checkColumn(`${where}, images`, images, { types: [pixels ? "f32" : "u8"], shape });
  if (features) checkColumn(`${where}, features`, features, { types: ["f32"], shape });
}

function checkTarget(where: string, { columns }: Table, { target, outputs }: Dataset): void {
  const name = target.kind === "numbers" ? "targets" : "labels";
  const at = `${where}, ${name}`;
  const got = `columns ${Object.keys(columns).join(", ")}`;
  const column =
    columns[name] ?? fail("data", at, { rule: "must be there", got, remedy: `Name the column of the target ${name}` });
  if (Object.keys(columns).length === 1)
    fail("data", where, { rule: `must have a column to tell ${name} from`, got, remedy: "Add images or features" });
  if (target.kind === "numbers") checkColumn(at, column, { types: ["f32"], shape: [outputs] });
  else checkLabels(at, column, target.kind === "classes" ? { classes: outputs } : { labels: outputs });
}

function checkLabels(
  where: string,
  column: Column,
  { classes = 2, labels }: { classes?: number; labels?: number },
): void {
  // Bytes cannot tell more than 256 classes apart.
  const types = labels ? ["u8"] : classes <= 256 ? ["u8", "i32"] : ["i32"];
  checkColumn(where, column, { types, shape: labels ? [labels] : [] });
  const rule = labels ? "must be 0 or 1" : `must be a class from 0 to ${classes - 1}`;
  const remedy = labels ? "Write 1 where a label applies" : "Number classes from 0 on, or raise their count";
  checkValues(where, column, { rule, remedy, allows: (value) => value >= 0 && value < classes });
}

function checkColumn(
  where: string,
  column: Column,
  { types, shape }: { types: string[]; shape: readonly number[] },
): void {
  if (column.lengths) fail("data", where, { rule: "its rows must have one shape", got: "lengths" });
  if (!types.includes(column.type))
    fail("data", where, { rule: `must be of type ${types.join(" or ")}`, got: column.type });
  if (signature(shape) === signature(column.shape)) return;
  fail("data", where, { rule: `rows must have the shape ${signature(shape)}`, got: signature(column.shape) });
}

/** A network that was trained on one part is scored on the other. */
function checkAlike({ name, train, test }: Dataset): void {
  const [learnt, scored] = [train, test].map(({ columns }) =>
    Object.entries(columns)
      .map(([column, { type, shape, lengths }]) => `${column} ${type} ${signature(shape)}${lengths ? " ragged" : ""}`)
      .sort()
      .join(", "),
  );
  if (learnt === scored) return;
  fail("data", `${name}: test`, { rule: `must have the columns of train, ${learnt}`, got: scored });
}

function signature(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function checkStatistics({ name, shape, mean, std, train }: Dataset): void {
  if (!mean && !std) {
    if (!train.columns.images) return;
    fail("data", `${name}: mean, std`, { rule: "images must have both, of pixels scaled to 0..1, for each channel" });
  }
  checkStatistic(`${name}: mean`, mean, { length: shape[0]!, rule: "finite", allows: Number.isFinite });
  const allows = (value: number) => Number.isFinite(value) && value > 0;
  checkStatistic(`${name}: std`, std, { length: shape[0]!, rule: "finite and above 0", allows });
}

/** Of a constant feature the std is Infinity, so that it says nothing. */
function checkStandardised({ name, standardised, train }: Dataset): void {
  const remedy = "Write standardise(dataset, split.train)";
  for (const column of ["features", "targets"] as const) {
    const own = train.columns[column];
    if (own?.type !== "f32") continue;
    const { mean, std } = standardised![column] ?? {};
    const length = rowSize(own);
    const where = `${name}: standardised.${column}`;
    checkStatistic(`${where}.mean`, mean, { length, rule: "finite", allows: Number.isFinite, remedy });
    const allows = (value: number) => value > 0 && (column === "features" || Number.isFinite(value));
    checkStatistic(`${where}.std`, std, { length, rule: "above 0", allows, remedy });
  }
}

interface StatisticRule {
  readonly length: number;
  readonly rule: string;
  readonly allows: (value: number) => boolean;
  readonly remedy?: string;
}

function checkStatistic(
  where: string,
  values: readonly number[] | undefined,
  { length, rule, allows, remedy = "A channel that never varies has std 1" }: StatisticRule,
): void {
  if (Array.isArray(values) && values.length === length && values.every(allows)) return;
  fail("data", where, {
    rule: `must be ${length} numbers, ${rule}`,
    got: Array.isArray(values) ? signature(values) : values,
    remedy,
  });
}
