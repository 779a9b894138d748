/** Control masks at the per-layer counts of a ticket, drawn from the `mask` stream. */
import { fail } from "../base/errors.ts";
import { randomStream } from "../base/random.ts";
import type { Mask } from "../model/network.ts";
import { countKept } from "./prune.ts";

/** Which draw: replicate and level of the ticket it is compared with. */
export interface MaskKey {
  /** 32 bits, from 0. */
  readonly seed: number;
  /** 32 bits, from 0. */
  readonly replicate: number;
  /** 32 bits, from 0: the level of the ticket. */
  readonly draw: number;
}

/** Items of the `mask` stream: layers count up from one base per kind of mask, so kinds are independent. */
const ITEMS = { random: 0, shuffle: 1 << 12, nested: 3 << 12 } as const;

/**
 * A uniformly random mask that keeps as many weights of each layer as `like` does.
 * @throws code `usage` for a field of the key out of range or missing
 */
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

/**
 * The same mask with the positions of each layer permuted.
 * @throws code `usage` for a field of the key out of range or missing
 */
export function shuffleMask(mask: Mask, key: MaskKey): Mask {
  return new Map(
    [...mask].map(([name, bits], layer) => {
      const order = permutation(bits.length, key, ITEMS.shuffle + layer);
      return [name, bits.map((_, index) => bits[order[index]!]!)];
    }),
  );
}

/**
 * A random part of the mask `within` that keeps as many weights of each layer as `like` does.
 * @throws code `usage` where a layer of `within` keeps fewer
 */
export function nestedMask(like: Mask, within: Mask, key: MaskKey): Mask {
  return new Map(
    [...like].map(([name, bits], layer) => {
      const [count, left] = [countKept(bits), within.get(name)!];
      const order = permutation(bits.length, key, ITEMS.nested + layer).filter((index) => left[index] === 1);
      if (order.length < count)
        fail("usage", name, { rule: `must keep at least ${count} weights to take a part of`, got: order.length });
      const mask = new Uint8Array(bits.length);
      for (const index of order.subarray(0, count)) mask[index] = 1;
      return [name, mask];
    }),
  );
}

function permutation(length: number, { seed, replicate, draw }: MaskKey, item: number): Int32Array {
  const random = randomStream({ seed, stream: "mask", replicate, step: draw, item });
  return random.shuffle(Int32Array.from({ length }, (_, index) => index));
}
