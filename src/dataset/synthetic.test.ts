/** Proves that the made data set is the same everywhere, has the statistics it claims, and can be learnt. */

import { describe, expect, test } from "vitest";
import { sha256Hex } from "../base/hash.ts";
import type { Split } from "./dataset.ts";
import { syntheticDataset } from "./synthetic.ts";

const pixels = 28 * 28;
const small = syntheticDataset({ train: 1000, test: 200 });
const image = (split: Split, i: number) => split.images.subarray(i * pixels, (i + 1) * pixels);

/** Mean image of each class. */
function classMeans(split: Split): Float64Array[] {
  const means = Array.from({ length: 10 }, () => new Float64Array(pixels));
  for (let i = 0; i < split.count; i++) {
    const mean = means[split.labels[i]!]!;
    for (const [p, value] of image(split, i).entries()) mean[p]! += (10 * value) / split.count;
  }
  return means;
}

function nearest(means: readonly Float64Array[], picture: Uint8Array): number {
  const distances = means.map((mean) => picture.reduce((sum, value, p) => sum + (value - mean[p]!) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

describe("syntheticDataset", () => {
  test("is the same on every machine", () => {
    expect(sha256Hex(small.train.images)).toBe("1b1a45be20c7d4bf49f012181f8aa5a2c7ca8219e16dec5c1e13133afbb90f3e");
  });

  test("is balanced, and begins a larger set of the same seed", () => {
    expect([...small.test.labels.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    const smaller = syntheticDataset({ train: 30, test: 0 });
    expect(smaller.train.images).toEqual(small.train.images.slice(0, 30 * pixels));
  });

  test("differs by seed and between training and test", () => {
    const other = syntheticDataset({ train: 10, test: 10, seed: 2 });
    expect(image(other.train, 0)).not.toEqual(image(small.train, 0));
    expect(image(other.train, 0)).not.toEqual(image(other.test, 0));
  });

  test("has the mean and deviation it claims", () => {
    const scaled = Float64Array.from(small.train.images, (value) => value / 255);
    const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
    const square = scaled.reduce((sum, value) => sum + value * value, 0) / scaled.length;
    expect(mean).toBeCloseTo(small.mean[0]!, 3);
    expect(Math.sqrt(square - mean * mean)).toBeCloseTo(small.std[0]!, 3);
  });

  test("can be learnt, not perfectly, by comparing with the mean image of each class", () => {
    const means = classMeans(small.train);
    const right = Array.from({ length: 200 }, (_, i) => nearest(means, image(small.test, i)) === small.test.labels[i]);
    const accuracy = right.filter(Boolean).length / 200;
    expect(accuracy).toBeGreaterThan(0.7);
    expect(accuracy).toBeLessThan(1);
  });
});
