import { describe, expect, test } from "vitest";
import { ENGINES, eachEngine } from "../../test/engines.ts";
import type { HostEngine } from "../engine/engine.ts";
import type { Network } from "../model/tensors.ts";
import { allIndices } from "../train/evaluate.ts";
import { scoreNetwork } from "../train/network.ts";
import { recomputeStatistics } from "../train/statistics.ts";
import { engine, overflowing, perceptron, residual, type Setting, trained } from "./fixtures/networks.ts";
import { blend, combine, unionMask } from "./path.ts";
import { type Corners, type PlaneOptions, scorePlane } from "./plane.ts";
import { byScore } from "./scorer.ts";
import { lengthOf } from "./updates.ts";

const optionsOf = (setting: Setting, points: number, changes: Partial<PlaneOptions> = {}): PlaneOptions => ({
  ...setting,
  points,
  margin: 0,
  train: allIndices(60),
  statistics: null,
  ...changes,
});

const SETTINGS = [
  { name: "dense perceptrons", setting: perceptron, density: 1 },
  { name: "sparse perceptrons", setting: perceptron, density: 0.2 },
  { name: "residual networks", setting: residual, density: 1 },
];

const settings: { name: string; setting: Setting; corners: Corners }[] = [];
for (const { name, setting, density } of SETTINGS) {
  const corner = (seed: number) => trained(setting, seed, density);
  settings.push({ name, setting, corners: { a: await corner(1), b: await corner(2), c: await corner(3) } });
}

const lossOf = async (on: HostEngine, network: Network, setting: Setting) =>
  (await scoreNetwork(on, network, setting)).loss;

describe.each(settings)("through $name", ({ setting, corners }) => {
  const { a, b, c } = corners;
  const distance = (from: Network, to: Network) => lengthOf(setting.model, { from: from.weights, to: to.weights });

  test("the corners lie as far apart as their weights", async () => {
    const { places } = await scorePlane(engine, optionsOf(setting, 2), corners);
    const apart = (p: readonly number[], q: readonly number[]) => Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!);
    expect(places.a).toEqual([0, 0]);
    expect(places.b).toEqual([distance(a, b), 0]);
    expect(apart(places.a, places.c)).toBeCloseTo(distance(a, c), 6);
    expect(apart(places.b, places.c)).toBeCloseTo(distance(b, c), 6);
  });

  eachEngine(ENGINES, (on) => {
    test("the grid scores its corners as the networks there alone", async () => {
      const { xs, ys, places, testError, testLoss } = await scorePlane(on, optionsOf(setting, 2), corners);
      expect([xs, ys]).toEqual([
        [0, places.b[0]],
        [0, places.c[1]],
      ]);
      for (const [x, network] of [a, b].entries()) {
        const { measures, loss } = await scoreNetwork(on, network, setting);
        expect([testError[0]![x], testLoss[0]![x]]).toEqual([1 - measures.accuracy!, loss]);
      }
    });
  });

  test("the upper edge goes through C, parallel to the lower one", async () => {
    const { xs, places, testLoss } = await scorePlane(engine, optionsOf(setting, 2), corners);
    for (const [i, x] of xs.entries()) {
      const step = (x - places.c[0]) / places.b[0];
      const weights = combine([a.weights, b.weights, c.weights], [-step, step, 1]);
      const loss = await lossOf(engine, { weights, mask: unionMask([a, b, c]) }, setting);
      expect(testLoss[1]![i]).toBeCloseTo(loss, 4);
    }
    expect(xs.length).toBe(2);
  });

  test("a margin widens the grid on every side, and rows go along x", async () => {
    const options = optionsOf(setting, 3, { margin: 0.25 });
    const { xs, ys, places, testLoss, trainError } = await scorePlane(engine, options, corners);
    const [width, height] = [places.b[0], places.c[1]];
    expect([xs[0], xs[2]]).toEqual([-0.25 * width, 1.25 * width]);
    expect([ys[0], ys[2]]).toEqual([-0.25 * height, 1.25 * height]);
    expect([testLoss.length, testLoss[0]!.length, trainError.length]).toEqual([3, 3, 3]);
  });

  test("three networks on one line are refused", async () => {
    const between = { ...corners, c: blend(a, b, 0.3) };
    const message = "plane: the three networks must not lie on one line. Choose another third one";
    await expect(scorePlane(engine, optionsOf(setting, 2), between)).rejects.toThrow(message);
    for (const twice of [
      { ...corners, b: a },
      { ...corners, c: a },
      { ...corners, c: b },
      { a, b: a, c: a },
    ])
      await expect(scorePlane(engine, optionsOf(setting, 2), twice)).rejects.toThrow(message);
  });
});

test("statistics are recomputed at every point where images for them are given", async () => {
  const { setting, corners } = settings[2]!;
  const statistics = allIndices(100);
  const { testLoss } = await scorePlane(engine, optionsOf(setting, 2, { statistics }), corners);
  const [losses, interpolated]: [number[], number[]] = [[], []];
  for (const network of [corners.a, corners.b]) {
    const repaired = await recomputeStatistics(engine, network, { ...setting, indices: statistics });
    losses.push(await lossOf(engine, repaired, setting));
    interpolated.push(await lossOf(engine, network, setting));
  }
  expect(testLoss[0]).toEqual(losses);
  expect(losses).not.toEqual(interpolated);
});

describe("corners that are not finite", () => {
  const { setting, corners } = settings[0]!;
  const options = optionsOf(setting, 2);

  test.each(["a", "b", "c"] as const)("are refused: %s", async (corner) => {
    const { weights, mask } = corners[corner];
    const bias = weights.get("fc3.bias")!.map((value, i) => (i === 4 ? Number.NaN : value));
    const broken = { ...corners, [corner]: { weights: new Map(weights).set("fc3.bias", bias), mask } };
    const message = `${corner}: fc3.bias, entry 4: values must be finite, got NaN. Use a network that did not diverge`;
    await expect(scorePlane(engine, options, broken)).rejects.toThrow(
      expect.objectContaining({ code: "data", message }),
    );
  });

  eachEngine(ENGINES, (on) => {
    test("once they are scored are NaN in every score, and leave the others", async () => {
      const [b, c] = [corners.b, blend(corners.b, corners.c, 0.5)].map(overflowing) as [Network, Network];
      const large = { a: corners.a, b, c };
      const plane = await scorePlane(on, options, large);
      const isGap = [
        [false, true],
        [true, true],
      ];
      const gaps = byScore((name) => plane[name].map((row) => row.map(Number.isNaN)));
      expect(gaps).toEqual(byScore(() => isGap));
      const { loss } = await scoreNetwork(on, corners.a, setting);
      expect(plane.testLoss[0]![0]).toBe(loss);
    });
  });
});

describe("outside the triangle", () => {
  const { setting, corners } = settings[2]!;

  eachEngine(ENGINES, (on) => {
    test("running variances may be negative: all scores there are NaN at once, and finite within", async () => {
      const plane = await scorePlane(on, optionsOf(setting, 4, { margin: 4 }), corners);
      const gaps = byScore((name) => plane[name].map((row) => row.map(Number.isNaN)));
      expect(gaps).toEqual(byScore(() => gaps.testLoss));
      expect(gaps.testLoss.flat().filter((isGap) => isGap).length).toBeGreaterThan(0);
      const inner = await scorePlane(on, optionsOf(setting, 2, { statistics: allIndices(60) }), corners);
      expect(inner.testLoss.flat().every(Number.isFinite)).toBe(true);
    });
  });
});
