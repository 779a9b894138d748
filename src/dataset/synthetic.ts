/**
 * A small data set that a program makes: each class is a soft blob at its own place on a ring, moved a little from
 * image to image and covered with noise, so that a network learns it quickly but not without training.
 */

import { type Random, randomStream } from "../base/random.ts";
import { type Dataset, type Split, sharedBytes } from "./dataset.ts";
import { datasetInfo } from "./registry.ts";

/** How many images of each part, and what seeds them. */
export interface SyntheticOptions {
  readonly train?: number;
  readonly test?: number;
  readonly seed?: number;
}

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

/**
 * The data set `synthetic`: 10,000 training and 2,000 test images of 28 x 28 in ten classes unless told otherwise.
 * Images depend on the seed (default 1) and their number alone, so a smaller set is the beginning of a larger one.
 */
export function syntheticDataset(options: SyntheticOptions = {}): Dataset {
  const { train = 10_000, test = 2_000, seed = 1 } = options;
  const { name, shape, classes, mean, std } = datasetInfo("synthetic");
  const part = (count: number, step: number) =>
    makeSplit(count, classes, randomStream({ seed, stream: "noise", replicate: 0, step, item: 0 }));
  return { name, shape, classes, mean, std, train: part(train, 0), test: part(test, 1) };
}

function makeSplit(count: number, classes: number, random: Random): Split {
  const images = sharedBytes(count * side * side);
  const labels = sharedBytes(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % classes;
    paint(images.subarray(i * side * side, (i + 1) * side * side), i % classes, random);
  }
  return { count, images, labels };
}

function paint(image: Uint8Array, label: number, random: Random): void {
  const shift = () => random.below(2 * jitter + 1) - jitter;
  const x = places[label]![0] + shift();
  const y = places[label]![1] + shift();
  let noise = 0;
  for (let i = 0; i < image.length; i++) {
    noise = i % 4 === 0 ? random.u32() : noise >>> 8;
    const distance = ((i % side) - x) ** 2 + (Math.floor(i / side) - y) ** 2;
    image[i] = brightest / (1 + distance / halfLife) + (noise & loudest);
  }
}
