/** Proves the exact functions against the library's and against whole numbers, and pins their bits. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acos, cos, exp, log, power } from "./exact.ts";

const bits = new DataView(new ArrayBuffer(8));

function bitsOf(x: number): bigint {
  bits.setFloat64(0, x);
  return bits.getBigUint64(0);
}

/** How many numbers of float64 lie between two of one sign. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  expect([Math.sign(a), Number.isFinite(a)]).toEqual([Math.sign(b), Number.isFinite(b)]);
  const apart = bitsOf(a) - bitsOf(b);
  return Number(apart < 0n ? -apart : apart);
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const near = (x: number, spread: number) => between(-spread, spread).map((e) => x + e ** 3);

describe.each([
  ["exp", exp, Math.exp, fc.oneof(between(-745, 709.7), between(-2, 2))],
  ["log", log, Math.log, fc.oneof(between(0, 2), near(1, 0.01), between(0, Number.MAX_VALUE), between(0, 1e-300))],
  ["cos", cos, Math.cos, fc.oneof(between(0, Math.PI), near(Math.PI / 2, 0.1))],
  [
    "acos",
    acos,
    Math.acos,
    fc.oneof(
      between(-1, 1),
      between(0, 0.1).map((e) => 1 - e * e),
    ),
  ],
] as const)("%s", (_, exact, library, argument) => {
  test("is within 2 ulp of the library's", () => {
    fc.assert(
      fc.property(argument, (x) => {
        expect(ulps(exact(x), library(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 5000 },
    );
  });
});

test("edges are exact", () => {
  expect([0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 710, -746].map(exp)).toEqual([
    1,
    Number.POSITIVE_INFINITY,
    0,
    Number.POSITIVE_INFINITY,
    0,
  ]);
  const logs = [1, 0, -0, Number.POSITIVE_INFINITY].map(log);
  expect(logs).toEqual([0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect([0, Math.PI].map(cos)).toEqual([1, -1]);
  expect([1, 0, -1].map(acos)).toEqual([0, Math.PI / 2, Math.PI]);
  expect([exp(Number.NaN), log(Number.NaN), log(-1), acos(Number.NaN), acos(1.1), acos(-1.1)]).toEqual(
    Array(6).fill(Number.NaN),
  );
});

describe("power", () => {
  /** A number as a whole one times a power of two. */
  function fractionOf(x: number): { whole: bigint; twos: number } {
    const exponent = Number((bitsOf(x) >> 52n) & 2047n);
    return { whole: (bitsOf(x) & (2n ** 52n - 1n)) | (2n ** 52n), twos: exponent - 1075 };
  }

  test("is the nearest number or one beside it, by whole numbers", () => {
    fc.assert(
      fc.property(between(0.1, 3), fc.integer({ min: 1, max: 250 }), (base, exponent) => {
        const [from, to] = [fractionOf(base), fractionOf(power(base, exponent))];
        const whole = from.whole ** BigInt(exponent);
        const shift = to.twos - from.twos * exponent;
        const found = shift >= 0 ? to.whole << BigInt(shift) : to.whole;
        const wanted = shift >= 0 ? whole : whole << BigInt(-shift);
        const ulp = shift >= 0 ? 1n << BigInt(shift) : 1n;
        const apart = found > wanted ? found - wanted : wanted - found;
        expect(apart * 1000n <= ulp * 501n).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("holds at its ends", () => {
    expect([power(0, 0), power(0, 3), power(0.9, 0), power(0.9, 1), power(0.9, 2 ** 32)]).toEqual([1, 0, 1, 0.9, 0]);
    expect([power(2, 300), power(10, 22), power(-3, 3), power(10, 400)]).toEqual([
      2 ** 300,
      1e22,
      -27,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

test("golden bits, which every engine must repeat", () => {
  // By function, of the arguments in turn.
  const found = [
    ...[-745, -10, -0.3, 1, 88.8].map(exp),
    ...[5e-324, 0.1, 0.9 / 0.1, 1.37, 1e300].map(log),
    ...[0.5, 1, 1.5707963, 2, 3.14].map(cos),
    ...[-0.99, -0.3, 1e-9, 0.6, 0.999999].map(acos),
    ...[power(0.9, 17), power(0.999, 12345), power(0.1, 3)],
  ];
  expect(found.map((x) => bitsOf(x).toString(16).padStart(16, "0"))).toEqual([
    "0000000000000001",
    "3f07cd79b5647c9a",
    "3fe7b4c869c37c05",
    "4005bf0a8b14576a",
    "47f148906c06fc8a",
    "c0874385446d71c3",
    "c0026bb1bbb55515",
    "400193ea7aad030b",
    "3fd425dbf202b876",
    "4085963447f87fb5",
    "3fec1528065b7d50",
    "3fe14a280fb5068c",
    "3e5cc553391a6262",
    "bfdaa22657537205",
    "bfeffffd5719f5d7",
    "4008001be1bc011b",
    "3ffe0200bbc96ad8",
    "3ff921fb53ff74e9",
    "3fedac670561bb50",
    "3f572ba46065af16",
    "3fc558c765f29524",
    "3ed22391fb94567e",
    "3f50624dd2f1a9fd",
  ]);
});
