/** Images as constructions take them: pixels from 0 to 1, so that no input is negative and units with u > 0 serve all of them. */
import { fail } from "../../../base/errors.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import { dataNameOf } from "../../../dataset/source/asked.ts";
import { normalisationOfName, parseDataName } from "../../../dataset/source/name.ts";
import { columnOf, rowSize } from "../../../dataset/table.ts";
import { allIndices } from "../../../train/evaluate.ts";

/** The name of a data set of images with pixels from 0 to 1: `mnist` is `mnist?mean=0&std=1`; any other name is left alone. */
export function rawName(name: string): string {
  const parsed = parseDataName(name);
  const by = { mean: [0], std: [1], ...normalisationOfName(parsed) };
  return parsed.source.holds === "rows" ? name : dataNameOf(name, by);
}

/** Throws `usage` for a data set whose pixels are not from 0 to 1, or that has none. */
export function checkRaw({ name, mean, std, pixels }: Pick<Dataset, "name" | "mean" | "std" | "pixels">): void {
  if (!pixels && mean?.every((value) => value === 0) && std?.every((value) => value === 1)) return;
  const rule = "must be images whose pixels are from 0 to 1, since a construction takes no negative inputs";
  fail("usage", "data", { rule, got: name, remedy: "Write it like mnist, without a normalisation of its own" });
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
