/** The order in which training images are seen: a new permutation for every epoch, cut into batches. */

import { checkInteger } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";

/** Names one sequence of data orders; `draw` tells apart orders of the same replicate, as instability analysis needs. */
export interface OrderKey {
  /** 32 bits, from 0. */
  readonly seed: number;
  /** From 0 to 65535. */
  readonly replicate: number;
  /** From 0 to 65535; 0 is a replicate's own. */
  readonly draw: number;
}

/** What is trained on at each iteration. */
export interface Batches {
  readonly iterationsPerEpoch: number;
  /** Indices of the batch at `iteration`, counted from 0 over all epochs; a view that stays valid. */
  at(iteration: number): Int32Array;
}

/** Iterations that see every one of `count` images once: the last batch may be smaller than `batch`, never dropped. */
export function iterationsPerEpoch(count: number, batch: number): number {
  return Math.ceil(count / batch);
}

/** `indices` in the order of `epoch` (stream `order`, step = epoch, item = draw); the argument is left as it was. */
export function epochOrder(key: OrderKey, indices: Int32Array, epoch: number): Int32Array {
  const { seed, replicate, draw } = key;
  return randomStream({ seed, stream: "order", replicate, step: epoch, item: draw }).shuffle(indices.slice());
}

/** What batches are made of. */
export interface BatchOptions {
  /** Rows of the training table, one or more. */
  readonly indices: Int32Array;
  /** Rows of a batch, from 1; the last one of an epoch may have fewer. */
  readonly batch: number;
  /** Names the order. */
  readonly key: OrderKey;
}

/**
 * Batches of `batch` of `indices`, a function of the iteration alone; only the epoch in use is kept.
 * Throws `usage` without indices or on a batch below 1.
 */
export function createBatches(options: BatchOptions): Batches {
  const { indices, batch, key } = options;
  checkInteger("batch", batch, { min: 1 });
  if (indices.length === 0) fail("usage", "batches", { rule: "need at least one training image", got: 0 });
  const perEpoch = iterationsPerEpoch(indices.length, batch);
  let current = { epoch: -1, views: [] as Int32Array[] };
  const at = (iteration: number) => {
    checkInteger("iteration", iteration, { min: 0 });
    const epoch = Math.floor(iteration / perEpoch);
    if (epoch !== current.epoch) current = { epoch, views: cut(epochOrder(key, indices, epoch), batch) };
    return current.views[iteration % perEpoch]!;
  };
  return { iterationsPerEpoch: perEpoch, at };
}

function cut(order: Int32Array, batch: number): Int32Array[] {
  const length = iterationsPerEpoch(order.length, batch);
  return Array.from({ length }, (_, i) => order.subarray(i * batch, (i + 1) * batch));
}
