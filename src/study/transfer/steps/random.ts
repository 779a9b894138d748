/** Masks and orders of controls, drawn from the stream `mask`. */
import { randomStream } from "../../../base/random.ts";
import type { Mask } from "../../../model/network.ts";
import type { MaskKey } from "../../../prune/masks.ts";
import { countKept } from "../../../prune/prune.ts";

/** Items of the stream behind those of src/prune: masks.ts, criteria.ts and scores.ts have 0 to 6 << 12. */
export const ITEMS = { anywhere: 7 << 12, layers: 8 << 12, resampled: 9 << 12 } as const;

/** A uniformly random mask over all weights, which keeps as many of them as `like` does, in whatever layers. */
export function anywhereMask(like: Mask, key: MaskKey): Mask {
  const layers = [...like];
  const size = layers.reduce((sum, [, bits]) => sum + bits.length, 0);
  const kept = layers.reduce((sum, [, bits]) => sum + countKept(bits), 0);
  const whole = new Uint8Array(size);
  for (const index of permutation(size, key, ITEMS.anywhere).subarray(0, kept)) whole[index] = 1;
  let from = 0;
  return new Map(
    layers.map(([name, bits]) => {
      from += bits.length;
      return [name, whole.slice(from - bits.length, from)];
    }),
  );
}

/** A random order of `count` blocks, 2 or more, other than their own. */
export function layerOrder(count: number, key: MaskKey): Int32Array {
  for (let draw = 0; ; draw++) {
    const order = permutation(count, key, ITEMS.layers + draw);
    if (order.some((block, place) => block !== place)) return order;
  }
}

function permutation(length: number, { seed, replicate, draw }: MaskKey, item: number): Int32Array {
  const random = randomStream({ seed, stream: "mask", replicate, step: draw, item });
  return random.shuffle(Int32Array.from({ length }, (_, index) => index));
}
