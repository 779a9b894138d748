import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyPruning, keptOf } from "./fixtures/pruning.ts";
import { nestedMask, randomMask, shuffleMask } from "./masks.ts";

const key = { seed: 3, replicate: 1, draw: 2 };
const like = new Map([
  ["fc1.weight", new Uint8Array(200).fill(1, 0, 60)],
  ["fc2.weight", new Uint8Array(200).fill(1, 0, 60)],
]);
const kinds = [
  { kind: "random", draw: randomMask },
  { kind: "shuffled", draw: shuffleMask },
];

describe.each(kinds)("a $kind mask", ({ draw }) => {
  test("keeps as many weights of every layer, and is made of zeros and ones", () => {
    fc.assert(
      fc.property(anyPruning, fc.nat(), ({ mask }, seed) => {
        const drawn = draw(mask, { ...key, seed });
        expect(keptOf(drawn)).toEqual(keptOf(mask));
        expect([...drawn].map(([name, bits]) => [name, bits.length])).toEqual(
          [...mask].map(([name, bits]) => [name, bits.length]),
        );
        expect([...drawn.values()].every((bits) => bits.every((bit) => bit === 0 || bit === 1))).toBe(true);
      }),
    );
  });

  test("is the same for the same key, and another for any other key and layer", () => {
    const keys = [key, { ...key, seed: 4 }, { ...key, replicate: 0 }, { ...key, draw: 3 }];
    expect(draw(like, key)).toEqual(draw(like, { ...key }));
    const layers = keys.flatMap((each) => [...draw(like, each).values()].map((bits) => bits.join("")));
    expect(new Set(layers).size).toBe(2 * keys.length);
  });

  test("keeps every weight equally often", () => {
    const [draws, size, kept] = [400, 20, 6];
    const mask = new Map([["w", new Uint8Array(size).fill(1, 0, kept)]]);
    const often = new Float64Array(size);
    for (let i = 0; i < draws; i++)
      draw(mask, { ...key, draw: i })
        .get("w")!
        .forEach((bit, index) => {
          often[index]! += bit;
        });
    const mean = (draws * kept) / size;
    const deviation = Math.sqrt(mean * (1 - kept / size));
    for (const count of often) expect(Math.abs(count - mean)).toBeLessThan(4 * deviation);
  });
});

test("a nested mask is a part of the one it is taken from, at the counts of another, and never more than that has", () => {
  const sizes = [400, 60] as const;
  const key = { seed: 4, replicate: 1, draw: 2 };
  const like = new Map(sizes.map((size, i) => [`${i}`, new Uint8Array(size).fill(1, 0, size / 4)]));
  const within = randomMask(new Map(sizes.map((size, i) => [`${i}`, new Uint8Array(size).fill(1, 0, size / 2)])), key);
  const nested = nestedMask(like, within, key);
  for (const [name, bits] of nested) {
    expect(bits.every((bit, i) => bit <= within.get(name)![i]!)).toBe(true);
    expect(bits.reduce((a, b) => a + b, 0)).toBe(bits.length / 4);
  }
  expect(nestedMask(like, within, key)).toEqual(nested);
  expect(nestedMask(like, within, { ...key, draw: 3 })).not.toEqual(nested);
  // It is no prefix of the order that random masks are drawn in.
  expect(randomMask(like, key)).not.toEqual(
    nestedMask(like, new Map(sizes.map((size, i) => [`${i}`, new Uint8Array(size).fill(1)])), key),
  );
  expect(() => nestedMask(within, like, key)).toThrow("0: must keep at least 200 weights to take a part of, got 100");
});

test("random and shuffled masks of one key come from different permutations", () => {
  // Of one permutation, the shuffled mask would put a weight that the random mask keeps in the first place.
  const only = (index: number) => new Map([["w", new Uint8Array(50).fill(1, index, index + 1)]]);
  const firsts = Array.from({ length: 20 }, (_, draw) => {
    const kept = randomMask(only(0), { ...key, draw })
      .get("w")!
      .indexOf(1);
    return shuffleMask(only(kept), { ...key, draw }).get("w")![0]!;
  });
  expect(firsts.reduce((sum, bit) => sum + bit, 0)).toBeLessThan(5);
});
