/** L0 regularisation against its formulas: how often gates are shut and open, the penalty, and evaluation. */
import { expect, test } from "vitest";
import { layer, openLayer } from "./fixtures/replaced.ts";
import { gateOf, l0 } from "./l0.ts";

const model = l0(layer);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Louizos et al. 2018, section 2.2, at x: the probability that the binary concrete lies below it. */
const below = (x: number, logOdds: number) => sigmoid((2 / 3) * (Math.log(x) - Math.log(1 - x)) - logOdds);

test("gates are 0 and 1 as often as the hard concrete distribution has it, and in between elsewhere", () => {
  for (const logOdds of [-1, 0, 2.2]) {
    const draws = 1500;
    const values = { "fc1.weight": [1, 0], "fc1.weight.log_odds": [logOdds, 0] };
    const gateAt = openLayer(model, { training: true, lanes: 1, x: [1, 0], values });
    const gates = Array.from({ length: draws }, (_, step) => gateAt(step).y[0]!);
    const share = (holds: (gate: number) => boolean) => gates.filter(holds).length / draws;
    const shut = below(0.1 / 1.2, logOdds);
    const open = 1 - below(1.1 / 1.2, logOdds);
    const error = 4 * Math.sqrt(0.25 / draws);
    expect(Math.abs(share((gate) => gate === 0) - shut)).toBeLessThan(error);
    expect(Math.abs(share((gate) => gate === 1) - open)).toBeLessThan(error);
    expect(share((gate) => gate < 0 || gate > 1)).toBe(0);
  }
});

test("one gate a weight and iteration, alike for all examples", () => {
  const values = { "fc1.weight": [1, 1], "fc1.weight.log_odds": [0, 0] };
  const { y } = openLayer(model, { training: true, lanes: 48, x: [1, 1], values })(3);
  expect(new Set(y).size).toBe(1);
});

test("the penalty is how many gates are expected to be open", () => {
  const logOdds = [-1.5, 0.75];
  const values = { "fc1.weight": [1, 1], "fc1.weight.log_odds": logOdds };
  const { penalty } = openLayer(model, { training: true, lanes: 16, x: [1, 1], values })(0);
  const open = logOdds.map((each) => 1 - below(0.1 / 1.2, each));
  expect(penalty).toBeCloseTo(open[0]! + open[1]!, 5);
});

test("evaluation has each gate at its most likely, exactly 0 and 1 at the ends", () => {
  expect([gateOf(-2.4), gateOf(-20), gateOf(2.4)]).toEqual([0, 0, 1]);
  const values = { "fc1.weight": [2, 3], "fc1.weight.log_odds": [0.5, -2.4] };
  const { y } = openLayer(model, { training: false, lanes: 16, x: [1, 1], values })(0);
  expect(y[0]).toBeCloseTo(2 * gateOf(0.5), 6);
});
