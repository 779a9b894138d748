/** The reference engine: programs run as written, slowly, in float64. */
import type { Buffer } from "../../program/buffers.ts";
import { KERNELS } from "../../program/kernels.ts";
import type { Call, Program } from "../../program/program.ts";
import { measureArithmetic } from "../arithmetic.ts";
import { type BoundColumn, bindColumns } from "../columns.ts";
import { type HostEngine, type HostInstance, writeConstants } from "../engine.ts";
import { REFERENCE_KERNELS } from "./kernels.ts";

/** Opens the reference engine; it works wherever JavaScript does. */
export function createReference(): HostEngine {
  const arithmetic = measureArithmetic(openReference);
  return { name: "reference", threads: 1, precision: "float64", arithmetic, open: openReference };
}

function openReference(program: Program): HostInstance {
  const arena = new Float64Array(program.arenaElements);
  let columns: readonly BoundColumn[] = [];
  const view = (buffer: Buffer) => {
    const offset = program.offsets.get(buffer)!;
    return arena.subarray(offset, offset + buffer.elements);
  };
  return writeConstants({
    program,
    bind(table) {
      columns = bindColumns(program, table);
    },
    write: (buffer, values) => view(buffer).set(values),
    read(buffer, into = new Float32Array(buffer.elements)) {
      into.set(view(buffer).subarray(0, into.length));
      return into;
    },
    run(section) {
      for (const call of program.sections[section]!.calls) runCall(call, view, columns);
    },
    close() {},
  });
}

/** A call's floats as its encoding carries them: a beta of 0.999 that the fast engines never see is none to test by. */
function roundedFloats({ floats }: Call): Record<string, number> {
  return Object.fromEntries(Object.entries(floats).map(([name, value]) => [name, Math.fround(value)]));
}

function runCall(call: Call, view: (buffer: Buffer) => Float64Array, columns: readonly BoundColumn[]): void {
  const views = Object.entries(call.operands).flatMap(([name, buffer]) =>
    buffer ? [[name, view(buffer)] as const] : [],
  );
  const left = KERNELS[call.kernel].operands.filter(({ optional }) => optional).map(({ name }) => name);
  REFERENCE_KERNELS[call.kernel]({
    at: Object.fromEntries(views.filter(([name]) => !left.includes(name))),
    optional: Object.fromEntries(views.filter(([name]) => left.includes(name))),
    int: call.ints,
    float: roundedFloats(call),
    columns,
  });
}
