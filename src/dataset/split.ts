/** Which of the published training images are trained on, and which are held back for validation. */

import { checkInteger } from "../base/checks.ts";
import type { Dataset } from "./dataset.ts";
import type { ColumnData } from "./table.ts";
import { validationCount } from "./validation.ts";

/** Indices into the training images, ascending and without overlap. */
export interface TrainSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Holds back the last `validation` rows in the order of the training set; 0 holds back none. Of the rows before them
 * `trainSize` are trained on, default what the data set says, else all: of classes as many of each, else the first. Validation rows do not depend on
 * the size of the training set. `validation` may be a fraction below 1. Throws `usage` unless at least one row is left to train on.
 */
export function splitTrain(
  dataset: Pick<Dataset, "name" | "target" | "train" | "trainSize">,
  validation: number,
  trainSize = dataset.trainSize,
): TrainSplit {
  const { count } = dataset.train;
  const back = validationCount(validation, count);
  const every = Int32Array.from({ length: count }, (_, i) => i);
  const [before, held] = [every.slice(0, count - back), every.slice(count - back)];
  if (trainSize === undefined) return { train: before, validation: held };
  const rest = back > 0 ? `, of which ${back} are held back for validation` : "";
  const remedy = `There are ${count} training rows${rest}`;
  checkInteger("trainSize", trainSize, { min: 1, max: Math.min(before.length, dataset.trainSize ?? count), remedy });
  const labels = dataset.target.kind === "classes" ? dataset.train.columns.labels! : null;
  // Rows of a stream have a class at every place, and keep their order.
  return {
    train: labels?.shape.length === 0 ? balanced(labels.data, before, trainSize) : before.slice(0, trainSize),
    validation: held,
  };
}

/** Which images are trained on, as {@link splitTrain} takes them. */
export interface Trained {
  readonly validation: number;
  /** Absent for all. */
  readonly trainSize?: number | undefined;
}

/**
 * Of the images that are trained on, the first of each class: `count` in all, default all of them; ascending indices.
 * Throws `usage` where fewer are trained on, and as {@link splitTrain}.
 */
export function trainedImages(
  dataset: Pick<Dataset, "name" | "target" | "train" | "trainSize">,
  { validation, trainSize }: Trained,
  count?: number,
): Int32Array {
  const most = trainSize ?? dataset.trainSize ?? dataset.train.count - validation;
  if (count !== undefined) checkInteger("train images", count, { min: 1, max: most, remedy: `${most} are trained on` });
  // A smaller subset is part of every larger one.
  return splitTrain(dataset, validation, count ?? trainSize).train;
}

/**
 * The first images of each class, `count` in all of `indices` and in their order: classes have equally many but for one,
 * or all of their images where they have fewer. A smaller subset is part of every larger one.
 */
function balanced(labels: ColumnData, indices: Int32Array, count: number): Int32Array {
  const seen = new Map<number, number>();
  const ranked = Array.from(indices, (index) => {
    const rank = seen.get(labels[index]!) ?? 0;
    seen.set(labels[index]!, rank + 1);
    return { index, rank };
  });
  const first = ranked.sort((a, b) => a.rank - b.rank || a.index - b.index).slice(0, count);
  return Int32Array.from(first, ({ index }) => index).sort();
}
