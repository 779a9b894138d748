/** Proves Box-Muller against the library's functions over all words, the edges of the tables included. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxMuller } from "./gauss.ts";

const edges = [0, 1, 2, 2 ** 29 - 1, 2 ** 29, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 2, 2 ** 32 - 1];
const word = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(...edges));

function pair(radiusWord: number, angleWord: number): [number, number] {
  const out = new Float64Array(2);
  boxMuller(radiusWord, angleWord, out);
  return [out[0]!, out[1]!];
}

describe("boxMuller", () => {
  test("agrees with Math.log, Math.cos and Math.sin", () => {
    fc.assert(
      fc.property(word, word, (radiusWord, angleWord) => {
        const radius = Math.sqrt(-2 * Math.log((radiusWord + 1) / 2 ** 32));
        const angle = (2 * Math.PI * angleWord) / 2 ** 32;
        const [x, y] = pair(radiusWord, angleWord);
        expect(Math.abs(x - radius * Math.cos(angle))).toBeLessThan(1e-14);
        expect(Math.abs(y - radius * Math.sin(angle))).toBeLessThan(1e-14);
      }),
      { numRuns: 2000 },
    );
  });

  test("keeps its relative precision where the radius is smallest", () => {
    // ln(1 - x) = -x - x^2/2 - ..., with x = 2^-32.
    expect(pair(2 ** 32 - 2, 0)[0] / Math.sqrt(2 * (2 ** -32 + 2 ** -65))).toBeCloseTo(1, 14);
  });

  test("is finite and at most 6.67 from 0", () => {
    fc.assert(fc.property(word, word, (a, b) => pair(a, b).every((z) => Math.abs(z) < 6.67)));
    expect(pair(0, 0)[0]).toBeCloseTo(Math.sqrt(64 * Math.LN2), 14);
  });

  test("gives the golden bits that every engine must repeat", () => {
    expect(pair(0x8133c9da, 0xab13b3ab)).toEqual([-0.5744931664753, -1.0186038105184347]);
  });
});
