/** What weights start from: the multisets and signs that actions promise, and the direction rule as it is defined. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ACTIONS, type ActionName, compounds, freezes, KEPT_ACTIONS, needsMask, startOf } from "./actions.ts";

interface Case {
  readonly initial: Float32Array;
  readonly trained: Float32Array;
  readonly bits: Uint8Array;
}

const value = fc.integer({ min: -50, max: 50 }).map((whole) => whole / 8);
const anyCase: fc.Arbitrary<Case> = fc
  .array(fc.tuple(value, value, fc.constantFrom(0, 1)), { minLength: 2, maxLength: 40 })
  .filter((all) => all.some(([, , bit]) => bit === 1))
  .map((all) => ({
    initial: Float32Array.from(all, ([first]) => first),
    trained: Float32Array.from(all, ([, last]) => last),
    bits: Uint8Array.from(all, ([, , bit]) => bit),
  }));

const BIAS = Float32Array.of(1, 2);

function start(action: ActionName, { initial, trained, bits }: Case, draw = 0): number[] {
  const own = (values: Float32Array) =>
    new Map([
      ["w", values],
      ["b", BIAS],
    ]);
  const key = { seed: 1, replicate: 0, draw };
  const found = startOf({ action, initial: own(initial), trained: own(trained), mask: new Map([["w", bits]]), key });
  expect(found.get("b")).toBe(BIAS);
  return [...found.get("w")!];
}

const sorted = (values: readonly number[]) => values.map((each) => each + 0).sort((a, b) => a - b);
const magnitudes = (values: ArrayLike<number>) => sorted(Array.from(values, Math.abs));
const signs = (values: ArrayLike<number>) => Array.from(values, (each) => Math.sign(each) + 0);
const where = (values: readonly number[], bits: Uint8Array, bit: number) => values.filter((_, i) => bits[i] === bit);

/** A property of an action on every case. */
function each(action: ActionName, holds: (found: number[], given: Case) => void): void {
  fc.assert(
    fc.property(anyCase, (given) => {
      holds(start(action, given), given);
    }),
  );
}

test("there are seven actions on kept weights, each with and without rescaling, and six that freeze cut ones", () => {
  expect(Object.keys(KEPT_ACTIONS).length).toBe(14);
  expect(ACTIONS.filter(freezes)).toEqual(
    "freeze_init zero_mask zero_all zero_kept zero_reshuffle zero_rev".split(" "),
  );
});

describe("kept weights", () => {
  test("rewind gives the first weights back", () =>
    each("rewind", (found, { initial }) => expect(found).toEqual([...initial])));

  test("reinit permutes all of the layer", () =>
    each("reinit", (found, { initial }) => expect(sorted(found)).toEqual(sorted([...initial]))));

  test("signed_reinit permutes magnitudes under every place's sign", () =>
    each("signed_reinit", (found, { initial }) => {
      const isSigned = initial.every((first) => first !== 0);
      if (isSigned) expect(magnitudes(found)).toEqual(magnitudes(initial));
      for (const [i, own] of found.entries()) expect([Math.sign(initial[i]!) + 0, 0]).toContain(Math.sign(own) + 0);
    }));

  test("reshuffle permutes kept weights among their places", () =>
    each("reshuffle", (found, { initial, bits }) => {
      expect(sorted(where(found, bits, 1))).toEqual(sorted(where([...initial], bits, 1)));
      expect(where(found, bits, 0)).toEqual(where([...initial], bits, 0));
    }));

  test("signed_reshuffle permutes their magnitudes under every place's sign", () =>
    each("signed_reshuffle", (found, { initial, bits }) => {
      if (initial.every((first) => first !== 0)) {
        expect(magnitudes(where(found, bits, 1))).toEqual(magnitudes(where([...initial], bits, 1)));
        expect(signs(found)).toEqual(signs(initial));
      }
    }));

  test("signed_constant is the sign times the population's deviation of the whole layer", () =>
    each("signed_constant", (found, { initial }) => {
      const mean = initial.reduce((a, b) => a + b, 0) / initial.length;
      const deviation = Math.sqrt(initial.reduce((sum, first) => sum + (first - mean) ** 2, 0) / initial.length);
      for (const [i, own] of found.entries()) expect(own).toBeCloseTo(Math.sign(initial[i]!) * deviation, 5);
      expect(new Set(found.map(Math.abs).filter((size) => size > 0)).size).toBeLessThanOrEqual(1);
    }));

  test("rand_signed_constant permutes these", () =>
    each("rand_signed_constant", (found, given) =>
      expect(sorted(found)).toEqual(sorted(start("signed_constant", given))),
    ));

  test.each(["rewind", "reinit", "signed_reinit", "reshuffle", "signed_constant", "rand_signed_constant"] as const)(
    "%s with rescaling multiplies by the weights of the layer over those kept",
    (name) => {
      fc.assert(
        fc.property(anyCase, (given) => {
          const factor = given.bits.length / given.bits.reduce((a, b) => a + b, 0);
          const plain = start(name, given).map((own) => Math.fround(own * factor));
          expect(start(`${name}_rescaling`, given)).toEqual(plain);
        }),
      );
    },
  );

  test("a layer without kept weights cannot be rescaled", () => {
    const none = { initial: Float32Array.of(1), trained: Float32Array.of(1), bits: Uint8Array.of(0) };
    expect(() => start("rewind_rescaling", none)).toThrow(
      "w: must keep a weight for rewind_rescaling, got 0. Use fewer levels",
    );
  });
});

describe("cut weights", () => {
  const nearer = ({ initial, trained }: Case, i: number) => Math.abs(initial[i]!) > Math.abs(trained[i]!);
  const farther = ({ initial, trained }: Case, i: number) => Math.abs(initial[i]!) < Math.abs(trained[i]!);
  const rules: Partial<Record<ActionName, (given: Case, i: number) => boolean>> = {
    freeze_init: () => false,
    zero_mask: (given, i) => given.bits[i] === 0 && nearer(given, i),
    zero_all: nearer,
    zero_kept: (given, i) => given.bits[i] === 1 && nearer(given, i),
    zero_rev: (given, i) => given.bits[i] === 0 && farther(given, i),
  };
  test.each(Object.entries(rules) as [ActionName, (given: Case, i: number) => boolean][])("%s", (action, isZero) => {
    each(action, (found, given) => {
      for (const [i, own] of found.entries()) expect(own).toBe(isZero(given, i) ? 0 : given.initial[i]!);
    });
  });

  test("zero_reshuffle has as many zeros as zero_mask, among cut weights alone", () =>
    each("zero_reshuffle", (found, given) => {
      const { initial, bits } = given;
      const zeros = (values: readonly number[]) => values.filter((each) => each === 0).length;
      expect(zeros(found)).toBe(zeros(start("zero_mask", given)));
      for (const [i, own] of found.entries()) expect(own === initial[i] || (own === 0 && bits[i] === 0)).toBe(true);
    }));
});

test("draws are reproducible, and others for another level", () => {
  const initial = Float32Array.from({ length: 40 }, (_, i) => i + 1);
  const given = { initial, trained: initial, bits: new Uint8Array(40).fill(1) };
  expect(start("reinit", given, 1)).toEqual(start("reinit", given, 1));
  expect(start("reinit", given, 1)).not.toEqual(start("reinit", given, 2));
});

test("what depends on the mask says so, and permutations without rescaling compound", () => {
  const free = ["rewind", "reinit", "signed_reinit", "signed_constant", "rand_signed_constant"];
  expect(ACTIONS.filter((action) => !needsMask(action))).toEqual(free);
  const plain = ["reinit", "signed_reinit", "reshuffle", "signed_reshuffle", "rand_signed_constant"];
  expect(ACTIONS.filter((action) => !freezes(action) && compounds(action))).toEqual(plain);
});
