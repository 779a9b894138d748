/** Programs as the fast engines read them: one record of 16 whole numbers a call. */
import { KERNEL_NAMES, KERNELS } from "./kernels.ts";
import type { Call, Program, Section } from "./program.ts";

/** Whole numbers of one encoded call: the kernel's code and up to 15 arguments. */
export const CALL_WORDS = 16;

/** Encodes a section: kernel code, operand offsets (-1 for none), ints, float32 bits. */
export function encodeSection(program: Program, section: Section): Int32Array {
  const code = new Int32Array(section.calls.length * CALL_WORDS);
  section.calls.forEach((call, index) => {
    code.set(encodeCall(program, call), index * CALL_WORDS);
  });
  return code;
}

function encodeCall(program: Program, call: Call): number[] {
  const { operands, ints, floats } = KERNELS[call.kernel];
  const offset = (name: string) => {
    const buffer = call.operands[name.replace("?", "")];
    return buffer ? program.offsets.get(buffer)! : -1;
  };
  return [
    KERNEL_NAMES.indexOf(call.kernel),
    ...operands.map(offset),
    ...ints.map((name: string) => call.ints[name]!),
    ...floats.map((name: string) => floatBits(call.floats[name]!)),
  ];
}

const bits = new DataView(new ArrayBuffer(4));
function floatBits(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
