/** Names that arrays of a data set have in one file. */

import { fail } from "../../base/errors.ts";
import type { Arrays } from "./dataset.ts";
import type { NpArray } from "./npy.ts";

/** Which arrays of a file are taken, and what they are. */
export interface Layout {
  readonly names: readonly string[];
  arrays(find: (name: string) => NpArray): Arrays;
}

interface Names {
  readonly train: readonly [x: string, y: string];
  readonly test?: readonly [x: string, y: string];
}

/** The first whose names are all there, in capitals or not; a new one is a row. */
const LAYOUTS: readonly Names[] = [
  { train: ["x_train", "y_train"], test: ["x_test", "y_test"] },
  { train: ["train_images", "train_labels"], test: ["test_images", "test_labels"] },
  { train: ["x", "y"] },
];

/** The layout of a file that holds arrays of these names; throws `data` naming `where` where it is none that is known. */
export function layoutOf(where: string, names: readonly string[]): Layout {
  const found = (asked: string) => names.find((name) => name.toLowerCase() === asked);
  const isThere = ({ train, test = train }: Names) => [...train, ...test].every((name) => found(name) !== undefined);
  const layout = LAYOUTS.find(isThere);
  if (!layout) {
    const forms = LAYOUTS.map(({ train, test = [] }) => [...train, ...test].join(", "));
    const remedy = `Save them as numpy.savez(file, x=x, y=y)`;
    return fail("data", where, {
      rule: `must hold the arrays ${forms.join("; or ")}`,
      got: names.slice(0, 20).join(", "),
      remedy,
    });
  }
  const { train, test } = layout;
  const pair = ([x, y]: Names["train"], find: (name: string) => NpArray) => ({
    x: find(found(x)!),
    y: find(found(y)!),
  });
  return {
    names: [...train, ...(test ?? [])].map((name) => found(name)!),
    arrays: (find) => ({ train: pair(train, find), ...(test && { test: pair(test, find) }) }),
  };
}
