/** What is timed on: made images and texts, of the shape and number of a real data set, so that nothing is downloaded. */
import { randomStream } from "../base/random.ts";
import { classes, type Dataset } from "../dataset/dataset.ts";
import { made, type Paint, syntheticDataset } from "../dataset/synthetic.ts";
import { type ColumnData, columnOf, imageTable, sharedBytes, type Table } from "../dataset/table.ts";
import { integers } from "../dataset/text/sequences.ts";

/** The data sets that are imitated. */
export type BenchData = "mnist" | "cifar10" | keyof typeof TEXT_DATA;

/** 2,000 training images differ; only the number of all matters, so they repeat. */
const train = 2000;

/**
 * 60,000 images in grey or 50,000 in colour, which are beyond any cache as the real ones are; and test images, 2,000 in
 * grey, 256 in colour, which scoring takes long enough for.
 */
export function benchDataset(data: BenchData): Dataset {
  if (isText(data)) return TEXT_DATA[data]();
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

/** WikiText-2's words, as many rows of 35 as a tenth of its text has; 1,000 words; and texts of 64 ids of BERT's vocabulary. */
const TEXT_DATA = {
  words: () => streamOf(33_278),
  "words-1000": () => streamOf(1000),
  texts: textsOf,
} as const;

/** Those that are no images. */
export const TEXTS: readonly BenchData[] = Object.keys(TEXT_DATA) as BenchData[];

const isText = (data: BenchData): data is keyof typeof TEXT_DATA => data in TEXT_DATA;

const [WORDS_A_ROW, IDS_A_TEXT, ROWS] = [35, 64, 6000];

/** Whole numbers from 0 to `below`, each equally likely, as the peer draws them. */
function idsBelow(below: number, count: number): Int32Array {
  const random = randomStream({ seed: 1, stream: "noise", replicate: 0, step: 0, item: 0 });
  return integers(count).map(() => random.below(below));
}

function streamOf(vocabulary: number): Dataset {
  const ids = idsBelow(vocabulary, ROWS * WORDS_A_ROW + 1);
  const column = (from: number) =>
    ({ type: "i32", shape: [WORDS_A_ROW], data: ids.slice(from, from + ROWS * WORDS_A_ROW) }) as const;
  const table = { count: ROWS, columns: { tokens: column(0), labels: column(1) } };
  const about = { shape: [WORDS_A_ROW], vocabulary, stream: true, task: "language", ...classes(vocabulary) };
  return { name: `words of ${vocabulary}`, ...about, train: table, test: table };
}

/** Texts that fill their 64 places, as the peer's. */
function textsOf(): Dataset {
  const vocabulary = 30_522;
  const ids = idsBelow(vocabulary, ROWS * IDS_A_TEXT);
  const lengths = integers(ROWS).fill(IDS_A_TEXT);
  const ragged = (data: Int32Array) => ({ type: "i32", shape: [], data, lengths }) as const;
  const labels = { type: "u8", shape: [], data: Uint8Array.from({ length: ROWS }, (_, row) => row % 2) } as const;
  const columns = { tokens: ragged(ids), types: ragged(integers(ids.length)), labels };
  const table = { count: ROWS, columns };
  return { name: "texts", shape: [IDS_A_TEXT], vocabulary, ...classes(2), train: table, test: table };
}
