/** The rows that a training of masked language modelling sees: masked anew in every epoch, and written by the host. */
import { fail } from "../base/errors.ts";
import type { LengthBatches } from "../dataset/length-batches.ts";
import { maskRow, placesTold, scoredPlaces } from "../dataset/text/corpus/masking.ts";
import { raggedRows } from "../dataset/text/sequences.ts";
import type { Instance } from "../engine/engine.ts";
import type { FeedSources } from "../train/feed.ts";
import type { Training } from "../train/training.ts";

interface Masked {
  readonly training: Training;
  readonly batches: LengthBatches;
  /** The section of all iterations that are asked for. */
  readonly section: string;
}

/** What a batch is made of, each `[places][lanes]`, 0 behind the last of a row and on lanes without one. */
type Batch = Readonly<Record<"x" | "types" | "lengths" | "places" | "y", Float32Array>>;

/**
 * The inputs of a section for an iteration's batch: tokens under the masks of its epoch, and what is to be told. Masks are those of the
 * training's seed, replicate and draw, so they are the same wherever a training goes on.
 */
export function maskedValues(instance: Instance, options: Masked): NonNullable<FeedSources["values"]> {
  let current: { readonly step: number; readonly batch: Batch } | undefined;
  const { train } = options.training.dataset;
  const read = { words: raggedRows(train, "words"), types: raggedRows(train, "types") };
  const batchAt = (step: number): Batch => {
    if (current?.step !== step) current = { step, batch: batchOf(instance, step, { ...options, ...read }) };
    return current.batch;
  };
  const { inputs } = instance.program.sections[options.section]!;
  const names = ["x", "types", "lengths", "places", "y"] as const;
  // Inputs of several lengths are called by theirs.
  const called = (name: string) => [...inputs.keys()].find((input) => input.replace(/:\d+$/, "") === name) ?? name;
  return Object.fromEntries(names.map((name) => [called(name), (step: number) => batchAt(step)[name]] as const));
}

interface Read extends Masked {
  readonly words: (row: number) => ArrayLike<number>;
  readonly types: (row: number) => ArrayLike<number>;
}

function batchOf(instance: Instance, step: number, { training, batches, section, words, types }: Read): Batch {
  const { dataset, noise } = training;
  const masking = dataset.masking ?? fail("data", dataset.name, { rule: "must say what its rows are masked by" });
  const { rows, time } = batches.at(step);
  const { lanes } = instance.program.sections[section]!;
  const epoch = Math.floor(step / batches.iterationsPerEpoch);
  const key = { seed: noise.seed, replicate: (noise.replicate | (noise.draw << 16)) >>> 0, epoch };
  const told = scoredPlaces(time);
  const of = (count: number) => new Float32Array(count * lanes);
  const batch = { x: of(time), types: of(time), lengths: of(1), places: of(told), y: of(told) };
  const put = (into: Float32Array, values: ArrayLike<number>, n: number) => {
    for (let i = 0; i < values.length; i++) into[i * lanes + n] = values[i]!;
  };
  for (const [n, row] of rows.entries()) {
    const masked = maskRow(words(row), masking, { ...key, row });
    const { places, ids } = placesTold(masked);
    put(batch.x, masked.tokens, n);
    put(batch.types, types(row), n);
    put(batch.places, places, n);
    // As in the column: 1 more, so that 0 is none.
    put(
      batch.y,
      ids.map((id) => id + 1),
      n,
    );
    batch.lengths[n] = masked.tokens.length;
  }
  return batch;
}
