import { describe, expect, test } from "vitest";
import type { Buffer } from "./buffers.ts";
import { argumentCount, encodeSection } from "./encode.ts";
import { KERNEL_NAMES } from "./kernels.ts";
import type { Call, Program } from "./program.ts";

const buffer = (name: string, type: Buffer["type"]): Buffer => ({ name, type, elements: 16, temporary: false });
const [y, x, counter] = [buffer("y", "f32"), buffer("x", "f32"), buffer("counter", "i32")];
const program = {
  offsets: new Map([
    [y, 0],
    [x, 16],
    [counter, 32],
  ]),
} as unknown as Program;

const call: Call = {
  kernel: "dropout",
  operands: { y, x, counter },
  ints: { features: 1, lanes: 16, index: 7 },
  floats: { rate: 0.5 },
  flops: 0,
  scratch: 0,
};
const encode = (changes: Partial<Call>) =>
  encodeSection(program, { lanes: 16, calls: [{ ...call, ...changes }], inputs: new Map(), outputs: new Map() });

test("a call is its kernel's code, offsets, whole numbers and the bits of its floats", () => {
  const code = KERNEL_NAMES.indexOf("dropout");
  expect([...encode({})]).toEqual([code, 0, 16, 32, 1, 16, 7, 0x3f000000, ...new Array(8).fill(0)]);
  expect(argumentCount("dropout")).toBe(7);
});

test("an operand that is left out has the offset -1", () => {
  const sgd = { operands: { w: y, control: x, g: x, m: null }, ints: { elements: 16, nesterov: 0 } };
  const code = encode({ kernel: "sgd_update", ...sgd, floats: { momentum: 0, weightDecay: 0 } });
  expect([...code.subarray(1, 5)]).toEqual([0, 16, 16, -1]);
});

describe("refuses a call", () => {
  test.each<[string, Partial<Call>, string]>([
    ["without an operand", { operands: { y, x } }, 'kernel dropout: counter is of type i32, got "none"'],
    ["with floats for whole numbers", { operands: { y, x, counter: x } }, 'counter is of type i32, got "f32"'],
    ["without a whole number", { ints: { features: 1, lanes: 16 } }, 'index is a number, got "none"'],
    ["without a float", { floats: {} }, 'rate is a number, got "none"'],
  ])("%s", (_, changes, message) => {
    expect(() => encode(changes)).toThrow(message);
  });
});
