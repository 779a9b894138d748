import { expect, test } from "vitest";
import { compileStep } from "../../bench/step.ts";
import { datasetInfo, describe } from "../../dataset/registry.ts";
import { parseModel } from "../../model/registry.ts";
import { callBytes, sectionFlops } from "../../program/print.ts";
import type { Call } from "../../program/program.ts";
import { uniformMask } from "../../prune/uniform.ts";
import { activationPasses, addCosts, costTable, describeRoofline, kernelCosts } from "./cost.ts";

const info = describe(datasetInfo("mnist"));
const model = parseModel("mlp-40-30", info);
const mask = uniformMask(model.parameters, 0.1, { seed: 1, replicate: 0, draw: 0 });
const program = compileStep(model, info, { batch: 20, mask });
const { calls } = program.sections.train!;
const roofline = { flops: 1e6, bytes: { L2: 1e5, L3: 1e4, memory: 1e3 }, threads: 1 };
const costs = kernelCosts(program, roofline);

test("costs add up to the step: calls, operations and bytes, and no more than them are of activations", () => {
  const total = costs.reduce(addCosts);
  expect(total.calls).toBe(calls.length);
  expect(total.flops).toBe(sectionFlops(program.sections.train!));
  expect(total.bytes).toBe(calls.reduce((sum, call) => sum + callBytes(call), 0));
  for (const { activations, bytes } of costs) expect(activations).toBeLessThanOrEqual(bytes);
});

test("a kernel takes the longer of arithmetic and memory, call by call", () => {
  for (const { arithmetic, memory, ms } of costs) {
    expect(ms).toBeGreaterThanOrEqual(Math.max(arithmetic, memory));
    expect(ms).toBeLessThanOrEqual(arithmetic + memory);
  }
});

test("weights, their gradients and their copies are no activations; an update touches none", () => {
  const only = (of: Call) => ({ ...program, sections: { train: { ...program.sections.train!, calls: [of] } } });
  const update = calls.find(({ operands }) => operands.w?.name === "fc1.weight")!;
  expect(kernelCosts(only(update), roofline)[0]!.activations).toBe(0);
  const forward = calls.find(({ kernel }) => kernel === "linear_forward_sparse")!;
  const { x, y } = forward.operands;
  expect(kernelCosts(only(forward), roofline)[0]!.activations).toBe(4 * (x!.elements + y!.elements));
  expect(activationPasses(only(forward))).toBe(1);
  expect(activationPasses(program)).toBeGreaterThan(2);
});

test("the table ends with the sum, and the ceilings are told with their units", () => {
  const lines = costTable(costs).split("\n");
  expect(lines).toHaveLength(costs.length + 3);
  expect(lines.at(-1)).toMatch(new RegExp(`^\\| all +\\| +${calls.length} `));
  const engine = { name: "native:x", threads: 2, arithmetic: "fused" as const, open: () => expect.fail() };
  expect(describeRoofline({ ...roofline, flops: 1.2e8, threads: 2 }, engine)).toMatch(
    /native:x on 2 threads: 120 GFLOP/,
  );
});
