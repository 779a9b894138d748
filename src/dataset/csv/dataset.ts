/** A data set from the rows of CSV files: what is learnt, from which columns, and which rows are the test set. */

import { fail } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import type { Dataset } from "../dataset.ts";
import { holdFifth, inOrder } from "../rows/held.ts";
import { packFloats } from "../rows/pack.ts";
import { numberRole } from "../rows/role.ts";
import { checkTask, type FinishedTarget, readTarget, type TaskName } from "../rows/targets.ts";
import type { Table } from "../table.ts";
import { type CsvFile, type CsvSource, readColumns } from "./columns.ts";
import { checkTargets, varyingFeatures } from "./features.ts";

/** What is learnt from CSV files. */
export interface CsvOptions {
  /** The columns to tell, in the order of the outputs, default the last; all others are features, in the order of the file. */
  readonly target?: readonly string[] | undefined;
  readonly task: TaskName;
  /** Whether the first line is a row already, and columns are called by their number, from 1; default false. */
  readonly isHeaderless?: boolean;
  /** Told in a sentence of columns that are left out. */
  readonly onNotice?: (text: string) => void;
}

/** A data set that has no name yet: its name depends on how the bytes were come by. */
export type Nameless = Omit<Dataset, "name">;

/** The same, and the columns that are told. */
export interface ReadCsv {
  readonly dataset: Nameless;
  readonly told: readonly string[];
}

const FEATURE = numberRole("Encode the column as numbers, or leave it out");
/** Columns that a message names. */
const LISTED = 20;

/**
 * The data set of the rows of `train` and of the test file, whose columns are the same in any order. Without one, the
 * rows of `train` are put in one fixed random order, of which the last fifth is the test set.
 * Throws `data` on files that are not in order, `usage` on a target that is no column and on an unknown task.
 */
export async function readCsv(train: CsvSource, test: CsvSource | undefined, options: CsvOptions): Promise<Nameless> {
  return (await readCsvFiles(train, test, options)).dataset;
}

/** {@link readCsv}, with the target where it was not named. */
export async function readCsvFiles(
  train: CsvSource,
  test: CsvSource | undefined,
  options: CsvOptions,
): Promise<ReadCsv> {
  const { task, isHeaderless = false, onNotice = () => {} } = options;
  checkOptions(options);
  let [names, reading] = [options.target ?? [], readTarget(task, options.target ?? [], train.where)];
  const learnt = await readColumns(train, { isHeaderless }, (columns) => {
    names = options.target ?? columns.slice(-1);
    reading = readTarget(task, names, train.where);
    checkTargetNames(train.where, columns, names);
    return columns.map((column) => (names.includes(column) ? reading.role : FEATURE));
  });
  const finished = reading.finish();
  const scored = test && (await readTest(test, learnt, { isHeaderless, names, finished }));
  const rows = scored
    ? { train: inOrder(learnt.count), test: inOrder(scored.count) }
    : holdFifth(train.where, learnt.count);
  if (task === "regression") checkTargets(learnt, names, rows.train);
  const others = [...learnt.columns.keys()].filter((column) => !names.includes(column));
  const features = varyingFeatures(learnt, others, { rows: rows.train, onNotice });
  const part = (file: CsvFile, of: Int32Array) => partOf(file, of, { features, names, finished });
  const { target } = finished;
  const outputs = target.kind === "classes" ? target.count : target.names.length;
  const parts = { train: part(learnt, rows.train), test: part(scored ?? learnt, rows.test) };
  return { dataset: { shape: [features.length], target, outputs, ...parts }, told: names };
}

/** The rows `of` a file as a table. */
function partOf(
  file: CsvFile,
  of: Int32Array,
  { features, names, finished }: { features: readonly string[]; names: readonly string[]; finished: FinishedTarget },
): Table {
  const values = (columns: readonly string[]) => columns.map((column) => file.columns.get(column)!);
  const columns = { features: packFloats(values(features), of), [finished.column]: finished.pack(values(names), of) };
  return { count: of.length, columns };
}

function readTest(
  test: CsvSource,
  train: CsvFile,
  { isHeaderless, names, finished }: { isHeaderless: boolean; names: readonly string[]; finished: FinishedTarget },
): Promise<CsvFile> {
  return readColumns(test, { isHeaderless }, (columns) => {
    const present = new Set(columns);
    const missing = [...train.columns.keys()].filter((column) => !present.has(column));
    const extra = columns.filter((column) => !train.columns.has(column));
    if (missing.length + extra.length > 0) {
      const other = [...missing.map((column) => `no ${column}`), ...extra.map((column) => `also ${column}`)];
      const got = other.slice(0, LISTED).join(", ");
      const remedy = "Add what is missing and remove what is more";
      const [at, verb] = isHeaderless ? ["line 1", "have"] : ["header", "name"];
      fail("data", `${test.where}, ${at}`, { rule: `must ${verb} the columns of ${train.where}`, got, remedy });
    }
    return columns.map((column) => (names.includes(column) ? finished.role : FEATURE));
  });
}

function checkOptions({ target = [""], task }: CsvOptions): void {
  checkTask(task);
  if (target.length === 0) fail("usage", "target", { rule: "must name a column" });
  const twice = target.find((name, i) => target.indexOf(name) !== i);
  if (twice !== undefined) fail("usage", "target", { rule: "must name a column once", got: twice });
  if (task !== "classification" || target.length === 1) return;
  const remedy = "For several labels a row, choose the task multi-label";
  fail("usage", "target", { rule: "classification has one target", got: target.join(), remedy });
}

function checkTargetNames(where: string, columns: readonly string[], names: readonly string[]): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, columns);
    const listed = columns.slice(0, LISTED).map((column) => JSON.stringify(column));
    const remedy = `${meant ? `Did you mean ${JSON.stringify(meant)}? ` : ""}Its columns are ${listed.join(", ")}`;
    fail("usage", "target", { rule: `must be a column of ${where}`, got: unknown, remedy });
  }
  if (names.length < columns.length) return;
  fail("data", where, { rule: "must have a column beside the target", remedy: "Learning needs features" });
}
