/** Proves the golden values of every stream, that streams are independent of each other, and the laws of each draw. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { goldenKey, goldenWords } from "./golden.ts";
import { type Random, randomStream, type Stream, type StreamKey, streamCodes, streamKey } from "./random.ts";

const base: StreamKey = { seed: 1, stream: "order", replicate: 2, step: 3, item: 4 };
const streams = Object.keys(streamCodes) as Stream[];
const ascending = (length: number) => Int32Array.from({ length }, (_, i) => i);
const take = (random: Random, count: number) => Array.from({ length: count }, () => random.u32());

describe("streams", () => {
  test.each(streams)("%s begins with its golden words", (stream) => {
    expect(take(randomStream({ ...goldenKey, stream }), 5)).toEqual(goldenWords[stream]);
  });

  test("the key and counter words are those documented", () => {
    const name: StreamKey = { seed: 7, stream: "dropout", replicate: 5, step: 9, item: 2 ** 24 - 1 };
    expect(streamKey(name)).toEqual({ key: [7, 0xffffff03], counter: [0, 0, 9, 5] });
  });

  test("a change of any field changes the words", () => {
    const others: StreamKey[] = [
      base,
      { ...base, seed: 2 },
      { ...base, stream: "init" },
      { ...base, replicate: 3 },
      { ...base, step: 4 },
      { ...base, item: 5 },
    ];
    expect(new Set(others.map((name) => take(randomStream(name), 2).join())).size).toBe(others.length);
  });

  test.each([
    ["seed", -1],
    ["seed", 2 ** 32],
    ["replicate", 0.5],
    ["step", Number.NaN],
    ["item", 2 ** 24],
  ])("refuses %s %s", (field, value) => {
    expect(() => randomStream({ ...base, [field]: value })).toThrow(`${field}: must be an integer from 0 to`);
  });
});

describe("uniform", () => {
  test("is the upper 24 bits of a word, exact in float32", () => {
    const random = randomStream(base);
    for (const word of take(randomStream(base), 100)) {
      const value = random.uniform();
      expect(value).toBe((word >>> 8) / 2 ** 24);
      expect(Math.fround(value)).toBe(value);
    }
  });
});

describe("normal", () => {
  test("is Box-Muller of two words, (word + 1) / 2^32 under the logarithm", () => {
    const random = randomStream(base);
    const words = take(randomStream(base), 200);
    for (let i = 0; i < words.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 1) / 2 ** 32));
      const angle = (2 * Math.PI * words[i + 1]!) / 2 ** 32;
      expect(random.normal()).toBeCloseTo(radius * Math.cos(angle), 12);
      expect(random.normal()).toBeCloseTo(radius * Math.sin(angle), 12);
    }
  });

  test("has the moments of a standard normal", () => {
    const random = randomStream({ ...base, stream: "init" });
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const moment = (power: number) => values.reduce((sum, z) => sum + z ** power, 0) / values.length;
    // Five standard errors: the p-th moment of n normals varies by sqrt(E z^2p) / sqrt(n) at most.
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / values.length));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / values.length));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / values.length));
  });
});

describe("below", () => {
  test("stays below n and reaches every value evenly", () => {
    const counts = new Array<number>(7).fill(0);
    const random = randomStream(base);
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test("takes no value more often where n does not divide 2^32", () => {
    // Without redraws, floor(word * 3/4) would be a multiple of 3 half the time instead of a third.
    const random = randomStream(base);
    const n = 3 * 2 ** 30;
    const multiples = Array.from({ length: 10_000 }, () => random.below(n)).filter((value) => value % 3 === 0).length;
    expect(Math.abs(multiples / 10_000 - 1 / 3)).toBeLessThan(0.025);
  });

  test("of 1 is 0", () => {
    fc.assert(fc.property(fc.nat(), (seed) => randomStream({ ...base, seed }).below(1) === 0));
  });
});

describe("shuffle", () => {
  test("permutes in place, the same way for the same key", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 300 }), (seed, length) => {
        const array = ascending(length);
        expect(randomStream({ ...base, seed }).shuffle(array)).toBe(array);
        expect(array).toEqual(randomStream({ ...base, seed }).shuffle(ascending(length)));
        expect(array.toSorted()).toEqual(ascending(length));
      }),
    );
  });

  test("gives its golden order", () => {
    expect([...randomStream(base).shuffle(ascending(10))]).toEqual([3, 2, 8, 4, 0, 7, 9, 1, 6, 5]);
  });

  test("makes every order of three equally likely", () => {
    const counts = new Map<string, number>();
    const random = randomStream(base);
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(ascending(3)).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(250);
  });
});
