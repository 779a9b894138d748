/** Variational dropout against its formulas: the moments of outputs, the penalty, and what evaluation prunes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { layer, openLayer } from "./fixtures/replaced.ts";
import { logAlpha, variational } from "./variational.ts";

const model = variational(layer);
const run = (training: boolean, weight: number[], logVariance: number[], lanes = 16) => {
  const values = { "fc1.weight": weight, "fc1.weight.log_variance": logVariance };
  return openLayer(model, { training, lanes, x: [1, 2], values })(0);
};

test("the model has a log variance for every weight, after its own parameters", () => {
  expect(model.parameters.map(({ name, prunable }) => `${name} ${prunable}`)).toEqual([
    "fc1.weight true",
    "fc1.bias false",
    "fc1.weight.log_variance false",
  ]);
});

test("outputs are normal: mean w x, variance the sum of variance x^2", () => {
  const { y } = run(true, [0.5, -1], [-2, -4], 8192);
  const mean = y.reduce((sum, value) => sum + value / y.length, 0);
  const moment = (power: number) => y.reduce((sum, value) => sum + (value - mean) ** power / y.length, 0);
  const variance = Math.exp(-2) + 4 * Math.exp(-4);
  expect(Math.abs(mean - (0.5 - 2))).toBeLessThan(4 * Math.sqrt(variance / y.length));
  expect(Math.abs(moment(2) / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / y.length));
  expect(Math.abs(moment(4) / moment(2) ** 2 - 3)).toBeLessThan(0.3);
});

test("noise differs from iteration to iteration and is none in evaluation", () => {
  const values = { "fc1.weight": [0.5, -1], "fc1.weight.log_variance": [-2, -2] };
  const layerAt = openLayer(model, { training: true, lanes: 16, x: [1, 2], values });
  const at = (step: number) => [...layerAt(step).y];
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
  expect(new Set(run(false, [0.5, -1], [-2, -2]).y)).toEqual(new Set([-1.5]));
});

test("evaluation leaves out weights of log alpha from 3 on, with log alpha = log variance - log(w^2 + 1e-8)", () => {
  const below = 3 + Math.log(0.25 + 1e-8) - 0.001;
  expect(new Set(run(false, [0.5, 0.5], [below, below + 0.002]).y)).toEqual(new Set([0.5]));
  expect([logAlpha(0.5, below) < 3, logAlpha(0.5, below + 0.002) < 3]).toEqual([true, false]);
  expect([logAlpha(0, 0), logAlpha(1, -20)]).toEqual([8, -8]);
});

/** Molchanov et al. 2017, equation 14, with the sign of a divergence. */
function divergence(log: number): number {
  const sigmoid = 1 / (1 + Math.exp(-(1.8732 + 1.48695 * log)));
  return -(0.63576 * sigmoid - 0.5 * Math.log1p(Math.exp(-log)) - 0.63576);
}

test("the penalty is the divergence from the log-uniform prior, which falls to 0 as alpha grows", () => {
  const real = fc.double({ min: -2, max: 2, noNaN: true });
  const logs = fc.double({ min: -9, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(real, real), fc.tuple(logs, logs), (weight, logVariance) => {
      const values = [weight, logVariance].map((pair) => pair.map(Math.fround)) as [number[], number[]];
      const want = [0, 1].map((i) => divergence(logAlpha(values[0][i]!, values[1][i]!)));
      expect(run(true, ...values).penalty).toBeCloseTo(want[0]! + want[1]!, 4);
    }),
    { numRuns: 30 },
  );
  expect(divergence(8)).toBeLessThan(0.001);
});
