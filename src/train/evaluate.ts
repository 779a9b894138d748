/** Scoring a network on part of a data set. */
import type { Table } from "../dataset/table.ts";
import type { Instance } from "../engine/engine.ts";

/** Accuracy (fraction correct) and mean loss over `n` examples. */
export interface Score {
  readonly n: number;
  readonly accuracy: number;
  readonly loss: number;
}

/**
 * Scores the instance's network on the examples `indices` of a table. Losses are added in float64 in the order of the
 * indices, so the result does not depend on how they fall into batches.
 */
export function evaluate(instance: Instance, table: Table, indices: Int32Array): Score {
  const section = instance.program.sections.evaluate!;
  const { lanes, inputs, outputs } = section;
  const [place, count] = [inputs.get(`indices:${lanes}`)!, inputs.get("count")!];
  const [losses, correct] = [new Float32Array(lanes), new Float32Array(lanes)];
  let loss = 0;
  let right = 0;
  instance.bind(table);
  for (let start = 0; start < indices.length; start += lanes) {
    const batch = indices.subarray(start, start + lanes);
    instance.write(place, batch);
    instance.write(count, [batch.length]);
    instance.run("evaluate");
    instance.read(outputs.get("loss")!, losses);
    instance.read(outputs.get("correct")!, correct);
    for (let n = 0; n < batch.length; n++) {
      loss += losses[n]!;
      right += correct[n]!;
    }
  }
  return { n: indices.length, accuracy: right / indices.length, loss: loss / indices.length };
}

/** 0, 1, ..., count - 1. */
export function allIndices(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
