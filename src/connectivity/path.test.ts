import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ENGINES, eachEngine, exactEngines } from "../../test/engines.ts";
import type { HostEngine } from "../engine/engine.ts";
import type { Network } from "../model/tensors.ts";
import { allIndices } from "../train/evaluate.ts";
import { noting } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import { recomputeStatistics } from "../train/statistics.ts";
import { engine, perceptron, residual, type Setting, trained } from "./fixtures/networks.ts";
import { blend, evenAlphas, type PathTask, scorePath } from "./path.ts";
import { byMeasure } from "./scorer.ts";

const all = ({ dataset }: Setting) => allIndices(dataset.train.count);
const taskOf = (setting: Setting, points: number, statistics: Int32Array | null = null): PathTask => ({
  ...setting,
  alphas: evenAlphas(points),
  train: all(setting),
  statistics,
});

/** The measures of one network, by programs compiled for it alone. */
function alone(on: HostEngine, network: Network, { model, dataset }: Setting) {
  const test = scoreNetwork(on, network, { model, dataset });
  const train = scoreNetwork(on, network, { model, dataset: { ...dataset, test: dataset.train } });
  return {
    testError: 1 - test.accuracy,
    testLoss: test.loss,
    trainError: 1 - train.accuracy,
    trainLoss: train.loss,
  };
}

const settings = [
  { name: "dense perceptron", setting: perceptron, density: 1 },
  { name: "sparse perceptron", setting: perceptron, density: 0.2 },
  { name: "dense residual network", setting: residual, density: 1 },
  { name: "sparse residual network", setting: residual, density: 0.1 },
].map(({ setting, density, ...rest }) => {
  const [a, b] = [trained(setting, 1, density), trained(setting, 2, density)];
  return { ...rest, setting, ends: { a, b } };
});

describe.each(settings)("$name", ({ setting, ends }) => {
  const { a, b } = ends;

  eachEngine(ENGINES, (on) => {
    test("scores every alpha as the network there alone: the ends exactly, the middle as a dense program does", () => {
      const { interpolated, recomputed } = scorePath(on, taskOf(setting, 3), ends);
      const middle = { weights: blend(a, b, 0.5).weights, mask: null };
      const alones = [b, middle, a].map((network) => alone(on, network, setting));
      expect(interpolated).toEqual({
        alphas: [0, 0.5, 1],
        ...byMeasure((measure) => alones.map((scores) => scores[measure])),
      });
      expect(recomputed).toBeNull();
    });
  });

  test("its path is its mirror image with the ends exchanged", () => {
    const task = taskOf(setting, 5);
    const [there, back] = [scorePath(engine, task, ends), scorePath(engine, task, { a: b, b: a })];
    expect(byMeasure((measure) => back.interpolated[measure].toReversed())).toEqual(
      byMeasure((measure) => there.interpolated[measure]),
    );
    expect(there.interpolated.testLoss[0]).not.toBe(there.interpolated.testLoss[4]);
  });

  test("scores the training images that were asked for", () => {
    const images = all(setting).subarray(20, 60);
    const [some, every] = [images, all(setting)].map(
      (train) => scorePath(engine, { ...taskOf(setting, 2), train }, ends).interpolated,
    );
    expect(some!.trainLoss).not.toEqual(every!.trainLoss);
    expect(some!.testLoss).toEqual(every!.testLoss);
    for (const error of some!.trainError) expect(Math.abs(error * 40 - Math.round(error * 40))).toBeLessThan(1e-9);
  });

  test("takes one program and one instance for all alphas, and closes it", () => {
    const noted = noting(engine);
    const open = vi.fn(noted.open);
    scorePath({ ...noted, open }, taskOf(setting, 4, all(setting)), ends);
    expect([open.mock.calls.length, noted.openCount()]).toEqual([1, 0]);
  });

  test("gives the same bits on any number of threads", () => {
    const candidates = [1, 2, 3]
      .flatMap((threads) => exactEngines(threads))
      .filter(({ name }) => /avx|neon/.test(name));
    const paths = candidates.flatMap(({ engine: on }) =>
      on ? [JSON.stringify(scorePath(on, taskOf(setting, 3, all(setting)), ends))] : [],
    );
    expect(new Set(paths).size).toBe(Math.min(1, candidates.filter(({ engine: on }) => on).length));
  });
});

describe("recomputed statistics", () => {
  const statistics = allIndices(110);
  describe.each(settings.slice(2))("of a $name", ({ setting, ends }) => {
    eachEngine(ENGINES, (on) => {
      test("are those of the network at each alpha, an end too", () => {
        const { model, dataset } = setting;
        const alphas = [0.5, 1];
        const { recomputed, interpolated } = scorePath(on, { ...taskOf(setting, 2, statistics), alphas }, ends);
        const alones = alphas.map((alpha) => {
          const network = blend(ends.a, ends.b, alpha);
          return alone(on, recomputeStatistics(on, network, { model, dataset, indices: statistics }), setting);
        });
        expect(recomputed).toEqual({ alphas, ...byMeasure((measure) => alones.map((scores) => scores[measure])) });
        expect(interpolated.testLoss[1]).toBe(scoreNetwork(on, ends.a, setting).loss);
        expect(recomputed!.testLoss).not.toEqual(interpolated.testLoss);
      });
    });
  });

  test("are not there without batch norm", () => {
    const { ends } = settings[0]!;
    expect(scorePath(engine, taskOf(perceptron, 2, statistics), ends).recomputed).toBeNull();
  });
});

describe("blend", () => {
  const finite = fc.float({ noNaN: true, min: -(2 ** 100), max: 2 ** 100 });
  const values = fc.array(finite, { minLength: 6, maxLength: 6 }).map((entries) => Float32Array.from(entries));
  const bits = fc.array(fc.nat(1), { minLength: 6, maxLength: 6 }).map((entries) => Uint8Array.from(entries));
  const network = fc.record({ w: values, m: fc.option(bits) }).map(
    ({ w, m }): Network => ({
      weights: new Map([["w", m ? w.map((value, i) => (m[i] ? value : 0)) : w]]),
      mask: m && new Map([["w", m]]),
    }),
  );
  const alphas = fc.nat(64).map((part) => part / 64);
  const bitsOf = ({ weights }: Network) => [...new Uint32Array(weights.get("w")!.buffer)];

  test("is exact at its ends, bit for bit", () => {
    fc.assert(
      fc.property(network, network, (a, b) => {
        expect(bitsOf(blend(a, b, 1))).toEqual(bitsOf(a));
        expect(bitsOf(blend(a, b, 0))).toEqual(bitsOf(b));
      }),
    );
  });

  test("of a network with itself is that network", () => {
    fc.assert(
      fc.property(network, fc.double({ min: 0, max: 1, noNaN: true }), (a, alpha) => {
        expect(
          blend(a, a, alpha)
            .weights.get("w")!
            .every((value, i) => value === a.weights.get("w")![i]),
        ).toBe(true);
        expect(blend(a, a, alpha).mask).toEqual(a.mask);
      }),
    );
  });

  test("exchanges its ends with 1 - alpha", () => {
    fc.assert(
      fc.property(network, network, alphas, (a, b, alpha) => {
        expect(bitsOf(blend(a, b, alpha))).toEqual(bitsOf(blend(b, a, 1 - alpha)));
      }),
    );
  });

  test("lies between its ends", () => {
    fc.assert(
      fc.property(network, network, alphas, (a, b, alpha) => {
        const [left, right] = [a.weights.get("w")!, b.weights.get("w")!];
        blend(a, b, alpha)
          .weights.get("w")!
          .forEach((value, i) => {
            expect(value).toBeGreaterThanOrEqual(Math.min(left[i]!, right[i]!));
            expect(value).toBeLessThanOrEqual(Math.max(left[i]!, right[i]!));
          });
      }),
    );
  });

  test("commutes with a permutation of both", () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(network, network, fc.tuple(alphas, order), (a, b, [alpha, places]) => {
        const moved = ({ weights, mask }: Network): Network => ({
          weights: new Map([["w", Float32Array.from(places, (place) => weights.get("w")![place]!)]]),
          mask: mask && new Map([["w", Uint8Array.from(places, (place) => mask.get("w")![place]!)]]),
        });
        expect(blend(moved(a), moved(b), alpha)).toEqual(moved(blend(a, b, alpha)));
      }),
    );
  });

  test("keeps what either keeps, and is dense where either is", () => {
    fc.assert(
      fc.property(network, network, alphas, (a, b, alpha) => {
        const [left, right, mask] = [a.mask, b.mask, blend(a, b, alpha).mask].map((m) => m?.get("w") ?? null);
        expect(mask).toEqual(left && right ? left.map((bit, i) => Math.max(bit, right[i]!)) : null);
      }),
    );
  });

  test("refuses networks of different models", () => {
    const [a] = [settings[0]!.ends.a];
    const other = { weights: new Map([["fc1.weight", new Float32Array(3)]]), mask: null };
    expect(() => blend(a, other, 0.5)).toThrow(
      "fc1.weight: networks must be of one model, with 9408 values each, got 3",
    );
  });
});

test("even alphas run from 0 to 1 exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), (points) => {
      const even = evenAlphas(points);
      expect([even.length, even[0], even.at(-1)]).toEqual([points, 0, 1]);
      for (let i = 1; i < points; i++) expect(even[i]! - even[i - 1]!).toBeCloseTo(1 / (points - 1), 12);
    }),
  );
  expect(() => evenAlphas(1)).toThrow("points: must be an integer at least 2, got 1");
});
