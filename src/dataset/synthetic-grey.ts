/** Images of `synthetic`: a soft blob at its class's place on a circle, moved a little and covered with noise. */

import type { Random } from "../base/random.ts";

const side = 28;
/** The middle of each class's blob, as whole pixels so that no library function decides a bit of an image. */
const places: readonly (readonly [number, number])[] = [
  [22, 14],
  [20, 19],
  [16, 22],
  [12, 22],
  [8, 19],
  [6, 14],
  [8, 9],
  [12, 6],
  [16, 6],
  [20, 9],
];
const jitter = 2;
/** Squared distance, in pixels, at which a blob is half as bright as in its middle. */
const halfLife = 6;
/** Of a blob's middle, before noise; both add up to less than 256. */
const brightest = 128;
/** Noise is evenly spread from 0 to this, a mask of the byte that each pixel takes from a random word. */
const loudest = 127;

/** Draws an image of 28 x 28 bytes of the class `label`, 0 to 9. */
export function paintGrey(image: Uint8Array, label: number, random: Random): void {
  const shift = () => random.below(2 * jitter + 1) - jitter;
  const x = places[label]![0] + shift();
  const y = places[label]![1] + shift();
  let noise = 0;
  for (let i = 0; i < image.length; i++) {
    noise = i % 4 === 0 ? random.u32() : noise >>> 8;
    const [across, down] = [(i % side) - x, Math.floor(i / side) - y];
    const distance = across * across + down * down;
    image[i] = brightest / (1 + distance / halfLife) + (noise & loudest);
  }
}
