/** Which rows of one file are its test set. */

import { fail } from "../../base/errors.ts";
import { randomStream } from "../../base/random.ts";

/** Rows to train on and to be tested on. */
export interface Rows {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** All of `count` rows, in their order. */
export function inOrder(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/**
 * The rows of a file in one random order, the same for all seeds (stream `split`, seed 0), so that no run has seen another's
 * test set: its last fifth. Throws `data` naming `where` for fewer than two rows.
 */
export function holdFifth(where: string, count: number): Rows {
  if (count < 2) {
    const remedy = "Add rows, or name test rows";
    fail("data", where, { rule: "must hold two rows or more, of which a fifth is the test set", got: count, remedy });
  }
  const order = randomStream({ seed: 0, stream: "split", replicate: 0, step: 0, item: 0 }).shuffle(inOrder(count));
  const held = Math.max(1, Math.round(count / 5));
  return { train: order.slice(0, count - held), test: order.slice(count - held) };
}
