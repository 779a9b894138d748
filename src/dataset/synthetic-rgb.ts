/**
 * Images of `synthetic-rgb`: five hues of a blob or a ring somewhere near the middle, under noise. Neither moving nor
 * mirroring an image changes its class, as the augmentation of colour images expects.
 */

import type { Random } from "../base/random.ts";

const side = 16;
/** How bright red, green and blue are in each hue. */
const hues: readonly (readonly [number, number, number])[] = [
  [1, 0.5, 0.5],
  [0.5, 1, 0.5],
  [0.5, 0.5, 1],
  [1, 1, 0.5],
  [0.5, 1, 1],
];
const jitter = 3;
/** Squared distance from the middle, in pixels, at which a shape is brightest: of a blob and of a ring. */
const radii = [0, 16] as const;
/** Squared distance from there at which it is half as bright. */
const halfLife = 6;
/** Of a shape, before noise; both add up to less than 256. */
const brightest = 80;
/** Noise is evenly spread from 0 to this, a mask of the byte that each value takes from a random word. */
const loudest = 127;

/** Draws an image of 3 x 16 x 16 bytes of the class `label`, 0 to 9. */
export function paintRgb(image: Uint8Array, label: number, random: Random): void {
  const place = () => side / 2 + random.below(2 * jitter + 1) - jitter;
  const [x, y] = [place(), place()];
  const [hue, radius] = [hues[label % hues.length]!, radii[label < hues.length ? 0 : 1]!];
  let noise = 0;
  for (let i = 0; i < image.length; i++) {
    noise = i % 4 === 0 ? random.u32() : noise >>> 8;
    const [channel, pixel] = [Math.floor(i / (side * side)), i % (side * side)];
    const [across, down] = [(pixel % side) - x, Math.floor(pixel / side) - y];
    const beyond = (across * across + down * down - radius) / halfLife;
    const light = brightest / (1 + beyond * beyond);
    image[i] = hue[channel]! * light + (noise & loudest);
  }
}
