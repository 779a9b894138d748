import { describe, expect, test } from "vitest";
import { KERNEL_GROUPS, KERNEL_NAMES, KERNELS, kernelSignature, kernelsIn, lackingKernel } from "./kernels.ts";

test("a line of the table says what a call carries and into what units it is split", () => {
  const { operands, ints, floats, units } = KERNELS.sgd_update;
  expect(operands.map(({ name }) => name)).toEqual(["w", "control", "g", "m"]);
  expect(operands.filter(({ written }) => written).map(({ name }) => name)).toEqual(["w", "m"]);
  expect(operands.filter(({ optional }) => optional).map(({ name }) => name)).toEqual(["m"]);
  expect([ints, floats]).toEqual([
    ["elements", "nesterov"],
    ["momentum", "weightDecay"],
  ]);
  expect(units).toEqual([{ name: "elements", blocks: true }]);
  expect(KERNELS.total.units).toEqual([]);
  expect(KERNELS.expand.operands.map(({ type }) => type)).toEqual(["f32", "f32", "i32", "i32"]);
});

test("each kernel is in one group, and has its code there", () => {
  const grouped = KERNEL_GROUPS.flatMap((group) => kernelsIn(group));
  expect(grouped.toSorted()).toEqual(KERNEL_NAMES.toSorted());
  expect(lackingKernel(kernelsIn("computed").map(kernelSignature), kernelsIn("computed"))).toBeUndefined();
  expect(lackingKernel([], kernelsIn("computed"))).toBe(kernelSignature(kernelsIn("computed")[0]!));
});

describe("compiled kernels", () => {
  const all = KERNEL_NAMES.map(kernelSignature);
  const relu = "relu(y x; elements; ) by elements/16";

  test("that are those of the table lack nothing, nor do those with more behind", () => {
    expect(lackingKernel(all)).toBeUndefined();
    expect(lackingKernel([...all, "later(y x; elements; ) by 1"])).toBeUndefined();
  });

  test.each([
    ["name", "rulu(y x; elements; ) by elements/16"],
    ["count of arguments", "relu(y; elements; ) by elements/16"],
    ["order of arguments", "relu(x y; elements; ) by elements/16"],
    ["units", "relu(y x; elements; ) by elements"],
  ])("with another %s lack the kernel", (_, other) => {
    expect(lackingKernel(all.map((signature) => (signature === relu ? other : signature)))).toBe(relu);
  });

  test("that end before the table does lack the next", () => {
    expect(lackingKernel(all.slice(0, -1))).toBe(all.at(-1));
  });
});
