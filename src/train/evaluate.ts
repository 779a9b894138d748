/** Scoring a network on part of a data set. */
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Table } from "../dataset/table.ts";
import type { Instance } from "../engine/engine.ts";
import { taskOf } from "../task/registry.ts";
import type { Measured, Tally, Task } from "../task/task.ts";
import { batchingOf, type ScoredRows } from "./batching.ts";
import { createFeed } from "./feed.ts";

/** Mean loss and the task's measures over `n` examples. */
export interface Score {
  readonly n: number;
  readonly loss: number;
  /** The task's first measure. */
  readonly measure: { readonly name: string; readonly value: number };
  /** All by name. */
  readonly measures: Measured;
}

/** Which table is scored, and by which task: default the data set's own. */
export interface Scored {
  /** Standardised where it has floats. */
  readonly dataset: Dataset;
  /** The table that is scored. */
  readonly part: "train" | "test";
  /** Default the data set's own. */
  readonly task?: Task;
}

/**
 * Scores the instance's network on the examples `indices` of a table, texts of like length together. Losses are added in float64 in the order of the
 * indices, so the result does not depend on how they fall into batches.
 * @param instance opened with a program whose section `evaluate` scores by the task
 * @throws code `usage` for no rows, for rows that are no Int32Array or none of the table's, and for an input of the section
 *   that nothing is said for; `data` where the table's columns are not the program's
 */
export async function evaluate(
  instance: Instance,
  { dataset, part, task = taskOf(dataset) }: Scored,
  indices: Int32Array,
): Promise<Score> {
  if (!(indices.length > 0)) fail("usage", part, { rule: "at least one row must be scored", got: indices.length });
  const table = dataset[part];
  const tally = task.tally(dataset, table);
  const losses = new Float32Array(indices.length);
  const whole = [{ section: "evaluate", places: allIndices(indices.length) }];
  for (const each of batchingOf(dataset, task)?.scored(instance, { dataset, part, task }, indices) ?? whole)
    await scoreRows(instance, { ...each, table, tally }, { indices, losses });
  let loss = 0;
  for (let n = 0; n < losses.length; n++) loss += losses[n]!;
  const measures = tally.measures();
  const { name } = task.measures(dataset)[0];
  return { n: indices.length, loss: loss / indices.length, measure: { name, value: measures[name]! }, measures };
}

/** Scores the rows `indices[places]` with one section, and notes the loss of each in its place. */
async function scoreRows(
  instance: Instance,
  { section, places, values: written, table, tally }: ScoredRows & { table: Table; tally: Tally },
  { indices, losses }: { indices: Int32Array; losses: Float32Array },
): Promise<void> {
  const { lanes, outputs } = instance.program.sections[section]!;
  const read = ["loss", ...tally.reads].map((name) => {
    const buffer = outputs.get(name)!;
    return { name, buffer, values: new Float32Array(buffer.elements) };
  });
  const values = Object.fromEntries(read.map((each) => [each.name, each.values]));
  const all = places.map((place) => indices[place]!);
  const rowsAt = (batch: number) => all.subarray(batch * lanes, (batch + 1) * lanes);
  const feed = createFeed(instance, section, { table, rowsAt, ...(written && { values: written }) });
  for (let batch = 0; batch * lanes < places.length; batch++) {
    const rows = feed.write(batch);
    instance.run(section);
    for (const each of read) await instance.read(each.buffer, each.values);
    for (let n = 0; n < rows.length; n++) losses[places[batch * lanes + n]!] = values.loss![n]!;
    tally.add(rows, values, lanes);
  }
}

/** 0, 1, ..., count - 1. */
export function allIndices(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
