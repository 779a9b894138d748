/** What lowering keeps while it turns one graph into one section's calls. */
import { fail } from "../base/errors.ts";
import { opFlops } from "../graph/ops/index.ts";
import type { Node, NodeOf, OpName } from "../graph/types.ts";
import { carriesBatch, sameShape, sizeOf } from "../graph/types.ts";
import type { Buffer } from "./buffers.ts";
import type { Crossover } from "./choose.ts";
import type { KernelName } from "./kernels.ts";
import type { Call, ColumnUse, ParameterPlace } from "./program.ts";

/**
 * How a column's numbers become what a graph reads: of images `scale * byte + shift` per channel, rounded once; of other
 * columns `(value + shift) * scale` per entry.
 */
export interface Scaling {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** What all sections of a program share. */
export interface Shared {
  readonly parameters: ReadonlyMap<string, ParameterPlace>;
  readonly crossover: Crossover;
  /** By column; one without is read as it is. */
  readonly scalings: Readonly<Record<string, Scaling>>;
  /** The number of a column's use among those of the program. */
  column(use: ColumnUse): number;
  /** A buffer with contents that never change, one for each name. */
  constant(name: string, contents: Int32Array | Float32Array): Buffer;
  /** A buffer that the host writes, one for each name. */
  host(name: string, elements: number, type: Buffer["type"]): Buffer;
}

/** The state of lowering one graph. */
export interface Lowering {
  readonly shared: Shared;
  readonly lanes: number;
  readonly calls: Call[];
  readonly inputs: Map<string, Buffer>;
  /** Nodes whose work a later, fused node does. */
  readonly absorbed: ReadonlySet<Node>;
  readonly buffers: Map<Node, Buffer>;
  /** Copies that the section already holds: expanded weights and transposed batches, by what they copy. */
  readonly copies: Map<Buffer, Buffer>;
}

/** Lowers one op; `fused` ops reach through their absorbed operands. */
export type LoweringRule<K extends OpName> = (lowering: Lowering, node: NodeOf<K>) => void;

export type Operands = Record<string, Buffer | null>;

/** A buffer that lives only between its first and last use. */
export function temporary(name: string, elements: number): Buffer {
  return { name, type: "f32", elements, temporary: true };
}

/** A fresh temporary for a node's value, `[features][lanes]` or the bare tensor. */
export function result(lowering: Lowering, node: Node): Buffer {
  const elements = sizeOf(node.type.shape) * (carriesBatch(node.type) ? lowering.lanes : 1);
  return claim(lowering, node, temporary(`${node.op}#${node.id}`, elements));
}

/** Makes a buffer the place of a node's value. */
export function claim(lowering: Lowering, node: Node, buffer: Buffer): Buffer {
  lowering.buffers.set(node, buffer);
  return buffer;
}

/** Where a lowered node's value is. */
export function bufferOf(lowering: Lowering, node: Node): Buffer {
  return lowering.buffers.get(node) ?? fail("engine", "lowering", { rule: "operands come first", got: node.op });
}

/** Floating-point operations of a value node over all lanes, with nothing pruned. */
export function flopsOf({ lanes }: Lowering, { op, inputs, attributes }: Node): number {
  const types = inputs.map((input) => input.type);
  return opFlops<OpName>(op, types, { attributes }) * (types.some(carriesBatch) ? lanes : 1);
}

/** Appends a kernel call. */
export function emit(lowering: Lowering, kernel: KernelName, operands: Operands, rest: Partial<Call> = {}): void {
  lowering.calls.push({ ints: {}, floats: {}, flops: 0, scratch: 0, ...rest, kernel, operands });
}

/** A value that the host writes before a run. */
export function hostInput(lowering: Lowering, name: string, elements: number, type: Buffer["type"] = "f32"): Buffer {
  const buffer = lowering.shared.host(name, elements, type);
  lowering.inputs.set(name, buffer);
  return buffer;
}

/** `[1]`: how many examples of the batch are live. */
export function countInput(lowering: Lowering): Buffer {
  return hostInput(lowering, "count", 1, "i32");
}

/** `[lanes]`: which examples make the batch. */
export function indicesInput(lowering: Lowering): Buffer {
  return hostInput(lowering, `indices:${lowering.lanes}`, lowering.lanes, "i32");
}

/**
 * The place of the parameter that a parameter or slot node stands for, or of a weight that is computed of parameters,
 * entry by entry, and so stored as the first of them is; a gradient is stored as its weight.
 */
export function placeOf(lowering: Lowering, node: Node): ParameterPlace {
  let source = node;
  for (let first = operandOf(lowering, source); first; first = operandOf(lowering, source)) source = first;
  const place = storedPlace(lowering, source);
  if (source === node) return place;
  const { storage } = place;
  if (storage.kind !== "dense") return failUnknown(node.op);
  return { buffer: bufferOf(lowering, node), storage, slots: new Map() };
}

/** What a computed weight or the gradient of a weight is stored as; undefined for what the network stores itself. */
function operandOf(lowering: Lowering, node: Node): Node | undefined {
  if (!lowering.buffers.has(node)) return undefined;
  const { shape, layout } = node.type;
  return node.inputs.find(({ type }) => type.layout === layout && sameShape(type.shape, shape));
}

function storedPlace({ shared }: Lowering, node: Node): ParameterPlace {
  const isNamed = node.op === "parameter" || node.op === "statistic";
  const name = isNamed ? node.attributes.name : node.op === "slot" ? node.attributes.parameter : node.op;
  return shared.parameters.get(name) ?? failUnknown(name);
}

function failUnknown(name: string): never {
  return fail("engine", "lowering", { rule: "weights must be parameters of the model", got: name });
}
