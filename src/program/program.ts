/** A linear program, such as a training step and an evaluation: kernel calls over one arena. */
import type { Buffer, Storage } from "./buffers.ts";
import type { KernelName } from "./kernels.ts";

/** One kernel call; operands, ints and floats under the names of the kernel's signature. */
export interface Call {
  readonly kernel: KernelName;
  readonly operands: Readonly<Record<string, Buffer | null>>;
  readonly ints: Readonly<Record<string, number>>;
  readonly floats: Readonly<Record<string, number>>;
  /** Floating-point operations of the call, for all lanes. */
  readonly flops: number;
  /** Elements of memory that every thread has to itself during the call. */
  readonly scratch: number;
}

/** Calls that run together, in order, on `lanes` examples. */
export interface Section {
  readonly lanes: number;
  readonly calls: readonly Call[];
  /** Host-written values by name: `indices`, `count`, `control`, `counter`, and the `input` ops' names. */
  readonly inputs: ReadonlyMap<string, Buffer>;
  /** Host-readable results by name, such as `loss` (per lane) and `correct`. */
  readonly outputs: ReadonlyMap<string, Buffer>;
}

/** A column of the data, and how it is read: `most` numbers a row, of a ragged column at most. */
export interface ColumnUse {
  readonly name: string;
  readonly op: "images" | "column" | "lengths";
  readonly most: number;
}

/** A trainable tensor's place. */
export interface ParameterPlace {
  readonly buffer: Buffer;
  readonly storage: Storage;
  /** Optimizer state by slot name, stored alike. */
  readonly slots: ReadonlyMap<string, Buffer>;
}

/** A compiled model under one mask. */
export interface Program {
  /** By any name: `train`, `evaluate`, ... They share parameters, constants and the arena. */
  readonly sections: Readonly<Record<string, Section>>;
  /** What the program gathers from, in the order that its calls number them. */
  readonly columns: readonly ColumnUse[];
  readonly parameters: ReadonlyMap<string, ParameterPlace>;
  /** Contents that never change: index arrays and normalisation constants. */
  readonly constants: ReadonlyMap<Buffer, Int32Array | Float32Array>;
  /** Arena offset of every buffer, in elements. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly arenaElements: number;
  /** Elements that each thread needs beside the arena: the most that any call asks for, in whole lane blocks. */
  readonly scratchElements: number;
}
