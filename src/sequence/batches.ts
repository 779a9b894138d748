/**
 * Batches of texts of like length: shuffled, cut into stretches of 50 batches, each sorted by length, and the batches shuffled
 * again. A batch is as long as its longest text, rounded up to whole blocks of positions, so few programs serve all.
 */
import { checkInteger } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import { epochOrder, iterationsPerEpoch, type OrderKey } from "../dataset/batches.ts";

/** Batches that are sorted together. */
const STRETCH = 50;

/** Positions of a block. */
const BLOCK = 16;

/** What batches are made of. */
export interface LengthBatchOptions {
  /** Rows of the training table, one or more. */
  readonly indices: Int32Array;
  /** Tokens of each row of the table. */
  readonly lengths: Int32Array;
  /** Where longer texts are cut; from 1. */
  readonly most: number;
  /** Rows of a batch, from 1; one of an epoch may have fewer. */
  readonly batch: number;
  /** Names the order. */
  readonly key: OrderKey;
}

/** Rows that are trained on together, and the positions that hold them all. */
export interface LengthBatch {
  readonly rows: Int32Array;
  /** A multiple of 16, or `most`. */
  readonly time: number;
}

/** What is trained on at each iteration. */
export interface LengthBatches {
  readonly iterationsPerEpoch: number;
  /** Every `time` that some batch may have, ascending. */
  readonly times: readonly number[];
  /** The batch at `iteration`, counted from 0 over all epochs. */
  at(iteration: number): LengthBatch;
}

/** Positions for a text of so many tokens: whole blocks, one at least, and no more than `most`. */
export function timeFor(length: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(length / BLOCK)) * BLOCK);
}

/**
 * Batches of texts, a function of the iteration alone. Every epoch sees each row once.
 * Throws `usage` without indices, on a batch or a length below 1.
 */
export function createLengthBatches(options: LengthBatchOptions): LengthBatches {
  const { indices, lengths, most, batch } = options;
  checkInteger("batch", batch, { min: 1 });
  checkInteger("length", most, { min: 1 });
  if (indices.length === 0) fail("usage", "batches", { rule: "need at least one text to train on", got: 0 });
  const perEpoch = iterationsPerEpoch(indices.length, batch);
  const times = new Set(Array.from(indices, (row) => timeFor(lengths[row]!, most)));
  let current = { epoch: -1, batches: [] as LengthBatch[] };
  return {
    iterationsPerEpoch: perEpoch,
    times: [...times].sort((a, b) => a - b),
    at(iteration) {
      checkInteger("iteration", iteration, { min: 0 });
      const epoch = Math.floor(iteration / perEpoch);
      if (epoch !== current.epoch) current = { epoch, batches: epochOf(options, epoch) };
      return current.batches[iteration % perEpoch]!;
    },
  };
}

function epochOf({ indices, lengths, most, batch, key }: LengthBatchOptions, epoch: number): LengthBatch[] {
  const order = epochOrder(key, indices, epoch);
  const batches: LengthBatch[] = [];
  for (let from = 0; from < order.length; from += STRETCH * batch) {
    // Equal lengths stay as they were shuffled: the sort is stable.
    const stretch = order.slice(from, from + STRETCH * batch).sort((a, b) => lengths[a]! - lengths[b]!);
    for (let first = 0; first < stretch.length; first += batch) {
      const rows = stretch.subarray(first, first + batch);
      batches.push({ rows, time: timeFor(lengths[rows.at(-1)!]!, most) });
    }
  }
  const places = shuffledPlaces(batches.length, key, epoch);
  return Array.from(places, (place) => batches[place]!);
}

/** Draws of the stream `order` behind those of all replicates' own orders. */
const SECOND = 1 << 16;

function shuffledPlaces(count: number, { seed, replicate, draw }: OrderKey, epoch: number): Int32Array {
  const random = randomStream({ seed, stream: "order", replicate, step: epoch, item: SECOND + draw });
  return random.shuffle(Int32Array.from({ length: count }, (_, place) => place));
}
