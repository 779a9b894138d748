/**
 * Data sets that are read from their official files: which files these are, where they are published, and by which MD5 they are
 * known where their publisher, or torchvision or MedMNIST for it, prints one. A new set is a row and, for a new layout, a reader.
 */

/** A file as it is published: a file of the data set, packed or not, or an archive that holds them. */
export interface Download {
  readonly file: string;
  /** The address, but for the file's name. */
  readonly home: string;
  /** Absent where none is known for certain: then the file is taken with a note. */
  readonly md5?: string;
}

/** How the files of a set are laid out. */
export type OfficialLayout =
  | { readonly kind: "usps" | "cifar100" | "svhn" | "idx" | "stl10" }
  | { readonly kind: "coarse" }
  | { readonly kind: "emnist"; readonly split: string; readonly classes: number }
  | { readonly kind: "fifth" }
  | { readonly kind: "omniglot"; readonly archive: string }
  | { readonly kind: "medmnist" }
  | { readonly kind: "tiny-imagenet" | "imagenet" };

/** One set. */
export interface OfficialSet {
  readonly name: string;
  /** The folder of its files, within one that the user names and within the cache. */
  readonly folder: string;
  readonly layout: OfficialLayout;
  /** The files that are read, by their names unpacked; empty of trees of pictures. */
  readonly files: readonly string[];
  /** The folder within the archive, if any. */
  readonly inner?: string;
  readonly downloads: readonly Download[];
  /** How many classes, of layouts whose files do not say. */
  readonly classes?: number;
}

const IDX = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/** Downloads of one home, with their sums in the order of the files. */
function from(home: string, files: readonly string[], sums: readonly string[] = []): Download[] {
  return files.map((file, i) => ({ file, home, ...(sums[i] !== undefined && { md5: sums[i] }) }));
}

const CIFAR100 = {
  ...{ folder: "cifar100", inner: "cifar-100-binary", files: ["train.bin", "test.bin"] },
  downloads: from(
    "https://www.cs.toronto.edu/~kriz/",
    ["cifar-100-binary.tar.gz"],
    ["03b5dce01913d631647c71ecec9e9cb8"],
  ),
};

const EMNIST_SPLITS = { byclass: 62, bymerge: 47, balanced: 47, letters: 26, digits: 10, mnist: 10 } as const;

const emnist = Object.entries(EMNIST_SPLITS).map(
  ([split, classes]): OfficialSet => ({
    ...{ name: `emnist-${split}`, folder: "emnist", inner: "gzip", classes },
    layout: { kind: "emnist", split, classes },
    files: ["train", "test"].flatMap((part) =>
      ["images-idx3", "labels-idx1"].map((what) => `emnist-${split}-${part}-${what}-ubyte`),
    ),
    downloads: from("https://biometrics.nist.gov/cs_links/EMNIST/", ["gzip.zip"], ["58c8d27c78d21e728a6bc7b3cc06412e"]),
  }),
);

const NOT_MNIST = "https://github.com/davidflanagan/notMNIST-to-MNIST/raw/master/";

const OMNIGLOT_HOME = "https://github.com/brendenlake/omniglot/raw/master/python/";

const omniglot = (
  [
    ["omniglot", "images_background", "68d2efa1b9178cc56df9314c21c6e718"],
    ["omniglot-evaluation", "images_evaluation", "6b91aef0f799c5bb55b94e3f2daec811"],
    ["omniglot-small1", "images_background_small1", undefined],
    ["omniglot-small2", "images_background_small2", undefined],
  ] as const
).map(
  ([name, archive, md5]): OfficialSet => ({
    ...{ name, folder: "omniglot", layout: { kind: "omniglot", archive }, files: [] },
    downloads: from(OMNIGLOT_HOME, [`${archive}.zip`], md5 ? [md5] : []),
  }),
);

/** With the sums of MedMNIST 2.1's table; ChestMNIST, of several labels, is read as `npz:`. */
const MEDMNIST: Readonly<Record<string, string>> = {
  pathmnist: "a8b06965200029087d5bd730944a56c1",
  dermamnist: "0744692d530f8e62ec473284d019b0c7",
  octmnist: "c68d92d5b585d8d81f7112f81e2d0842",
  pneumoniamnist: "28209eda62fecd6e6a2d98b1501bb15f",
  retinamnist: "bd4c0672f1bba3e3a89f0e4e876791e4",
  breastmnist: "750601b1f35ba3300ea97c75c52ff8f6",
  bloodmnist: "7053d0359d879ad8a5505303e11de1dc",
  tissuemnist: "ebe78ee8b05294063de985d821c1c34b",
  organamnist: "866b832ed4eeba67bfb9edee1d5544e6",
  organcmnist: "0afa5834fb105f7705a7d93372119a21",
  organsmnist: "e5c39f1af030238290b9557d9503af9d",
};

const medmnist = Object.entries(MEDMNIST).map(
  ([name, md5]): OfficialSet => ({
    ...{ name, folder: "medmnist", layout: { kind: "medmnist" }, files: [`${name}.npz`] },
    downloads: from("https://zenodo.org/record/6496656/files/", [`${name}.npz`], [md5]),
  }),
);

const SETS: readonly OfficialSet[] = [
  {
    ...{ name: "usps", folder: "usps", layout: { kind: "usps" }, files: ["zip.train", "zip.test"], classes: 10 },
    downloads: from("https://hastie.su.domains/ElemStatLearn/datasets/", ["zip.train.gz", "zip.test.gz"]),
  },
  { name: "cifar100", layout: { kind: "cifar100" }, classes: 100, ...CIFAR100 },
  { name: "cifar100-coarse", layout: { kind: "coarse" }, classes: 20, ...CIFAR100 },
  {
    ...{ name: "svhn", folder: "svhn", layout: { kind: "svhn" }, classes: 10 },
    files: ["train_32x32.mat", "test_32x32.mat"],
    downloads: from(
      "http://ufldl.stanford.edu/housenumbers/",
      ["train_32x32.mat", "test_32x32.mat"],
      ["e26dedcc434d2e4c54c9b2d4a06d8373", "eb5a983be6a315427106f1b164d9cef3"],
    ),
  },
  {
    ...{ name: "kmnist", folder: "kmnist", layout: { kind: "idx" }, files: IDX, classes: 10 },
    downloads: from(
      "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
      IDX.map((file) => `${file}.gz`),
      [
        ...["bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344"],
        ...["5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"],
      ],
    ),
  },
  ...emnist,
  {
    ...{ name: "notmnist", folder: "notmnist", layout: { kind: "idx" }, files: IDX, classes: 10 },
    downloads: from(
      NOT_MNIST,
      IDX.map((file) => `${file}.gz`),
    ),
  },
  {
    ...{ name: "notmnist-small", folder: "notmnist", layout: { kind: "fifth" }, files: IDX.slice(2), classes: 10 },
    downloads: from(
      NOT_MNIST,
      IDX.slice(2).map((file) => `${file}.gz`),
    ),
  },
  ...omniglot,
  {
    ...{ name: "stl10", folder: "stl10", inner: "stl10_binary", layout: { kind: "stl10" }, classes: 10 },
    files: ["train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin"],
    downloads: from(
      "http://ai.stanford.edu/~acoates/stl10/",
      ["stl10_binary.tar.gz"],
      ["91f7769df0f17e558f3565bffb0c7dfb"],
    ),
  },
  ...medmnist,
  // Folders of pictures, unpacked by the user: there are too many files to keep twice.
  { name: "tiny-imagenet", folder: "tiny-imagenet-200", layout: { kind: "tiny-imagenet" }, files: [], downloads: [] },
  { name: "imagenet", folder: "imagenet", layout: { kind: "imagenet" }, files: [], downloads: [] },
];

const BY_NAME: ReadonlyMap<string, OfficialSet> = new Map(SETS.map((set) => [set.name, set]));

/** The names of all of them. */
export const OFFICIAL_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The set of a name, if there is one. */
export function officialSet(name: string): OfficialSet | undefined {
  return BY_NAME.get(name);
}

/** Whether it is a folder of pictures, whose name says a size. */
export function isPictureFolder({ layout: { kind } }: OfficialSet): boolean {
  return kind === "tiny-imagenet" || kind === "imagenet";
}
