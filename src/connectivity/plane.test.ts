import { describe, expect, test } from "vitest";
import { ENGINES, eachEngine } from "../../test/engines.ts";
import type { Network } from "../model/tensors.ts";
import { allIndices } from "../train/evaluate.ts";
import { scoreNetwork } from "../train/network.ts";
import { recomputeStatistics } from "../train/statistics.ts";
import { engine, perceptron, residual, type Setting, trained } from "./fixtures/networks.ts";
import { blend, combine, unionMask } from "./path.ts";
import { type PlaneTask, scorePlane } from "./plane.ts";
import { lengthOf } from "./updates.ts";

const taskOf = (setting: Setting, points: number, changes: Partial<PlaneTask> = {}): PlaneTask => ({
  ...setting,
  points,
  margin: 0,
  train: allIndices(60),
  statistics: null,
  ...changes,
});

const settings = [
  { name: "dense perceptrons", setting: perceptron, density: 1 },
  { name: "sparse perceptrons", setting: perceptron, density: 0.2 },
  { name: "residual networks", setting: residual, density: 1 },
].map(({ setting, density, ...rest }) => {
  const [a, b, c] = [1, 2, 3].map((seed) => trained(setting, seed, density)) as [Network, Network, Network];
  return { ...rest, setting, corners: { a, b, c } };
});

describe.each(settings)("through $name", ({ setting, corners }) => {
  const { a, b, c } = corners;
  const distance = (from: Network, to: Network) => lengthOf(setting.model, { from: from.weights, to: to.weights });

  test("the corners lie as far apart as their weights", () => {
    const { places } = scorePlane(engine, taskOf(setting, 2), corners);
    const apart = (p: readonly number[], q: readonly number[]) => Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!);
    expect(places.a).toEqual([0, 0]);
    expect(places.b).toEqual([distance(a, b), 0]);
    expect(apart(places.a, places.c)).toBeCloseTo(distance(a, c), 6);
    expect(apart(places.b, places.c)).toBeCloseTo(distance(b, c), 6);
  });

  eachEngine(ENGINES, (on) => {
    test("the grid scores its corners as the networks there alone", () => {
      const { xs, ys, places, testError, testLoss } = scorePlane(on, taskOf(setting, 2), corners);
      expect([xs, ys]).toEqual([
        [0, places.b[0]],
        [0, places.c[1]],
      ]);
      [a, b].forEach((network, x) => {
        const { accuracy, loss } = scoreNetwork(on, network, setting);
        expect([testError[0]![x], testLoss[0]![x]]).toEqual([1 - accuracy, loss]);
      });
    });
  });

  test("the upper edge goes through C, parallel to the lower one", () => {
    const { xs, places, testLoss } = scorePlane(engine, taskOf(setting, 2), corners);
    const steps = xs.map((x) => (x - places.c[0]) / places.b[0]);
    const losses = steps.map((step) => {
      const weights = combine([a.weights, b.weights, c.weights], [-step, step, 1]);
      return scoreNetwork(engine, { weights, mask: unionMask([a, b, c]) }, setting).loss;
    });
    expect(testLoss[1]![0]).toBeCloseTo(losses[0]!, 4);
    expect(testLoss[1]![1]).toBeCloseTo(losses[1]!, 4);
  });

  test("a margin widens the grid on every side, and rows go along x", () => {
    const task = taskOf(setting, 3, { margin: 0.25 });
    const { xs, ys, places, testLoss, trainError } = scorePlane(engine, task, corners);
    const [width, height] = [places.b[0], places.c[1]];
    expect([xs[0], xs[2]]).toEqual([-0.25 * width, 1.25 * width]);
    expect([ys[0], ys[2]]).toEqual([-0.25 * height, 1.25 * height]);
    expect([testLoss.length, testLoss[0]!.length, trainError.length]).toEqual([3, 3, 3]);
  });

  test("three networks on one line are refused", () => {
    const between = { ...corners, c: blend(a, b, 0.3) };
    const message = "plane: the three networks must not lie on one line. Choose another third one";
    expect(() => scorePlane(engine, taskOf(setting, 2), between)).toThrow(message);
    for (const twice of [
      { ...corners, b: a },
      { ...corners, c: a },
      { ...corners, c: b },
      { a, b: a, c: a },
    ])
      expect(() => scorePlane(engine, taskOf(setting, 2), twice)).toThrow(message);
  });
});

test("statistics are recomputed at every point where images for them are given", () => {
  const { setting, corners } = settings[2]!;
  const statistics = allIndices(100);
  const { testLoss } = scorePlane(engine, taskOf(setting, 2, { statistics }), corners);
  const task = { ...setting, indices: statistics };
  const losses = [corners.a, corners.b].map(
    (network) => scoreNetwork(engine, recomputeStatistics(engine, network, task), setting).loss,
  );
  expect(testLoss[0]).toEqual(losses);
  expect(losses).not.toEqual([corners.a, corners.b].map((network) => scoreNetwork(engine, network, setting).loss));
});
