/** Proves that training and validation images share nothing, miss nothing, and are the documented ones. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classes } from "./dataset.ts";
import { labelsOf } from "./fixtures/parts.ts";
import { splitTrain, trainedImages } from "./split.ts";
import { imageTable } from "./table.ts";

function labelled(labels: Uint8Array) {
  return { name: "small", ...classes(5), train: imageTable(new Uint8Array(0), labels, [0]) };
}

const counting = (count: number) => labelled(new Uint8Array(count));

describe("splitTrain", () => {
  test("holds back the last images", () => {
    const { train, validation } = splitTrain(counting(5), 2);
    expect([...train]).toEqual([0, 1, 2]);
    expect([...validation]).toEqual([3, 4]);
  });

  test("parts the images without loss", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (count, any) => {
        const { train, validation } = splitTrain(counting(count), any % count);
        expect([...train, ...validation]).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(validation.length).toBe(any % count);
      }),
    );
  });

  test.each([-1, 5, 6, 1.5, Number.NaN])("refuses %s of 5", (validation) => {
    expect(() => splitTrain(counting(5), validation)).toThrow("validation: must be a whole number of rows from 0 on");
  });

  test("of the images that are trained on, some come first, and no other does", () => {
    const trained = { validation: 100, trainSize: 80 };
    expect(trainedImages(counting(500), trained)).toEqual(splitTrain(counting(500), 100, 80).train);
    expect(trainedImages(counting(500), trained, 30)).toEqual(splitTrain(counting(500), 100, 30).train);
    expect(() => trainedImages(counting(500), trained, 81)).toThrow(
      "train images: must be an integer from 1 to 80, got 81. 80 are trained on",
    );
  });

  const anyLabelled = fc
    .array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 300 })
    .map((labels) => labelled(Uint8Array.from(labels)));

  /** How many images of each class were taken, and how many there were. */
  function tally(labels: Uint8Array, taken: Int32Array, before: Int32Array) {
    const count = (indices: Int32Array, label: number) => indices.filter((i) => labels[i] === label).length;
    return [0, 1, 2, 3, 4].map((label) => ({ taken: count(taken, label), all: count(before, label) }));
  }

  test("takes the first images of each class, equally many but for one", () => {
    const labels = Uint8Array.of(0, 0, 0, 1, 1, 2, 0, 1, 2, 2);
    const dataset = labelled(labels);
    expect([...splitTrain(dataset, 0, 3).train]).toEqual([0, 3, 5]);
    expect([...splitTrain(dataset, 0, 7).train]).toEqual([0, 1, 2, 3, 4, 5, 8]);
    expect([...splitTrain(dataset, 3, 5).train]).toEqual([0, 1, 3, 4, 5]);
    expect([...splitTrain(dataset, 3, 5).validation]).toEqual([7, 8, 9]);
  });

  test("balances classes as far as they go, each smaller subset within the larger, beside one validation set", () => {
    fc.assert(
      fc.property(anyLabelled, fc.nat(), fc.nat(), (dataset, any, other) => {
        const { count } = dataset.train;
        const labels = labelsOf(dataset.train);
        const whole = splitTrain(dataset, any % count);
        const size = 1 + (other % whole.train.length);
        const { train, validation } = splitTrain(dataset, any % count, size);
        expect(validation).toEqual(whole.validation);
        expect([...train]).toEqual([...new Set(train)].sort((a, b) => a - b));
        expect(train.length).toBe(size);
        const tallies = tally(labels, train, whole.train);
        const most = Math.max(...tallies.map(({ taken }) => taken));
        for (const { taken, all } of tallies) expect(taken).toBeGreaterThanOrEqual(Math.min(all, most - 1));
        const larger = new Set(splitTrain(dataset, any % count, Math.min(size + 1, whole.train.length)).train);
        expect([...train].every((index) => larger.has(index))).toBe(true);
      }),
    );
  });

  test.each([0, 4, 1.5])("refuses a training set of %s of 3", (size) => {
    const message = "trainSize: must be an integer from 1 to 3";
    expect(() => splitTrain(counting(5), 2, size)).toThrow(message);
    expect(() => splitTrain(counting(5), 2, size)).toThrow("5 training rows, of which 2 are held back");
  });
});
