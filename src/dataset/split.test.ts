/** Proves that training and validation images share nothing, miss nothing, and are the documented ones. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitTrain } from "./split.ts";

function counting(count: number) {
  return { name: "small", train: { count, images: new Uint8Array(0), labels: new Uint8Array(0) } };
}

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
    expect(() => splitTrain(counting(5), validation)).toThrow("validation: must be an integer from 0 to 4");
  });
});
