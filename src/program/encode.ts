/** Programs as the fast engines read them: one record of 16 whole numbers a call. */
import { fail } from "../base/errors.ts";
import { KERNEL_NAMES, KERNELS, type KernelName } from "./kernels.ts";
import type { Call, Program, Section } from "./program.ts";

/** Whole numbers of one encoded call: the kernel's code and up to 15 arguments. */
export const CALL_WORDS = 16;

/** Arguments of a kernel's calls: operands, then ints, then floats. */
export function argumentCount(kernel: KernelName): number {
  const { operands, ints, floats } = KERNELS[kernel];
  return operands.length + ints.length + floats.length;
}

/** Encodes a section: kernel code, operand offsets (-1 for none), ints, float32 bits. Throws where a call lacks one. */
export function encodeSection(program: Program, section: Section): Int32Array {
  const code = new Int32Array(section.calls.length * CALL_WORDS);
  section.calls.forEach((call, index) => {
    code.set(encodeCall(program, call), index * CALL_WORDS);
  });
  return code;
}

function encodeCall(program: Program, { kernel, operands, ints, floats }: Call): number[] {
  const signature = KERNELS[kernel];
  const refuse = (name: string, rule: string, got: unknown): never =>
    fail("engine", `kernel ${kernel}`, { rule: `${name} is ${rule}`, got });
  const number = (numbers: Readonly<Record<string, number>>, name: string) =>
    numbers[name] ?? refuse(name, "a number", "none");
  const offsets = signature.operands.map(({ name, type, optional }) => {
    const buffer = operands[name];
    if (!buffer && optional) return -1;
    return buffer?.type === type
      ? program.offsets.get(buffer)!
      : refuse(name, `of type ${type}`, buffer?.type ?? "none");
  });
  return [
    KERNEL_NAMES.indexOf(kernel),
    ...offsets,
    ...signature.ints.map((name) => number(ints, name)),
    ...signature.floats.map((name) => floatBits(number(floats, name))),
  ];
}

const bits = new DataView(new ArrayBuffer(4));
function floatBits(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
