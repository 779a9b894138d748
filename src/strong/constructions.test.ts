/** Every construction on small targets: bounds hold, the random network is one that was drawn before, and nothing else is kept. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomStream } from "../base/random.ts";
import { CONSTRUCTIONS, type CompileOptions, compileTarget, unitsFor, widthsOf } from "./compile.ts";
import { relaxationCandidates } from "./linear-relaxation.ts";
import { bucketsOf, greedy } from "./orseau.ts";
import { lineOf, uniform } from "./random.ts";
import { forwardOf, keptOf, type SparseLayer } from "./sparse.ts";
import { errorBound, type TargetLayer } from "./target.ts";
import { ballPoints, farthest, randomTarget, runTrials, widthFor } from "./trials.ts";

const epsilon = 0.1;

function optionsFor(construction: (typeof CONSTRUCTIONS)[number], target: readonly TargetLayer[], signed: boolean) {
  const width = widthFor(target, { construction, epsilon, delta: 0.05, signed });
  return (replicate: number): CompileOptions => ({
    ...{ construction, epsilon, bound: 1, signed, ...width },
    draw: { seed: 3, replicate },
  });
}

/** Kept weights by place. */
function entries({ inputs, starts, rows, values }: SparseLayer): Map<string, number> {
  const found = new Map<string, number>();
  for (let column = 0; column < inputs; column++) {
    for (let e = starts[column]!; e < starts[column + 1]!; e++) found.set(`${rows[e]} ${column}`, values[e]!);
  }
  return found;
}

describe.each(CONSTRUCTIONS)("%s", (construction) => {
  const biases = construction === "burkholz";

  test.each([false, true])("meets every weight of a layer for inputs of its signs (negative ones: %s)", (signed) => {
    const [target] = randomTarget([5, 3], { seed: 7, biases });
    const options = optionsFor(construction, [target!], signed);
    fc.assert(
      fc.property(fc.nat(1000), (replicate) => {
        const { layers, errors } = compileTarget([target!], options(replicate));
        const forward = forwardOf(layers);
        const zero = [...forward(new Float64Array(5))];
        let max = Math.max(...zero.map((value, o) => Math.abs(value - (target!.bias?.[o] ?? 0))));
        for (const axis of ballPoints(5, { seed: 1, signed }).slice(0, signed ? 10 : 5)) {
          const input = axis.findIndex((value) => value !== 0);
          const at = forward(axis);
          for (let o = 0; o < 3; o++) {
            const weight = (at[o]! - zero[o]!) * axis[input]!;
            max = Math.max(max, Math.abs(weight - target!.weights[o * 5 + input]!));
          }
        }
        expect(max).toBeCloseTo(errors[0]!.max, 6);
        expect(errors[0]!.missed > 0).toBe(errors[0]!.max > epsilon);
      }),
      { numRuns: 20 },
    );
  });

  test("outputs are within the bound where every weight is within epsilon", () => {
    const target = randomTarget([6, 4, 2], { seed: 5, biases });
    const options = optionsFor(construction, target, true);
    const points = ballPoints(6, { seed: 2, signed: true });
    fc.assert(
      fc.property(fc.nat(1000), (replicate) => {
        const compiled = compileTarget(target, options(replicate));
        fc.pre(compiled.errors.every(({ missed }) => missed === 0));
        expect(farthest(target, compiled, points)).toBeLessThanOrEqual(errorBound(target, { epsilon, ...compiled }));
      }),
      { numRuns: 15 },
    );
  });

  test("is a mask on one random network, whatever the target", () => {
    const [one, other] = [5, 6].map((seed) => randomTarget([6, 4, 2], { seed, biases }));
    const options = optionsFor(construction, one!, false)(0);
    const [a, b] = [one!, other!].map((target) => compileTarget(target, options).layers.map(entries));
    let shared = 0;
    a!.forEach((layer, index) => {
      for (const [place, value] of layer) {
        if (!b![index]!.has(place)) continue;
        expect(b![index]!.get(place)).toBe(value);
        shared++;
      }
    });
    expect(shared).toBeGreaterThan(0);
    expect(a!.some((layer, index) => [...layer.keys()].some((place) => !b![index]!.has(place)))).toBe(true);
  });

  test("has the widths that are told, and keeps a part of its candidates", () => {
    const target = randomTarget([6, 4, 2], { seed: 5, biases });
    const options = optionsFor(construction, target, false)(1);
    const { layers, candidates, randomParameters, kept } = compileTarget(target, options);
    expect(layers.slice(0, -1).map(({ outputs }) => outputs)).toEqual(widthsOf(target, options));
    expect(layers.length).toBe(construction === "burkholz" ? 3 : 4);
    expect(kept).toBe(keptOf(layers));
    expect(kept).toBeLessThan(candidates);
    expect(candidates).toBeLessThan(randomParameters);
    const weights = layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
    const own = biases ? layers.reduce((sum, { outputs }) => sum + outputs, 0) : 0;
    expect(randomParameters).toBe(weights + own);
  });
});

test("copies that add up to a weight stretch an error by what is kept of them, not by the weight", () => {
  const target = randomTarget([6, 4, 2], { seed: 5, biases: true });
  const compiled = compileTarget(target, optionsFor("burkholz", target, false)(0));
  const [, second] = compiled.stretch!;
  const { rows, values } = compiled.layers[2]!;
  const kept = values.reduce((sum, value) => sum + Math.abs(value), 0);
  expect(rows.length).toBeGreaterThan(target[1]!.weights.length);
  expect(second).toBeGreaterThan(1 + epsilon * Math.sqrt(8));
  expect(second).toBeLessThan(kept);
  expect(errorBound(target, { epsilon, ...compiled })).toBeGreaterThan(errorBound(target, { epsilon }));
});

test("a unit of a gadget reads one input", () => {
  const target = randomTarget([6, 4, 2], { seed: 5, biases: false });
  const options = optionsFor("pensia", target, true)(0);
  const places = [...entries(compileTarget(target, options).layers[0]!).keys()].map((place) =>
    place.split(" ").map(Number),
  );
  expect(places.every(([unit, input]) => Math.floor(unit! / options.units) === input)).toBe(true);
});

test("Malach keeps one unit for a weight, both of its weights in their boxes", () => {
  const [target] = randomTarget([5, 3], { seed: 7, biases: false });
  const { layers } = compileTarget([target!], optionsFor("malach", [target!], false)(0));
  const [first, second] = layers.map(entries);
  expect(second!.size).toBe(15);
  for (const [place, v] of second!) {
    const [output, unit] = place.split(" ").map(Number);
    const [at, u] = [...first!].find(([key]) => key.startsWith(`${unit} `))!;
    const weight = target!.weights[output! * 5 + Number(at.split(" ")[1])]!;
    expect(Math.abs(u - Math.abs(weight))).toBeLessThanOrEqual(epsilon / 2);
    expect(Math.abs(v - Math.sign(weight))).toBeLessThanOrEqual(epsilon / 2);
  }
});

describe("golden-ratio buckets", () => {
  const phi = (1 + Math.sqrt(5)) / 2;
  const inBuckets = (first: number) =>
    fc
      .tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
      )
      .map(([weight, shares]) => ({ weight, samples: shares.map((share, i) => phi ** -(i + first + 1 - share)) }));

  test("leave at most phi^-K of any weight", () => {
    fc.assert(
      fc.property(inBuckets(1), ({ weight, samples }) => {
        expect(greedy(weight, samples).left).toBeLessThanOrEqual(phi ** -12 * (1 + 1e-12));
      }),
    );
  });

  test("one step higher they do not: a sample just above a weight leaves all of it", () => {
    const samples = Array.from({ length: 12 }, (_, i) => phi ** -(i + 0.001));
    expect(greedy(0.99, samples).left).toBeGreaterThan(phi ** -12);
    // A seed, since a chance of missing all failures would make this one fail now and then.
    const holds = fc.property(inBuckets(0), ({ weight, samples: own }) => greedy(weight, own).left <= phi ** -12);
    expect(fc.check(holds, { seed: 1, numRuns: 1000 }).failed).toBe(true);
  });

  test("are as many as epsilon takes", () => {
    expect([0.01, 0.001].map((each) => bucketsOf({ epsilon: each, bound: 1 }))).toEqual([10, 15]);
    expect(bucketsOf({ epsilon: 0.01, bound: 2 })).toBe(12);
  });
});

test("units follow the theorems", () => {
  const options = { delta: 0.05, weights: 32 };
  const of = (name: (typeof CONSTRUCTIONS)[number], each: number) => unitsFor(name, { ...options, epsilon: each });
  expect(of("malach", 0.05) / of("malach", 0.1)).toBeCloseTo(4, 3);
  expect(of("malach", 0.1)).toBe(Math.ceil(1600 * Math.log(640)));
  expect(of("orseau", 0.01)).toBe(Math.ceil(40 * Math.log(10 * 640)));
  expect(of("pensia", 0.01)).toBe(60);
});

test("the linear relaxation shares candidates along a row, and is no random network", () => {
  expect([0.1, 0.01, 0.001].map(relaxationCandidates)).toEqual([9, 21, 30]);
  const target = randomTarget([20, 6], { seed: 5, biases: false });
  const options = { construction: "linear-relaxation", epsilon: 0.01, units: 21, bound: 1, signed: true } as const;
  const { layers, errors, kept, candidates } = compileTarget(target, { ...options, draw: { seed: 1, replicate: 0 } });
  expect(layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([[20, 6]]);
  expect(errors[0]).toMatchObject({ weights: 120, missed: 0 });
  expect(candidates).toBe(21 * 120);
  expect(kept).toBeGreaterThan(candidates / 4);
});

describe("trials", () => {
  const options = {
    construction: "orseau",
    sizes: [6, 4, 2],
    epsilon: 0.1,
    delta: 0.05,
    trials: 200,
    signed: true,
    seed: 1,
  } as const;

  test("count the networks that fail, at most delta of them", () => {
    const { failures, maxWeightError } = runTrials(options);
    expect(failures.n).toBe(200);
    expect(failures.share).toBeLessThanOrEqual(0.05);
    expect(failures.k > 0).toBe(maxWeightError > 0.1);
    expect(runTrials(options).failures).toEqual(failures);
  });

  test("of networks that are too narrow fail oftener", () => {
    expect(runTrials({ ...options, delta: 0.99 }).failures.k).toBeGreaterThan(runTrials(options).failures.k);
  });
});

test("a weight has an address, and other draws, layers and lines have other weights", () => {
  const draw = { seed: 9, replicate: 1 };
  const words = new Uint32Array(11);
  lineOf(draw, 2, 3).fill(words, 5);
  expect([...words]).toEqual(Array.from(words, (_, i) => lineOf(draw, 2, 3).word(5 + i)));
  const others = [lineOf({ ...draw, replicate: 2 }, 2, 3), lineOf(draw, 3, 3), lineOf(draw, 2, 4)];
  expect(others.every((line) => line.word(5) !== words[0])).toBe(true);
  const start = randomStream({ ...draw, stream: "init", step: 3, item: 2 });
  expect(start.u32()).not.toBe(lineOf(draw, 2, 3).word(0));
  expect([0, 2 ** 31, 2 ** 32 - 1].map(uniform)).toEqual([-1, 0, 1 - 2 ** -23]);
});
