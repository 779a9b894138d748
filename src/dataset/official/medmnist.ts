/** MedMNIST's files: images and labels of training, validation and test; validation rows come last in the training part. */

import { fail } from "../../base/errors.ts";
import { readArrays } from "../arrays/dataset.ts";
import type { NpArray } from "../arrays/npy.ts";
import { readNpz } from "../arrays/npz.ts";
import type { Dataset } from "../dataset.ts";

const NAMES = ["train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"];

/** The data set of the file at `path`; throws `data` naming the array that is missing or wrong. */
export async function readMedmnist(path: string): Promise<Omit<Dataset, "name">> {
  const arrays = await readNpz(path, (names) => {
    const missing = NAMES.filter((name) => !names.includes(name));
    if (missing.length === 0) return NAMES;
    return fail("data", path, { rule: `must hold ${NAMES.join(", ")}`, got: names.join(", "), remedy: "Get it again" });
  });
  const [x, y, heldX, heldY, testX, testY] = NAMES.map((name) => arrays.get(name)!);
  const train = { x: joined(x!, heldX!), y: joined(y!, heldY!) };
  return readArrays({ train, test: { x: testX!, y: testY! } }, { task: "classification", isNchw: false });
}

/** The rows of both, one behind the other. */
function joined(first: NpArray, second: NpArray): NpArray {
  const isAlike = first.kind === second.kind && first.shape.slice(1).join() === second.shape.slice(1).join();
  if (!isAlike || !(first.data instanceof Uint8Array || first.data instanceof Float64Array))
    return fail("data", second.where, { rule: `must be as ${first.where}`, got: `shape (${second.shape.join(", ")})` });
  const array = first.data.constructor as new (length: number) => Uint8Array | Float64Array;
  const data = new array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data as Uint8Array, first.data.length);
  return { ...first, shape: [first.shape[0]! + second.shape[0]!, ...first.shape.slice(1)], data };
}
