/** Small data sets that a program makes, so that a network learns them quickly but not without training. */

import { checkInteger } from "../base/checks.ts";
import { type Random, randomStream } from "../base/random.ts";
import type { Dataset } from "./dataset.ts";
import { type DatasetInfo, datasetInfo, describe } from "./registry.ts";
import { paintGrey } from "./synthetic-grey.ts";
import { paintRgb } from "./synthetic-rgb.ts";
import { imageTable, sharedBytes, type Table } from "./table.ts";

/** How many images of each part, and what seeds them. */
export interface SyntheticOptions {
  /** Training images, from 1; default 10,000 in grey, 4,000 in colour. */
  readonly train?: number;
  /** Test images, from 0; default 2,000 in grey, 1,000 in colour. */
  readonly test?: number;
  /** Seeds the images, 32 bits, from 0; default 1. */
  readonly seed?: number;
}

/** Draws an image of class `label` into its bytes, `[channels][height][width]`. */
export type Paint = (image: Uint8Array, label: number, random: Random) => void;

/**
 * The data set `synthetic`: 10,000 training and 2,000 test images of 28 x 28 in ten classes unless told otherwise.
 * Images depend on the seed (default 1) and their number alone, so a smaller set is the beginning of a larger one.
 * @throws code `usage` naming the field for a count that is no whole number from its least on, and a seed out of range
 */
export function syntheticDataset(options: SyntheticOptions = {}): Dataset {
  return made("synthetic", { ...options, item: 0, paint: paintGrey });
}

/** The data set `synthetic-rgb` in the same way: 4,000 training and 1,000 test images of 3 x 16 x 16 in ten classes. */
export function syntheticRgbDataset(options: SyntheticOptions = {}): Dataset {
  return made("synthetic-rgb", { ...options, item: 1, paint: paintRgb });
}

/** A data set like the registry's called `name` with images as `paint` draws them; `item` names their random stream. */
export function made(name: string, options: SyntheticOptions & { item: number; paint: Paint }): Dataset {
  const info = datasetInfo(name);
  const { images } = info;
  const { train = images.train, test = images.test, seed = 1, item, paint } = options;
  checkInteger("train", train, { min: 1 });
  checkInteger("test", test, { min: 0 });
  const part = (count: number, step: number) => {
    const random = randomStream({ seed, stream: "noise", replicate: 0, step, item });
    return makeTable(count, info, (image, label) => paint(image, label, random));
  };
  return { ...describe(info), train: part(train, 0), test: part(test, 1) };
}

function makeTable(
  count: number,
  { shape, classes }: Pick<DatasetInfo, "shape" | "classes">,
  paint: (image: Uint8Array, label: number) => void,
): Table {
  const length = shape.reduce((product, size) => product * size, 1);
  const [images, labels] = [sharedBytes(count * length), sharedBytes(count)];
  for (let i = 0; i < count; i++) {
    labels[i] = i % classes;
    paint(images.subarray(i * length, (i + 1) * length), i % classes);
  }
  return imageTable(images, labels, shape);
}
