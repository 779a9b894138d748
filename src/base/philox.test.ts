/** Proves Philox against the known answers of Random123 and against the paper's definition in exact integers. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Counter, high, type Key, philox } from "./philox.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function block(counter: Counter, key: Key): number[] {
  const out = new Uint32Array(4);
  philox(counter, key, out);
  return [...out];
}

/** Salmon et al. 2011, section 3.3, without regard to speed. */
function exactBlock(counter: Counter, key: Key): number[] {
  const mask = 0xffffffffn;
  let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * a;
    const p1 = 0xcd9e8d57n * c;
    [a, b, c, d] = [(p1 >> 32n) ^ b ^ k0, p1 & mask, (p0 >> 32n) ^ d ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [a, b, c, d].map(Number);
}

describe("philox", () => {
  const ones = 0xffffffff;
  test.each<[Counter, Key, number[]]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [ones, ones, ones, ones],
      [ones, ones],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("gives the known answer of Random123 for counter %j, key %j", (counter, key, answer) => {
    expect(block(counter, key)).toEqual(answer);
  });

  test("equals its definition everywhere", () => {
    fc.assert(
      fc.property(fc.tuple(u32, u32, u32, u32), fc.tuple(u32, u32), (counter, key) => {
        expect(block(counter, key)).toEqual(exactBlock(counter, key));
      }),
    );
  });
});

describe("high", () => {
  const edge = fc.constantFrom(0, 1, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1);
  test("is the exact upper half of the product", () => {
    const operand = fc.oneof(u32, edge);
    fc.assert(
      fc.property(operand, operand, (a, b) => high(a, b) === Number((BigInt(a) * BigInt(b)) >> 32n)),
      { numRuns: 2000 },
    );
  });
});
