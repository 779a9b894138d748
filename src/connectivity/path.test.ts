import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ENGINES, eachEngine, exactEngines } from "../../test/engines.ts";
import { standardise } from "../dataset/standardisation.ts";
import type { HostEngine } from "../engine/engine.ts";
import type { Network } from "../model/tensors.ts";
import { madeDataset, madeTraining } from "../task/fixtures/made.ts";
import { allIndices } from "../train/evaluate.ts";
import { noting } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import { recomputeStatistics } from "../train/statistics.ts";
import { engine, overflowing, perceptron, residual, type Setting, trained } from "./fixtures/networks.ts";
import { instabilityOf } from "./instability.ts";
import { blend, evenAlphas, gapsOf, type PathOptions, scorePath } from "./path.ts";
import { type ByScore, byScore } from "./scorer.ts";

const all = ({ dataset }: Setting) => allIndices(dataset.train.count);
const optionsOf = (setting: Setting, points: number, statistics: Int32Array | null = null): PathOptions => ({
  ...setting,
  alphas: evenAlphas(points),
  train: all(setting),
  statistics,
});

/** The scores of one network, by programs compiled for it alone. */
async function alone(on: HostEngine, network: Network, { model, dataset }: Setting): Promise<ByScore<number>> {
  const test = await scoreNetwork(on, network, { model, dataset });
  const train = await scoreNetwork(on, network, { model, dataset: { ...dataset, test: dataset.train } });
  return {
    testError: 1 - test.measures.accuracy!,
    testLoss: test.loss,
    trainError: 1 - train.measures.accuracy!,
    trainLoss: train.loss,
  };
}

/** The scores of several networks, one after the other. */
async function eachAlone(on: HostEngine, networks: readonly Network[], setting: Setting): Promise<ByScore<number[]>> {
  const alones: ByScore<number>[] = [];
  for (const network of networks) alones.push(await alone(on, network, setting));
  return byScore((name) => alones.map((scores) => scores[name]));
}

const SETTINGS = [
  { name: "dense perceptron", setting: perceptron, density: 1 },
  { name: "sparse perceptron", setting: perceptron, density: 0.2 },
  { name: "dense residual network", setting: residual, density: 1 },
  { name: "sparse residual network", setting: residual, density: 0.1 },
];

const settings: { name: string; setting: Setting; ends: { a: Network; b: Network } }[] = [];
for (const { name, setting, density } of SETTINGS) {
  const [a, b] = [await trained(setting, 1, density), await trained(setting, 2, density)];
  settings.push({ name, setting, ends: { a, b } });
}

describe.each(settings)("$name", ({ setting, ends }) => {
  const { a, b } = ends;

  eachEngine(ENGINES, (on) => {
    test("scores every alpha as the network there alone: the ends exactly, the middle as a dense program does", async () => {
      const { interpolated, recomputed } = await scorePath(on, optionsOf(setting, 3), ends);
      const middle = { weights: blend(a, b, 0.5).weights, mask: null };
      const alones = await eachAlone(on, [b, middle, a], setting);
      expect(interpolated).toEqual({ alphas: [0, 0.5, 1], ...alones });
      expect(recomputed).toBeNull();
    });
  });

  test("its path is its mirror image with the ends exchanged", async () => {
    const options = optionsOf(setting, 5);
    const there = await scorePath(engine, options, ends);
    const back = await scorePath(engine, options, { a: b, b: a });
    expect(byScore((name) => back.interpolated[name].toReversed())).toEqual(
      byScore((name) => there.interpolated[name]),
    );
    expect(there.interpolated.testLoss[0]).not.toBe(there.interpolated.testLoss[4]);
  });

  test("scores the training images that were asked for", async () => {
    const images = all(setting).subarray(20, 60);
    const scoresOn = async (train: Int32Array) =>
      (await scorePath(engine, { ...optionsOf(setting, 2), train }, ends)).interpolated;
    const [some, every] = [await scoresOn(images), await scoresOn(all(setting))];
    expect(some.trainLoss).not.toEqual(every.trainLoss);
    expect(some.testLoss).toEqual(every.testLoss);
    for (const error of some.trainError) expect(Math.abs(error * 40 - Math.round(error * 40))).toBeLessThan(1e-9);
  });

  test("takes one program and one instance for all alphas, and closes it", async () => {
    const noted = noting(engine);
    const open = vi.fn(noted.open);
    await scorePath({ ...noted, open }, optionsOf(setting, 4, all(setting)), ends);
    expect([open.mock.calls.length, noted.openCount()]).toEqual([1, 0]);
  });

  test("gives the same bits on any number of threads", async () => {
    const candidates = [1, 2, 3]
      .flatMap((threads) => exactEngines(threads))
      .filter(({ name }) => /avx|neon/.test(name));
    const paths: string[] = [];
    for (const { engine: on } of candidates)
      if (on) paths.push(JSON.stringify(await scorePath(on, optionsOf(setting, 3, all(setting)), ends)));
    expect(new Set(paths).size).toBe(Math.min(1, candidates.filter(({ engine: on }) => on).length));
  });
});

describe("recomputed statistics", () => {
  const statistics = allIndices(110);
  describe.each(settings.slice(2))("of a $name", ({ setting, ends }) => {
    eachEngine(ENGINES, (on) => {
      test("are those of the network at each alpha, an end too", async () => {
        const { model, dataset } = setting;
        const alphas = [0.5, 1];
        const { recomputed, interpolated } = await scorePath(
          on,
          { ...optionsOf(setting, 2, statistics), alphas },
          ends,
        );
        const networks: Network[] = [];
        for (const alpha of alphas) {
          const network = blend(ends.a, ends.b, alpha);
          networks.push(await recomputeStatistics(on, network, { model, dataset, indices: statistics }));
        }
        expect(recomputed).toEqual({ alphas, ...(await eachAlone(on, networks, setting)) });
        expect(interpolated.testLoss[1]).toBe((await scoreNetwork(on, ends.a, setting)).loss);
        expect(recomputed!.testLoss).not.toEqual(interpolated.testLoss);
      });
    });
  });

  test("are not there without batch norm", async () => {
    const { ends } = settings[0]!;
    const { recomputed } = await scorePath(engine, optionsOf(perceptron, 2, statistics), ends);
    expect(recomputed).toBeNull();
  });
});

/** A network with one large layer, and one that is 0. */
function scaled({ weights, mask }: Network, large: string, none: string): Network {
  const times = (name: string, factor: number) => weights.get(name)!.map((value) => factor * value);
  return { weights: new Map([...weights, [large, times(large, 1e22)], [none, times(none, 0)]]), mask };
}

describe("networks that are not finite", () => {
  const { setting, ends } = settings[0]!;
  const options = optionsOf(setting, 3);
  const filled = ({ weights, mask }: Network, value: number): Network => ({
    weights: new Map(weights).set(
      "fc3.bias",
      weights.get("fc3.bias")!.map((_, i) => (i === 3 ? value : 0)),
    ),
    mask,
  });

  test.each([
    ["a", Number.NaN, "NaN"],
    ["b", Number.NEGATIVE_INFINITY, "-Infinity"],
  ] as const)("are refused at the end %s", async (end, value, got) => {
    const broken = { ...ends, [end]: filled(ends[end], value) };
    const message = `${end}: fc3.bias, entry 3: values must be finite, got ${got}. Use a network that did not diverge`;
    await expect(scorePath(engine, options, broken)).rejects.toThrow(
      expect.objectContaining({ code: "data", message }),
    );
  });

  eachEngine(ENGINES, (on) => {
    test("between and at ends whose values are too large, score NaN in all that overflows, and are its gaps", async () => {
      const large = { ...ends, a: overflowing(ends.a) };
      const { interpolated } = await scorePath(on, options, large);
      const finite = await alone(on, ends.b, setting);
      expect(interpolated).toEqual({
        alphas: [0, 0.5, 1],
        ...byScore((name) => [finite[name], Number.NaN, Number.NaN]),
      });
      expect(gapsOf(interpolated)).toEqual([0.5, 1]);
    });
  });

  eachEngine(ENGINES, (on) => {
    test("between ends that are, score NaN there alone", async () => {
      // Each end has one large layer, the middle two.
      const large = { a: scaled(ends.a, "fc1.weight", "fc2.weight"), b: scaled(ends.b, "fc2.weight", "fc1.weight") };
      const { interpolated } = await scorePath(on, options, large);
      expect(byScore((name) => interpolated[name].map(Number.isFinite))).toEqual(byScore(() => [true, false, true]));
      expect(byScore((name) => interpolated[name][1])).toEqual(byScore(() => Number.NaN));
      expect(gapsOf(interpolated)).toEqual([0.5]);
      for (const value of Object.values(instabilityOf(interpolated))) expect(value).toBeNaN();
    });
  });

  test("are none where all losses are finite", async () => {
    expect(gapsOf((await scorePath(engine, options, ends)).interpolated)).toEqual([]);
  });
});

describe("a path between regressions", () => {
  const dataset = madeDataset({ kind: "numbers", names: ["price"] }, ([a, b]) => [100 + 30 * a! - b!]);
  const { model, weights, train } = madeTraining(dataset);
  const rows = allIndices(dataset.train.count);
  const options = { model, alphas: [0, 1], train: rows, statistics: null };
  const start = { weights, mask: null };

  eachEngine(ENGINES, (on) => {
    test("has their RMSE for errors, in the target's unit", async () => {
      const end = await train(on);
      const scaled = standardise(dataset, rows);
      const { interpolated } = await scorePath(on, { ...options, dataset: scaled }, { a: end, b: start });
      const alones = [
        await scoreNetwork(on, start, { model, dataset }),
        await scoreNetwork(on, end, { model, dataset }),
      ];
      expect(interpolated.testError).toEqual(alones.map(({ measures }) => measures.rmse));
      expect(interpolated.testLoss).toEqual(alones.map(({ loss }) => loss));
      expect(interpolated.testError[0]).toBeGreaterThan(10 * interpolated.testError[1]!);
    });
  });

  test("is refused on a data set that no split has standardised", async () => {
    await expect(scorePath(engine, { ...options, dataset }, { a: start, b: start })).rejects.toThrow(
      "made numbers: floats must be standardised by the rows trained on. Write standardise(dataset, split.train)",
    );
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
