/** What every engine offers: a program is opened once, then its sections run on an arena that the host can read and write. */
import type { Table } from "../dataset/table.ts";
import { type Buffer, packValues, unpackValues } from "../program/buffers.ts";
import type { Program } from "../program/program.ts";
import type { Arithmetic } from "./arithmetic.ts";

/** A value now, or later where a device works on its own. */
export type Later<T> = T | Promise<T>;

/** A way to run programs on this machine. */
export interface Engine {
  /** `reference`, `native:avx512`, `wasm`, ... */
  readonly name: string;
  readonly threads: number;
  /** Given where values have more digits than what the host reads of them: a state that is saved would not keep them. */
  readonly precision?: "float64";
  /** How it rounds; measured when it is opened. */
  readonly arithmetic: Arithmetic;
  /** Places a program in memory; throws with code `engine` where there is too little. */
  open(program: Program): Later<Instance>;
}

/** An engine on the processor that the host runs on: nothing of it comes later. */
export interface HostEngine extends Engine {
  open(program: Program): HostInstance;
}

/** An opened program. Buffers are those of the program; values are numbers in the buffer's own layout. */
export interface Instance {
  readonly program: Program;
  /** Makes this table's columns the ones that batches are gathered from; throws `data` where the program's do not fit. */
  bind(table: Table): void;
  write(buffer: Buffer, values: ArrayLike<number>): void;
  /** Copies a buffer's first `into.length` values out; whole buffers into a new array where `into` is left out. */
  read(buffer: Buffer, into?: Float32Array): Later<Float32Array>;
  /** Runs a section's calls once, after all that was written before; what it leaves is there when a read is. */
  run(section: string): void;
  /** Frees the memory; the instance is not used afterwards. */
  close(): void;
}

/** An opened program on the processor that the host runs on. */
export interface HostInstance extends Instance {
  read(buffer: Buffer, into?: Float32Array): Float32Array;
}

/** Writes the program's constants; every engine does this on opening. */
export function writeConstants<I extends Instance>(instance: I): I {
  for (const [buffer, contents] of instance.program.constants) instance.write(buffer, contents);
  return instance;
}

/** Writes a parameter, or one of its slots, from dense values in PyTorch's layout. */
export function writeParameter(instance: Instance, name: string, values: Float32Array, slot?: string): void {
  const { buffer, storage, slots } = instance.program.parameters.get(name)!;
  instance.write(slot ? slots.get(slot)! : buffer, packValues(storage, values));
}

/** Reads a parameter, or one of its slots, as dense values in PyTorch's layout; pruned entries are +0. */
export function readParameter(instance: HostInstance, name: string, slot?: string): Float32Array;
export function readParameter(instance: Instance, name: string, slot?: string): Later<Float32Array>;
export function readParameter(instance: Instance, name: string, slot?: string): Later<Float32Array> {
  const { buffer, storage, slots } = instance.program.parameters.get(name)!;
  const stored = instance.read(slot ? slots.get(slot)! : buffer);
  return stored instanceof Promise
    ? stored.then((values) => unpackValues(storage, values))
    : unpackValues(storage, stored);
}
