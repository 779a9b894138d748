/** A program as text: calls with their kernels, places, sizes and work, for `tombola explain`. */
import type { Buffer } from "./buffers.ts";
import { KERNELS } from "./kernels.ts";
import type { Call, Program, Section } from "./program.ts";

/** Bytes of an arena element. */
const ELEMENT_BYTES = 4;

/** Prints every section's calls, one a line: kernel, operands at arena offsets, integers, FLOPs and bytes touched. */
export function printProgram(program: Program): string {
  const sections = Object.entries(program.sections).map(
    ([name, section]) => `${name} (${section.lanes} lanes):\n${printSection(program, section)}`,
  );
  const [arena, scratch] = [program.arenaElements, program.scratchElements].map((n) => formatBytes(n * ELEMENT_BYTES));
  return [...sections, `arena: ${arena}; scratch of each thread: ${scratch}`].join("\n\n");
}

function printSection(program: Program, section: Section): string {
  return section.calls.map((call, index) => `  ${String(index).padStart(2)} ${printCall(program, call)}`).join("\n");
}

function printCall(program: Program, call: Call): string {
  const operands = KERNELS[call.kernel].operands.map(({ name }) => {
    const buffer = call.operands[name];
    return buffer ? `${name}=${buffer.name}@${program.offsets.get(buffer)}` : `${name}=none`;
  });
  const ints = KERNELS[call.kernel].ints.map((name) => `${name}=${call.ints[name]}`);
  const scratch = call.scratch > 0 ? `, scratch ${formatBytes(call.scratch * ELEMENT_BYTES)}` : "";
  const work = `${(call.flops / 1e6).toFixed(3)} MFLOP, ${formatBytes(callBytes(call))}${scratch}`;
  return `${call.kernel}(${operands.join(", ")}) ${ints.join(" ")}  [${work}]`;
}

/** Bytes that a call must touch at least: each operand once. */
export function callBytes(call: Call): number {
  const buffers = new Set(Object.values(call.operands).filter((buffer): buffer is Buffer => buffer !== null));
  return [...buffers].reduce((sum, buffer) => sum + bufferBytes(buffer), 0);
}

/** Bytes of a buffer's values, without padding at its end. */
export function bufferBytes({ elements }: Buffer): number {
  return ELEMENT_BYTES * elements;
}

/** Floating-point operations of a section. */
export function sectionFlops(section: Section): number {
  return section.calls.reduce((sum, call) => sum + call.flops, 0);
}

/** `1.50 MiB`, `12 B`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}
