/** Scoring a network on part of a data set. */
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Instance } from "../engine/engine.ts";
import { taskOf } from "../task/registry.ts";
import type { Measured, Task } from "../task/task.ts";
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
 * Scores the instance's network on the examples `indices` of a table. Losses are added in float64 in the order of the
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
  const { lanes, outputs } = instance.program.sections.evaluate!;
  const table = dataset[part];
  const tally = task.tally(dataset, table);
  const read = ["loss", ...tally.reads].map((name) => {
    const buffer = outputs.get(name)!;
    return { name, buffer, values: new Float32Array(buffer.elements) };
  });
  const values = Object.fromEntries(read.map((each) => [each.name, each.values]));
  const rowsAt = (batch: number) => indices.subarray(batch * lanes, (batch + 1) * lanes);
  const feed = createFeed(instance, "evaluate", { table, rowsAt });
  let loss = 0;
  for (let batch = 0; batch * lanes < indices.length; batch++) {
    const rows = feed.write(batch);
    instance.run("evaluate");
    for (const each of read) await instance.read(each.buffer, each.values);
    for (let n = 0; n < rows.length; n++) loss += values.loss![n]!;
    tally.add(rows, values, lanes);
  }
  const measures = tally.measures();
  const { name } = task.measures(dataset)[0];
  return { n: indices.length, loss: loss / indices.length, measure: { name, value: measures[name]! }, measures };
}

/** 0, 1, ..., count - 1. */
export function allIndices(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
