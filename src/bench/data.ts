/** The images that are timed on: made ones, of the shape and number of a real data set, so that nothing is downloaded. */
import type { Dataset } from "../dataset/dataset.ts";
import { made, type Paint, syntheticDataset } from "../dataset/synthetic.ts";
import { type ColumnData, columnOf, imageTable, sharedBytes, type Table } from "../dataset/table.ts";

/** The data sets that are imitated. */
export type BenchData = "mnist" | "cifar10";

/** 2,000 training images differ; only the number of all matters, so they repeat. */
const train = 2000;

/**
 * 60,000 images in grey or 50,000 in colour, which are beyond any cache as the real ones are; and test images, 2,000 in
 * grey, 256 in colour, which scoring takes long enough for.
 */
export function benchDataset(data: BenchData): Dataset {
  const few =
    data === "mnist"
      ? syntheticDataset({ train, test: 2000 })
      : made("cifar10", { train, test: 256, seed: 1, item: 0, paint: paintBrightness });
  return { ...few, train: repeat(few.train, data === "mnist" ? 30 : 25) };
}

/** Classes differ in brightness, so that training goes somewhere and no number leaves the usual range. */
const paintBrightness: Paint = (image, label, random) => {
  let noise = 0;
  for (let i = 0; i < image.length; i++) {
    noise = i % 4 === 0 ? random.u32() : noise >>> 8;
    image[i] = 12 * label + (noise & 127);
  }
};

function repeat(table: Table, times: number): Table {
  const copies = (bytes: ColumnData) => {
    const all = sharedBytes(bytes.length * times);
    for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
    return all;
  };
  const [images, labels] = ["images", "labels"].map((name) => copies(columnOf(table, name).data));
  return imageTable(images!, labels!, columnOf(table, "images").shape);
}
