/** Proves that the made data set is the same everywhere, has the statistics it claims, and can be learnt. */

import { describe, expect, test } from "vitest";
import { sha256Hex } from "../base/hash.ts";
import type { Dataset } from "./dataset.ts";
import { imagesOf, labelsOf } from "./fixtures/parts.ts";
import { channelStatistics } from "./statistics.ts";
import { syntheticDataset, syntheticRgbDataset } from "./synthetic.ts";
import type { Table } from "./table.ts";

const pixels = 28 * 28;
const small = syntheticDataset({ train: 1000, test: 200 });
const image = (table: Table, i: number) => imagesOf(table).subarray(i * pixels, (i + 1) * pixels);

/** Mean image of each class. */
function classMeans(table: Table): Float64Array[] {
  const { count } = table;
  const [images, labels] = [imagesOf(table), labelsOf(table)];
  const length = images.length / count;
  const means = Array.from({ length: 10 }, () => new Float64Array(length));
  for (let i = 0; i < count; i++) {
    const mean = means[labels[i]!]!;
    for (let p = 0; p < length; p++) mean[p]! += (10 * images[i * length + p]!) / count;
  }
  return means;
}

function nearest(means: readonly Float64Array[], picture: Uint8Array): number {
  const distances = means.map((mean) => picture.reduce((sum, value, p) => sum + (value - mean[p]!) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

/** How many test images are nearest to the mean training image of their class. */
function nearestMeanAccuracy({ train, test: held }: Dataset): number {
  const [count, images, labels] = [held.count, imagesOf(held), labelsOf(held)];
  const means = classMeans(train);
  const length = images.length / count;
  const right = (i: number) => nearest(means, images.subarray(i * length, (i + 1) * length)) === labels[i];
  return Array.from({ length: count }, (_, i) => right(i)).filter(Boolean).length / count;
}

describe("syntheticDataset", () => {
  test("is the same on every machine", () => {
    expect(sha256Hex(imagesOf(small.train))).toBe("1b1a45be20c7d4bf49f012181f8aa5a2c7ca8219e16dec5c1e13133afbb90f3e");
  });

  test("is balanced, and begins a larger set of the same seed", () => {
    expect([...labelsOf(small.test).subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    const smaller = syntheticDataset({ train: 30, test: 0 });
    expect(imagesOf(smaller.train)).toEqual(imagesOf(small.train).slice(0, 30 * pixels));
  });

  test("differs by seed and between training and test", () => {
    const other = syntheticDataset({ train: 10, test: 10, seed: 2 });
    expect(image(other.train, 0)).not.toEqual(image(small.train, 0));
    expect(image(other.train, 0)).not.toEqual(image(other.test, 0));
  });

  test("has the mean and deviation it claims", () => {
    const { mean, std } = channelStatistics(imagesOf(small.train), [1, 28, 28]);
    expect(mean[0]).toBeCloseTo(small.mean![0]!, 3);
    expect(std[0]).toBeCloseTo(small.std![0]!, 3);
  });

  test("can be learnt, not perfectly, by comparing with the mean image of each class", () => {
    const accuracy = nearestMeanAccuracy(small);
    expect(accuracy).toBeGreaterThan(0.7);
    expect(accuracy).toBeLessThan(1);
  });
});

describe("syntheticRgbDataset", () => {
  const colour = syntheticRgbDataset({ train: 1000, test: 200 });

  test("is the same on every machine", () => {
    expect(sha256Hex(imagesOf(colour.train))).toBe("d9644374b5aab453b5852b7e578822f6fbd8912152a599a095db7991151ac91e");
    expect([colour.shape, imagesOf(colour.train).length]).toEqual([[3, 16, 16], 1000 * 768]);
  });

  test("has the mean and deviation of each channel that it claims", () => {
    const { mean, std } = channelStatistics(imagesOf(syntheticRgbDataset().train), [3, 16, 16]);
    for (const c of [0, 1, 2]) {
      expect(mean[c]).toBeCloseTo(colour.mean![c]!, 4);
      expect(std[c]).toBeCloseTo(colour.std![c]!, 4);
    }
  });

  test("can be learnt, not perfectly, by comparing with the mean image of each class", () => {
    const accuracy = nearestMeanAccuracy(colour);
    expect(accuracy).toBeGreaterThan(0.5);
    expect(accuracy).toBeLessThan(0.95);
  });
});
