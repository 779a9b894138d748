/** Which of the published training images are trained on, and which are held back for validation. */

import { checkInteger } from "../base/checks.ts";
import type { Dataset } from "./dataset.ts";

/** Indices into the training images, ascending, without overlap and together complete. */
export interface TrainSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Holds back the last `validation` images in the published order of the training set; 0 trains on every image.
 * Throws `usage` unless `validation` is an integer from 0 that leaves at least one image to train on.
 */
export function splitTrain(dataset: Pick<Dataset, "name" | "train">, validation: number): TrainSplit {
  const { count } = dataset.train;
  const remedy = `${dataset.name} has ${count} training images`;
  checkInteger("validation", validation, { min: 0, max: count - 1, remedy });
  const every = Int32Array.from({ length: count }, (_, i) => i);
  return { train: every.slice(0, count - validation), validation: every.slice(count - validation) };
}
