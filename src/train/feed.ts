/** The feed: everything that the host writes into a section of a program before a run, in one place. */
import { fail } from "../base/errors.ts";
import { createBatches } from "../dataset/batches.ts";
import type { Table } from "../dataset/table.ts";
import type { Instance } from "../engine/engine.ts";
import { batchingOf } from "./batching.ts";
import { controlValues } from "./optimizer.ts";
import { rampAt } from "./penalty.ts";
import { rateAt } from "./schedule.ts";
import type { Training } from "./training.ts";
import { controlInputs } from "./updates.ts";

/** Plain data, kept in the state of a training. */
export type FeedState = Readonly<Record<string, unknown>>;

/** Writes a section's inputs. What it writes depends on the iteration and on its state alone. */
export interface Feed {
  /** Writes all inputs of iteration `step`, and returns the rows that the batch holds: lanes behind them are padding. */
  write(step: number): Int32Array;
  /** The section that iteration `step` runs; default `train`. */
  sectionAt?(step: number): string;
  /** What it must be given back to go on after a pause; null where the iteration says it all. */
  state(): FeedState | null;
  restore(state: FeedState): void;
}

/** What a section's batches are gathered from, and the inputs beside: values by name, as functions of the iteration. */
export interface FeedSources {
  /** Where rows are gathered from. */
  readonly table: Table;
  /** The rows of an iteration's batch, at most as many as the section has lanes. */
  readonly rowsAt: (step: number) => Int32Array;
  /** Default none. */
  readonly values?: Readonly<Record<string, (step: number) => ArrayLike<number>>>;
}

/**
 * A feed without a state. Sources that the section does not read are left out.
 * Throws `usage` naming an input that nothing is said for.
 */
export function createFeed(instance: Instance, section: string, { table, rowsAt, values = {} }: FeedSources): Feed {
  const { lanes, inputs } = instance.program.sections[section]!;
  const [indices, count] = [`indices:${lanes}`, "count"];
  const missing = [...inputs.keys()].find((name) => name !== indices && name !== count && !values[name]);
  if (missing) {
    const rule = "every input of a program must be written";
    fail("usage", `section ${section}`, { rule, got: missing, remedy: "Add it to the feed" });
  }
  const rest = Object.entries(values).flatMap(([name, valueAt]) => {
    const buffer = inputs.get(name);
    return buffer ? [{ buffer, valueAt }] : [];
  });
  const [place, size] = [inputs.get(indices), inputs.get(count)];
  return {
    write(step) {
      const rows = rowsAt(step);
      checkRows(rows, table);
      instance.bind(table);
      if (place) instance.write(place, rows);
      if (size) instance.write(size, [rows.length]);
      for (const { buffer, valueAt } of rest) instance.write(buffer, valueAt(step));
      return rows;
    },
    state: () => null,
    restore() {},
  };
}

/** Kernels read where rows say: throws `usage` for rows that a table does not have. */
function checkRows(rows: Int32Array, { count }: Table): void {
  if (!(rows instanceof Int32Array))
    fail("usage", "rows", { rule: "must be an Int32Array", got: typeof rows, remedy: "Write Int32Array.of(...)" });
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n]!;
    if (row >= 0 && row < count) continue;
    const rule = `must be rows of the table, from 0 to ${count - 1}`;
    fail("usage", "rows", { rule, got: row, remedy: "Rows are counted from 0; splitTrain gives those to train on" });
  }
}

/** Weight of a batch in the running statistics of batch norm: PyTorch's default momentum. */
const STATISTICS_RATE = 0.1;

/**
 * The feed of a training step: batches in the order that the noise key says, and what changes by iteration.
 * @throws as {@link createBatches} and {@link createFeed}; `usage` (by `write`) for a schedule that is not registered
 */
export function trainingFeed(instance: Instance, training: Training): Feed {
  const { dataset, task, split, batch, noise, optimizer, schedule, from, penalty } = training;
  const controls = controlInputs(optimizer).map(({ name, factor }) => {
    const valueAt = (step: number) => controlValues(optimizer, factor * rateAt(schedule, step), step - from + 1);
    return [name, valueAt] as const;
  });
  // The replicate, and in its upper half the draw.
  const replicate = (noise.replicate | (noise.draw << 16)) >>> 0;
  const counterAt = (step: number) => [noise.seed, replicate, step];
  const values = {
    ...Object.fromEntries(controls),
    counter: counterAt,
    augment_counter: counterAt,
    statistics_rate: () => [STATISTICS_RATE],
    ...(penalty && { penalty_rate: (step: number) => [rampAt(penalty, step)] }),
  };
  const rowsAt = createBatches({ indices: split.train, batch, key: noise }).at;
  const own = batchingOf(dataset, task)?.feed(instance, training, values);
  return own ?? createFeed(instance, "train", { table: dataset.train, rowsAt, values });
}
