/** A data set from the rows of CSV files: what is learnt, from which columns, and which rows are the test set. */

import { fail } from "../../base/errors.ts";
import { randomStream } from "../../base/random.ts";
import { nearest } from "../../base/suggest.ts";
import type { Dataset } from "../dataset.ts";
import type { Table } from "../table.ts";
import { type CsvFile, numberRole, readColumns } from "./columns.ts";
import { checkTargets, varyingFeatures } from "./features.ts";
import { packFloats } from "./pack.ts";
import type { Chunks } from "./records.ts";
import { type CsvTask, type FinishedTarget, readTarget } from "./targets.ts";

/** A CSV file's bytes, and how messages name it. */
export interface CsvSource {
  readonly where: string;
  readonly chunks: Chunks;
}

/** What is learnt from CSV files. */
export interface CsvOptions {
  /** The columns to tell, in the order of the outputs; all others are features, in the order of the file. */
  readonly target: readonly string[];
  readonly task: CsvTask;
  /** Told in a sentence of columns that are left out. */
  readonly onNotice?: (text: string) => void;
}

/** A data set that has no name yet: its name depends on how the bytes were come by. */
export type Nameless = Omit<Dataset, "name">;

const FEATURE = numberRole("Encode the column as numbers, or leave it out");
/** Columns that a message names. */
const LISTED = 20;
const TASKS: readonly CsvTask[] = ["classification", "regression", "multi-label"];

/**
 * The data set of the rows of `train` and of the test file, whose columns are the same in any order. Without one, the
 * rows of `train` are put in one fixed random order, of which the last fifth is the test set.
 * Throws `data` on files that are not in order, `usage` on a target that is no column and on an unknown task.
 */
export async function readCsv(train: CsvSource, test: CsvSource | undefined, options: CsvOptions): Promise<Nameless> {
  const { target: names, task, onNotice = () => {} } = options;
  checkOptions(options);
  const reading = readTarget(task, names, train.where);
  const learnt = await readColumns(train.where, train.chunks, (columns) => {
    checkTargetNames(train.where, columns, names);
    return columns.map((column) => (names.includes(column) ? reading.role : FEATURE));
  });
  const finished = reading.finish();
  const scored = test && (await readTest(test, learnt, { names, finished }));
  const rows = scored ? { train: inOrder(learnt.count), test: inOrder(scored.count) } : splitRows(learnt);
  if (task === "regression") checkTargets(learnt, names, rows.train);
  const others = [...learnt.columns.keys()].filter((column) => !names.includes(column));
  const features = varyingFeatures(learnt, others, { rows: rows.train, onNotice });
  const part = (file: CsvFile, of: Int32Array) => partOf(file, of, { features, names, finished });
  const { target } = finished;
  const outputs = target.kind === "classes" ? target.count : target.names.length;
  const parts = { train: part(learnt, rows.train), test: part(scored ?? learnt, rows.test) };
  return { shape: [features.length], target, outputs, ...parts };
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
  { where, chunks }: CsvSource,
  train: CsvFile,
  { names, finished }: { names: readonly string[]; finished: FinishedTarget },
): Promise<CsvFile> {
  return readColumns(where, chunks, (columns) => {
    const present = new Set(columns);
    const missing = [...train.columns.keys()].filter((column) => !present.has(column));
    const extra = columns.filter((column) => !train.columns.has(column));
    if (missing.length + extra.length > 0) {
      const other = [...missing.map((column) => `no ${column}`), ...extra.map((column) => `also ${column}`)];
      const got = other.slice(0, LISTED).join(", ");
      const remedy = "Add what is missing and remove what is more";
      fail("data", `${where}, header`, { rule: `must name the columns of ${train.where}`, got, remedy });
    }
    return columns.map((column) => (names.includes(column) ? finished.role : FEATURE));
  });
}

function inOrder(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** One order for all seeds (stream `split`, seed 0), so that no run has seen another's test set. */
function splitRows({ where, count }: CsvFile): { train: Int32Array; test: Int32Array } {
  if (count < 2) {
    const remedy = "Add rows, or name a test file";
    fail("data", where, { rule: "must hold two rows or more, of which a fifth is the test set", got: count, remedy });
  }
  const order = randomStream({ seed: 0, stream: "split", replicate: 0, step: 0, item: 0 }).shuffle(inOrder(count));
  const held = Math.max(1, Math.round(count / 5));
  return { train: order.slice(0, count - held), test: order.slice(count - held) };
}

function checkOptions({ target, task }: CsvOptions): void {
  const rule = `must be one of ${TASKS.join(", ")}`;
  if (!TASKS.includes(task)) fail("usage", "task", { rule, got: task });
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
