/** The WebAssembly engine: the kernels of the native engine in the host's virtual machine, on one thread. */

import { fail } from "../../base/errors.ts";
import type { Split } from "../../dataset/dataset.ts";
import { CALL_WORDS, encodeSection } from "../../program/encode.ts";
import { formatBytes } from "../../program/print.ts";
import type { Program, SectionName } from "../../program/program.ts";
import { type Engine, type Instance, writeConstants } from "../engine.ts";
import type { WasmExports, WasmModule } from "./module.ts";

const PAGE = 65536;
const ALIGNMENT = 64;

/** An engine on a loaded module. `wasm:relaxed` multiplies and adds with one rounding where the CPU does, `wasm` with two. */
export function createWasm(module: WasmModule): Engine {
  return { name: module.relaxed ? "wasm:relaxed" : "wasm", threads: 1, open: (program) => openWasm(module, program) };
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

function openWasm(module: WasmModule, program: Program): Instance {
  const exports = module.instantiate();
  const allocate = createHeap(exports);
  const arena = allocate(program.arenaElements * 4);
  const scratch = allocate(program.scratchElements * 4);
  const codes = new Map(
    Object.entries(program.sections).map(([name, section]) => [name, place(encodeSection(program, section))]),
  );
  const bound = new Map<Uint8Array, number>();
  let images = 0;
  let labels = 0;

  function place(words: Int32Array): Code {
    const address = allocate(words.byteLength);
    new Int32Array(exports.memory.buffer, address, words.length).set(words);
    return { address, calls: words.length / CALL_WORDS };
  }
  /** Data sets are copied in once; a program sees few of them. */
  function placeBytes(bytes: Uint8Array): number {
    const known = bound.get(bytes);
    if (known !== undefined) return known;
    const address = allocate(bytes.length);
    new Uint8Array(exports.memory.buffer).set(bytes, address);
    bound.set(bytes, address);
    return address;
  }
  const addressOf = (buffer: Parameters<Instance["read"]>[0]) => arena + 4 * program.offsets.get(buffer)!;

  return writeConstants({
    program,
    bind(split: Split) {
      images = placeBytes(split.images);
      labels = placeBytes(split.labels);
    },
    write(buffer, values) {
      const View = buffer.type === "i32" ? Int32Array : Float32Array;
      new View(exports.memory.buffer, addressOf(buffer), buffer.elements).set(values);
    },
    read(buffer, into = new Float32Array(buffer.elements)) {
      into.set(new Float32Array(exports.memory.buffer, addressOf(buffer), into.length));
      return into;
    },
    run(section: SectionName) {
      const { address, calls } = codes.get(section)!;
      exports.run(arena, images, labels, address, calls, scratch);
    },
    close() {},
  });
}
