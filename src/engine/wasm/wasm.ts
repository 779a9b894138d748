/** The WebAssembly engine: the kernels of the native engine in the host's virtual machine, on one thread. */

import { fail } from "../../base/errors.ts";
import type { ColumnData, Table } from "../../dataset/table.ts";
import { CALL_WORDS, encodeSection } from "../../program/encode.ts";
import { formatBytes } from "../../program/print.ts";
import type { Program } from "../../program/program.ts";
import { measureArithmetic } from "../arithmetic.ts";
import { bindColumns, columnNumbers } from "../columns.ts";
import { type HostEngine, type HostInstance, writeConstants } from "../engine.ts";
import type { WasmExports, WasmModule } from "./module.ts";

const PAGE = 65536;
const ALIGNMENT = 64;

/** An engine on a loaded module. `wasm:relaxed` multiplies and adds with one rounding where the CPU does, `wasm` with two. */
export function createWasm(module: WasmModule): HostEngine {
  const open: HostEngine["open"] = (program) => openWasm(module, program);
  const name = module.relaxed ? "wasm:relaxed" : "wasm";
  return { name, threads: 1, arithmetic: measureArithmetic(open), open };
}

/** Hands out addresses above the module's own data; nothing is given back, since a memory serves one program. */
function createHeap(exports: WasmExports): (bytes: number) => number {
  let next = exports.heap();
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

interface Code {
  readonly address: number;
  readonly calls: number;
}

function openWasm(module: WasmModule, program: Program): HostInstance {
  const exports = module.instantiate();
  const allocate = createHeap(exports);
  const arena = allocate(program.arenaElements * 4);
  const scratch = allocate(program.scratchElements * 4);
  const codes = new Map(
    Object.entries(program.sections).map(([name, section]) => [name, place(encodeSection(program, section))]),
  );
  const placed = new Map<ColumnData, number>();
  const bound = new Map<Table, number>();
  let columns = 0;

  function place(words: Int32Array): Code {
    const address = allocate(words.byteLength);
    new Int32Array(exports.memory.buffer, address, words.length).set(words);
    return { address, calls: words.length / CALL_WORDS };
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

  return writeConstants({
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
      const { address, calls } = codes.get(section)!;
      exports.run(arena, columns, address, calls, scratch);
    },
    close() {},
  });
}
