/** Random sizes of op cases. */
import fc from "fast-check";
import type { Sizes } from "./cases.ts";

type Extents = Record<"batch" | "inputs" | "outputs", readonly number[]>;

const sizesOf = ({ batch, inputs, outputs }: Extents): fc.Arbitrary<Sizes> =>
  fc
    .record({
      batch: fc.constantFrom(...batch),
      inputs: fc.constantFrom(...inputs),
      outputs: fc.constantFrom(...outputs),
      density: fc.constantFrom(0, 0.03, 0.3, 0.9, 1),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      full: fc.boolean(),
    })
    .map(({ full, ...sizes }) => ({ ...sizes, live: full ? sizes.batch : Math.ceil(sizes.batch / 2) }));

/** Batches of one to eight lane blocks, most not full; features around the widths of register tiles and panels. */
export const anySizes = sizesOf({
  batch: [1, 7, 16, 60, 100, 128],
  inputs: [1, 5, 16, 19, 33, 100],
  outputs: [1, 3, 10, 17, 37],
});

/** Small enough to differentiate by every entry. */
export const smallSizes = sizesOf({ batch: [1, 3, 18], inputs: [1, 2, 5], outputs: [1, 3, 4] });
