/** Holm's adjustment, equivalence, and every word of a verdict. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equivalence } from "./equivalence.ts";
import { expected } from "./fixtures/expected.ts";
import { holm } from "./holm.ts";
import { interval } from "./interval.ts";
import { signFlip } from "./sign-flip.ts";
import { type Claim, VERDICT_WORDS, verdictOf, verdictsOf } from "./verdict.ts";

const { six } = expected.samples;
const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe("Holm's adjustment", () => {
  test("is that of the plain rule", () => {
    for (const [i, p] of holm(expected.holm.ps).entries()) expect(p).toBeCloseTo(expected.holm.adjusted[i]!, 14);
  });

  test("is monotone, at least p, at most 1 and at most Bonferroni's, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(probability, { maxLength: 20 }), (ps) => {
        const adjusted = holm(ps);
        expect(adjusted).toHaveLength(ps.length);
        for (const [i, p] of ps.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * ps.length));
          for (const [j, q] of ps.entries()) if (p <= q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
        }
        expect(holm(ps.toReversed())).toEqual(adjusted.toReversed());
      }),
    );
  });

  test("of one claim is its p, and a claim without one counts", () => {
    expect(holm([])).toEqual([]);
    expect(holm([0.03])).toEqual([0.03]);
    expect(holm([0.02, Number.NaN])).toEqual([0.04, Number.NaN]);
  });
});

describe("equivalence", () => {
  const reason = "a tenth of what pruning costs";

  test.each(expected.tost)("within %d has the p of scipy's two tests", (margin, p) => {
    const got = equivalence(six, { margin, reason });
    expect(got).toMatchObject({ margin, reason, n: 6, diverged: 0 });
    expect(got.p).toBeCloseTo(p, 11);
    expect(
      equivalence(
        six.map((value) => -value),
        { margin, reason },
      ).p,
    ).toBeCloseTo(p, 11);
  });

  test("of equal differences is certain", () => {
    const of = (difference: number) => equivalence(new Array<number>(6).fill(difference), { margin: 0.5, reason }).p;
    expect([0, 0.4, -0.4, 0.6, 0.5].map(of)).toEqual([0, 0, 0, 1, 0.5]);
  });

  test("of one replicate, or one that diverged, has no p", () => {
    expect(equivalence([0], { margin: 1, reason })).toMatchObject({ p: Number.NaN, n: 1, diverged: 0 });
    expect(equivalence([0, 0, Number.NaN], { margin: 1, reason })).toMatchObject({ p: Number.NaN, n: 3, diverged: 1 });
  });

  test("refuses a margin that is none, and one without a reason", () => {
    for (const margin of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => equivalence(six, { margin, reason })).toThrow(`margin: must be a number above 0, got ${margin}`);
    expect(() => equivalence(six, { margin: 1, reason: " " })).toThrow("reason: must say why the margin is this one");
  });
});

describe("a verdict", () => {
  const claim = (values: readonly number[], more: Partial<Claim> = {}): Claim => ({
    test: signFlip(values, { side: "greater" }),
    interval: interval(values),
    registered: values.length,
    ...more,
  });
  const alone = (of: Claim) => verdictsOf([of])[0]!;
  const up = [1, 2, 3, 4, 5, 6];
  const down = up.map((value) => -value);
  const unclear = [1, -2, 3, -4, 5, -2];

  test("established is said of a directed claim, and with its side of a two-sided one", () => {
    expect(alone(claim(up))).toEqual({ kind: "established", words: "established", p: 1 / 64, opposite: 1 });
    expect(alone(claim(up, { test: signFlip(up) })).words).toBe("established, greater");
    expect(alone(claim(down, { test: signFlip(down) })).words).toBe("established, less");
    expect(alone(claim(down, { test: signFlip(down, { side: "less" }) })).words).toBe("established");
  });

  test("the other way is said of a directed claim alone", () => {
    expect(alone(claim(down))).toMatchObject({ kind: "the other way", words: "established, the other way" });
    const unsure = claim(down, { test: signFlip(unclear) });
    expect(verdictOf(unsure, { p: 0.07, opposite: 0.04 }).kind).toBe("not established");
  });

  test("no different is said where a margin was registered and kept", () => {
    const within = (margin: number) => equivalence(unclear, { margin, reason: "as an example" });
    expect(alone(claim(unclear, { equivalence: within(5) }))).toMatchObject({
      kind: "no different",
      words: "no different within 5",
    });
    expect(alone(claim(unclear, { equivalence: within(1) })).kind).toBe("not established");
    const wide = claim(up, { equivalence: equivalence(up, { margin: 50, reason: "wide" }) });
    expect(alone(wide).kind).toBe("no different");
    // It is no test of a difference, so that it takes no part in the adjustment of those.
    expect(verdictsOf([wide, claim(up)])[1]).toMatchObject({ kind: "established", p: 1 / 64 });
  });

  test("not established tells interval and p", () => {
    expect(alone(claim(unclear)).words).toMatch(/^not established \(-3\.\d+ to 3\.\d+, p = 0\.\d+\)$/);
    const words = verdictOf(claim(six), { p: 0.0625, opposite: 1 }).words;
    expect(words).toBe("not established (0.0116 to 0.382, p = 0.0625)");
  });

  test("below six replicates nothing is established", () => {
    const five = [1, 1, 1, 1, 1];
    const certain = equivalence(five, { margin: 9, reason: "wide" });
    expect(alone(claim(five, { equivalence: certain })).words).toBe("not established (needs n >= 6)");
    expect(alone(claim([1])).words).toBe("not established (needs n >= 6)");
  });

  test.each([
    ["a look", { looked: "extended after a look" }, "no verdict (extended after a look)"],
    ["another n", { registered: 12 }, "no verdict (n is 6, registered were 12)"],
    ["a divergence", { test: signFlip([...up.slice(1), Number.NaN]) }, "no verdict (diverged in 1 of 6 replicates)"],
  ])("none is due after %s", (_, more, words) => {
    expect(alone(claim(up, more))).toMatchObject({ kind: "no verdict", words });
  });

  test("claims of a page share their 5 %, on either side", () => {
    const page = (claims: number, values: readonly number[]) =>
      verdictsOf([claim(values), ...Array.from({ length: claims - 1 }, () => claim(unclear))])[0]!;
    expect(page(3, up)).toMatchObject({ words: "established", p: 3 / 64 });
    expect(page(4, up)).toMatchObject({ kind: "not established", p: 4 / 64 });
    expect(page(3, down)).toMatchObject({ kind: "the other way", opposite: 3 / 64 });
    expect(page(4, down)).toMatchObject({ kind: "not established", opposite: 4 / 64 });
  });

  test("has words of the fixed ones, whatever the values", () => {
    const value = fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.constantFrom(0, 1, Number.NaN));
    const more = fc.record({
      side: fc.constantFrom("greater", "less", "two-sided"),
      margin: fc.option(fc.double({ min: 1e-9, max: 1e9, noNaN: true })),
      registered: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), more, (values, { side, margin, registered }) => {
        const equal = margin === null ? undefined : equivalence(values, { margin, reason: "as an example" });
        const of = { test: signFlip(values, { side }), interval: interval(values), equivalence: equal };
        expect(alone({ ...of, registered: values.length + registered }).words).toMatch(VERDICT_WORDS);
      }),
    );
    for (const words of ["Established", "established, twice", "not established", "no different", "no verdict ()"])
      expect(words).not.toMatch(VERDICT_WORDS);
  });
});
