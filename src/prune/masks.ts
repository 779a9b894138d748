/** Control masks at the per-layer counts of a ticket, drawn from the `mask` stream. */
import { randomStream } from "../base/random.ts";
import type { Mask } from "../model/network.ts";
import { countKept } from "./prune.ts";

/** Which draw: replicate and level of the ticket it is compared with. */
export interface MaskKey {
  readonly seed: number;
  readonly replicate: number;
  readonly draw: number;
}

/** Items of the `mask` stream: layers count up from one base per kind of mask, so kinds are independent. */
const ITEMS = { random: 0, shuffle: 1 << 12 } as const;

/** A uniformly random mask that keeps as many weights of each layer as `like` does. */
export function randomMask(like: Mask, key: MaskKey): Mask {
  return new Map(
    [...like].map(([name, bits], layer) => {
      const order = permutation(bits.length, key, ITEMS.random + layer);
      const mask = new Uint8Array(bits.length);
      for (const index of order.subarray(0, countKept(bits))) mask[index] = 1;
      return [name, mask];
    }),
  );
}

/** The same mask with the positions of each layer permuted. */
export function shuffleMask(mask: Mask, key: MaskKey): Mask {
  return new Map(
    [...mask].map(([name, bits], layer) => {
      const order = permutation(bits.length, key, ITEMS.shuffle + layer);
      return [name, bits.map((_, index) => bits[order[index]!]!)];
    }),
  );
}

function permutation(length: number, { seed, replicate, draw }: MaskKey, item: number): Int32Array {
  const random = randomStream({ seed, stream: "mask", replicate, step: draw, item });
  return random.shuffle(Int32Array.from({ length }, (_, index) => index));
}
