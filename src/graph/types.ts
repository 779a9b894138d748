/** The intermediate representation: immutable nodes, typed by the table of op attributes below. */

/**
 * What a value looks like. A value with `lanes` carries the batch as its last and contiguous axis, so `shape` lists
 * features only: `{ shape: [300], lanes: true }` is laid out `[300][batch padded to 16]`.
 */
export interface Type {
  readonly shape: readonly number[];
  readonly lanes: boolean;
}

/** Attributes by op. Adding an op starts with a line here; the compiler then asks for every missing table row. */
export interface OpAttributes {
  images: { readonly shape: readonly number[] };
  labels: Record<never, never>;
  input: { readonly name: string; readonly shape: readonly number[]; readonly lanes: boolean };
  parameter: { readonly name: string; readonly shape: readonly number[] };
  slot: { readonly parameter: string; readonly name: string; readonly shape: readonly number[] };
  linear: Record<never, never>;
  linear_input_gradient: Record<never, never>;
  linear_weight_gradient: Record<never, never>;
  bias: Record<never, never>;
  bias_gradient: Record<never, never>;
  flatten: Record<never, never>;
  reshape: { readonly shape: readonly number[] };
  relu: Record<never, never>;
  relu_gradient: Record<never, never>;
  tanh: Record<never, never>;
  tanh_gradient: Record<never, never>;
  sigmoid: Record<never, never>;
  sigmoid_gradient: Record<never, never>;
  scale: { readonly factor: number };
  add: Record<never, never>;
  dropout: { readonly rate: number; readonly index: number };
  one_hot: { readonly classes: number };
  mean_gradient: Record<never, never>;
  softmax_cross_entropy: Record<never, never>;
  softmax_cross_entropy_gradient: Record<never, never>;
  mean_squared_error: Record<never, never>;
  mean_squared_error_gradient: Record<never, never>;
  correct: Record<never, never>;
  sgd_update: { readonly momentum: number; readonly weightDecay: number; readonly nesterov: boolean };
  adam_update: {
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weightDecay: number;
    /** Decay applied to the weight itself (AdamW) instead of to the gradient (Adam). */
    readonly decoupled: boolean;
  };
}

export type OpName = keyof OpAttributes;

/** One operation and its result. */
export interface NodeOf<K extends OpName> {
  readonly id: number;
  readonly op: K;
  readonly inputs: readonly Node[];
  readonly attributes: OpAttributes[K];
  readonly type: Type;
}

export type Node = { [K in OpName]: NodeOf<K> }[OpName];

/** Makes nodes; every node is typed by its op's shape rule as it is made. */
export interface Builder {
  node<K extends OpName>(op: K, inputs: readonly Node[], attributes: OpAttributes[K]): Node;
}

/** A row of the op table. */
export interface OpDefinition<K extends OpName> {
  /** One sentence with the formula, for the generated documentation. */
  readonly summary: string;
  /** Operand names in order; a trailing `?` marks one that may be left out. */
  readonly operands: readonly string[];
  /** The result's type; throws with code `usage` where operands do not fit. */
  shape(inputs: readonly Type[], attributes: OpAttributes[K]): Type;
  /** The gradient with respect to each operand as new nodes, null where none flows; absent where the op has no derivative. */
  gradient?(graph: Builder, node: NodeOf<K>, dy: Node): readonly (Node | null)[];
  /** Floating-point operations per example for value nodes, in total for update nodes, at the given density of a weight operand. */
  flops(inputs: readonly Type[], density: number): number;
}

/** Number of entries of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
