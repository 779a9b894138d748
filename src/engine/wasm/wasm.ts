/** The WebAssembly engine: the kernels of the native engine in the host's virtual machine, on one thread. */

import { fail } from "../../base/errors.ts";
import type { ColumnData, Table } from "../../dataset/table.ts";
import { CALL_WORDS, encodeSection } from "../../program/encode.ts";
import { KERNELS, type KernelGroup, kernelsIn } from "../../program/kernels.ts";
import { formatBytes } from "../../program/print.ts";
import type { Program, Section } from "../../program/program.ts";
import { measureArithmetic } from "../arithmetic.ts";
import { bindColumns, columnNumbers } from "../columns.ts";
import { type HostEngine, type HostInstance, writeConstants } from "../engine.ts";
import type { WasmExports, WasmKernels, WasmModule } from "./module.ts";

const PAGE = 65536;
const ALIGNMENT = 64;

/** An engine on a loaded module. `wasm:relaxed` multiplies and adds with one rounding where the CPU does, `wasm` with two. */
export function createWasm(module: WasmModule): HostEngine {
  const open: HostEngine["open"] = (program) => openProgram(module, program);
  const name = module.relaxed ? "wasm:relaxed" : "wasm";
  return { name, threads: 1, arithmetic: measureArithmetic(open), open };
}

/** The groups of kernels that a program calls, each once. */
export function groupsOf({ sections }: Program): KernelGroup[] {
  const calls = Object.values(sections).flatMap((section) => section.calls);
  return [...new Set(calls.map(({ kernel }) => KERNELS[kernel].group))];
}

/** Hands out addresses above the modules' own data; nothing is given back, since a memory serves one program. */
function createHeap(kernels: WasmKernels): (bytes: number) => number {
  const exports = kernels.get("core")!;
  let next = Math.max(...[...kernels.values()].map(({ heap }) => heap()));
  return (bytes) => {
    const start = Math.ceil(next / ALIGNMENT) * ALIGNMENT;
    next = start + bytes;
    const missing = next - exports.memory.buffer.byteLength;
    if (missing > 0) grow(exports, Math.ceil(missing / PAGE));
    return start;
  };
}

function grow({ memory }: WasmExports, pages: number): void {
  try {
    memory.grow(pages);
  } catch {
    fail("engine", "WebAssembly memory", { rule: "cannot grow", got: formatBytes(pages * PAGE) });
  }
}

/** Calls of one group that stand together in a section. */
interface Stretch {
  readonly run: WasmExports["run"];
  readonly address: number;
  readonly calls: number;
}

/** Where each group's calls stand together in a section: its first call, and the first behind it. */
function stretchesOf({
  calls,
}: Section): { readonly group: KernelGroup; readonly from: number; readonly to: number }[] {
  const groups = calls.map(({ kernel }) => KERNELS[kernel].group);
  const starts = groups.flatMap((group, call) => (group === groups[call - 1] ? [] : [call]));
  return starts.map((from, i) => ({ group: groups[from]!, from, to: starts[i + 1] ?? calls.length }));
}

/** A section as modules read it: kernels have their codes in their groups. */
function encodeGrouped(program: Program, section: Section): Int32Array {
  const words = encodeSection(program, section);
  section.calls.forEach(({ kernel }, call) => {
    words[call * CALL_WORDS] = kernelsIn(KERNELS[kernel].group).indexOf(kernel);
  });
  return words;
}

/** An instance that lets go of its memory when it is closed, for the host to collect. */
function openProgram(module: WasmModule, program: Program): HostInstance {
  let placed: Omit<HostInstance, "close"> | null = placeProgram(module, program);
  return writeConstants({
    program,
    bind: (table) => placed!.bind(table),
    write: (buffer, values) => placed!.write(buffer, values),
    read: (buffer, into) => placed!.read(buffer, into),
    run: (section) => placed!.run(section),
    close() {
      placed = null;
    },
  });
}

function placeProgram(module: WasmModule, program: Program): Omit<HostInstance, "close"> {
  const kernels = module.instantiate(groupsOf(program));
  const exports = kernels.get("core")!;
  const allocate = createHeap(kernels);
  const arena = allocate(program.arenaElements * 4);
  const scratch = allocate(program.scratchElements * 4);
  const codes = new Map(Object.entries(program.sections).map(([name, section]) => [name, placeSection(section)]));
  const placed = new Map<ColumnData, number>();
  const bound = new Map<Table, number>();
  let columns = 0;

  function placeSection(section: Section): Stretch[] {
    const words = encodeGrouped(program, section);
    const address = allocate(words.byteLength);
    new Int32Array(exports.memory.buffer, address, words.length).set(words);
    return stretchesOf(section).map(({ group, from, to }) => ({
      run: kernels.get(group)!.run,
      address: address + 4 * CALL_WORDS * from,
      calls: to - from,
    }));
  }
  /** Data sets are copied in once; a program sees few of them. */
  function placeData(data: ColumnData): number {
    const known = placed.get(data);
    if (known !== undefined) return known;
    const address = allocate(data.byteLength);
    new Uint8Array(exports.memory.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
    placed.set(data, address);
    return address;
  }
  /** The structs `Column` of native/machine/kernel.h: two addresses, type and size. */
  function placeColumns(table: Table): number {
    const all = bindColumns(program, table);
    const numbers = columnNumbers(all);
    const words = all.flatMap(({ data, starts }, i) => [
      ...[placeData(data), starts ? placeData(starts) : 0],
      ...numbers.subarray(2 * i, 2 * i + 2),
    ]);
    const address = allocate(4 * words.length);
    new Int32Array(exports.memory.buffer, address, words.length).set(words);
    return address;
  }
  const addressOf = (buffer: Parameters<HostInstance["read"]>[0]) => arena + 4 * program.offsets.get(buffer)!;

  return {
    program,
    bind(table) {
      const known = bound.get(table);
      columns = known ?? placeColumns(table);
      bound.set(table, columns);
    },
    write(buffer, values) {
      const View = buffer.type === "i32" ? Int32Array : Float32Array;
      new View(exports.memory.buffer, addressOf(buffer), buffer.elements).set(values);
    },
    read(buffer, into = new Float32Array(buffer.elements)) {
      into.set(new Float32Array(exports.memory.buffer, addressOf(buffer), into.length));
      return into;
    },
    run(section: string) {
      for (const { run, address, calls } of codes.get(section)!) run(arena, columns, address, calls, scratch);
    },
  };
}
