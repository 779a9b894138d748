/** Pixels as they are: from 0 to 1, not normalised, so that no input is negative and units with u > 0 serve all of them. */
import { fail } from "../../../base/errors.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import { columnOf, rowSize } from "../../../dataset/table.ts";
import { allIndices } from "../../../train/evaluate.ts";

/** The data set with images that programs divide by 255 and nothing else; throws `usage` for one without images. */
export function rawPixels(dataset: Dataset): Dataset {
  const { mean, std, pixels, name } = dataset;
  if (!mean || !std || pixels) {
    const rule = "must be images of bytes, whose pixels are from 0 to 1";
    fail("usage", "data", { rule, got: name, remedy: "Use mnist or synthetic" });
  }
  return { ...dataset, mean: mean.map(() => 0), std: std.map(() => 1) };
}

/** The test images one after the other as numbers from 0 to 1, in one array that is written anew, and their classes. */
export function* testImages({ test }: Dataset): Generator<{ readonly pixels: Float64Array; readonly label: number }> {
  const [images, labels] = [columnOf(test, "images"), columnOf(test, "labels")];
  const size = rowSize(images);
  const pixels = new Float64Array(size);
  for (const row of allIndices(test.count)) {
    for (let i = 0; i < size; i++) pixels[i] = images.data[row * size + i]! / 255;
    yield { pixels, label: labels.data[row]! };
  }
}
