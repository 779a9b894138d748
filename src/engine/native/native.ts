/** The native engine: C++ kernels behind Node-API, for the best instruction set of the CPU. */
import { fail } from "../../base/errors.ts";
import type { Table } from "../../dataset/table.ts";
import { encodeSection } from "../../program/encode.ts";
import { formatBytes } from "../../program/print.ts";
import type { Program } from "../../program/program.ts";
import { measureArithmetic } from "../arithmetic.ts";
import { type BoundColumn, bindColumns, columnNumbers } from "../columns.ts";
import { type HostEngine, type HostInstance, writeConstants } from "../engine.ts";
import { type Addon, loadAddon } from "./addon.ts";

/** `isa`: one of the addon's instruction sets, the best by default. `threads` run each kernel; results do not depend on them. */
export interface NativeOptions {
  readonly isa?: string;
  readonly threads?: number;
}

/** Opens the native engine; throws with code `engine` where the addon or the instruction set is missing. */
export function createNative({ isa, threads = 1 }: NativeOptions = {}): HostEngine {
  const state = loadAddon();
  if (!state.addon) fail("engine", "native engine", { rule: state.reason, remedy: "The engine wasm works without it" });
  const { addon } = state;
  const supported = addon.isas();
  const chosen = isa ?? supported[0]!;
  if (!supported.includes(chosen))
    fail("engine", "native engine", { rule: `this CPU runs ${supported.join(", ")}`, got: chosen });
  const pool = threads > 1 ? addon.pool(threads) : null;
  const position = addon.all().indexOf(chosen);
  const open: HostEngine["open"] = (program) => openNative({ addon, isa: position, pool, threads }, program);
  return { name: `native:${chosen}`, threads, arithmetic: measureArithmetic(open), open };
}

interface Host {
  readonly addon: Addon;
  readonly isa: number;
  readonly pool: object | null;
  readonly threads: number;
}

/** A handle of the addon, and the arrays that it points to. */
interface Bound {
  readonly handle: object;
  readonly columns: readonly BoundColumn[];
}

function handleOf(addon: Addon, columns: readonly BoundColumn[]): Bound {
  const arrays = columns.flatMap(({ data, starts }) => [data, starts]);
  return { handle: addon.columns(columns.length, arrays, columnNumbers(columns)), columns };
}

function openNative({ addon, isa, pool, threads }: Host, program: Program): HostInstance {
  const { arenaElements, scratchElements } = program;
  const memory = addon.arena(arenaElements + threads * scratchElements);
  if (!memory)
    fail("engine", "memory", {
      rule: "not enough for the program",
      got: formatBytes((arenaElements + threads * scratchElements) * 4),
    });
  let floats = new Float32Array(memory);
  let words = new Int32Array(memory);
  const codes = new Map(
    Object.entries(program.sections).map(([name, section]) => [name, encodeSection(program, section)]),
  );
  let columns: object | null = null;
  const bound = new Map<Table, Bound>();
  return writeConstants({
    program,
    bind(table) {
      let known = bound.get(table);
      if (!known) bound.set(table, (known = handleOf(addon, bindColumns(program, table))));
      columns = known.handle;
    },
    write(buffer, values) {
      (buffer.type === "i32" ? words : floats).set(values, program.offsets.get(buffer)!);
    },
    read(buffer, into = new Float32Array(buffer.elements)) {
      const offset = program.offsets.get(buffer)!;
      into.set(floats.subarray(offset, offset + into.length));
      return into;
    },
    run: (section: string) =>
      addon.run(isa, floats, codes.get(section)!, columns, pool, scratchElements, arenaElements),
    close() {
      floats = new Float32Array(0);
      words = new Int32Array(0);
      bound.clear();
    },
  });
}
