/** The intermediate representation: immutable nodes, typed by the table of op attributes below. */

export { sameShape, sizeOf } from "../base/shape.ts";

/**
 * Where the entries of a value lie. `plain`: a tensor without a batch, row-major. `vector`: every entry is a stretch of
 * the whole batch, `[...shape][batch padded to 16]`. `image`: blocks of 16 examples, `[blocks][...shape][16]`, so that
 * neighbouring pixels of 16 examples are neighbours in memory.
 */
export type Layout = "plain" | "vector" | "image";

/** What a value looks like; `shape` is that of one example where the layout carries a batch. */
export interface Type {
  readonly shape: readonly number[];
  readonly layout: Layout;
}

/** Whether a value has an entry for every example of the batch. */
export function carriesBatch({ layout }: Type): boolean {
  return layout !== "plain";
}

/** Of the vertical and the horizontal axis. */
export type Pair = readonly [number, number];

/** How a convolution's kernel meets its image, as in PyTorch. */
export interface ConvolutionAttributes {
  readonly stride: Pair;
  /** Zeros around the image, at either side. */
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}

/** The windows of a pooling. */
export interface PoolAttributes {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}

/** How training images are varied: cropped out of a black border of `crop` pixels, and mirrored at even odds. */
export interface Augmentation {
  readonly crop: number;
  readonly flip: boolean;
}

/**
 * Attributes of the ops of sequences, which come with the models that are made of them (sequence/install.ts): a page that
 * trains on images does not load their rows.
 */
export interface SequenceOpAttributes {
  /** `padding`: the token whose row learns nothing; -1 for none. */
  embedding: { readonly padding: number };
  embedding_weight_gradient: { readonly padding: number };
  add_positions: Record<never, never>;
  positions_gradient: Record<never, never>;
  layer_statistics: { readonly epsilon: number };
  layer_norm: Record<never, never>;
  layer_norm_input_gradient: Record<never, never>;
  layer_norm_scale_gradient: Record<never, never>;
  gelu: { readonly tanh: boolean };
  gelu_gradient: { readonly tanh: boolean };
  attention_scores: { readonly heads: number; readonly scale: number };
  attention_mix: { readonly scale: number };
  attention_mix_back: { readonly scale: number };
  masked_softmax: Record<never, never>;
  masked_softmax_gradient: Record<never, never>;
  lstm: Record<never, never>;
  lstm_gradient: Record<never, never>;
  lstm_previous: Record<never, never>;
  token_weights: Record<never, never>;
  token_statistics: Record<never, never>;
  token_cross_entropy: Record<never, never>;
  token_cross_entropy_gradient: Record<never, never>;
  token_correct: Record<never, never>;
  sum_rows: Record<never, never>;
  spread_rows: { readonly rows: number };
  select_positions: Record<never, never>;
  select_positions_gradient: { readonly time: number };
  clip_factor: { readonly limit: number };
  scale_by: Record<never, never>;
  /** `batch`: examples of a batch; `fill`: what a place gets that no live example has. */
  pack_examples: { readonly batch: number; readonly fill: number };
  /** `time`: positions of every example. */
  unpack_examples: { readonly batch: number; readonly time: number };
  carry_update: Record<never, never>;
  whole_vector: Record<never, never>;
  whole_vector_gradient: Record<never, never>;
}

export type SequenceOpName = keyof SequenceOpAttributes;

/** Attributes of the ops of pre-training without labels, which come with its tasks (pretrain/install.ts). */
export interface ViewOpAttributes {
  /** Of the column `images` where none is named, from 0 to 1 before they are normalised. */
  views: { readonly column?: string; readonly shape: readonly number[] };
  unit_length: Record<never, never>;
  unit_length_gradient: Record<never, never>;
  nt_xent_statistics: { readonly temperature: number };
  nt_xent: { readonly temperature: number };
  nt_xent_gradient: { readonly temperature: number };
  follow_update: { readonly momentum: number };
  enqueue_update: Record<never, never>;
  half_norm: { readonly epsilon: number };
}

export type ViewOpName = keyof ViewOpAttributes;

/** Ops that are there once they are added. */
export type AddedOpName = SequenceOpName | ViewOpName;

/** Attributes by op. Adding an op starts with a line here; the compiler then asks for every missing table row. */
export interface OpAttributes extends SequenceOpAttributes, ViewOpAttributes {
  /** Of the column `images` where none is named. */
  images: { readonly column?: string; readonly shape: readonly number[]; readonly augment?: Augmentation };
  column: { readonly name: string; readonly shape: readonly number[] };
  lengths: { readonly column: string; readonly most: number };
  input: { readonly name: string; readonly shape: readonly number[]; readonly layout: Layout };
  parameter: { readonly name: string; readonly shape: readonly number[] };
  /** Of another layout than `plain`: a state of every lane, such as that of an LSTM. */
  statistic: { readonly name: string; readonly shape: readonly number[]; readonly layout?: Layout };
  slot: { readonly parameter: string; readonly name: string; readonly shape: readonly number[] };
  linear: Record<never, never>;
  linear_input_gradient: Record<never, never>;
  linear_weight_gradient: Record<never, never>;
  convolution: ConvolutionAttributes;
  convolution_input_gradient: ConvolutionAttributes & { readonly height: number; readonly width: number };
  convolution_weight_gradient: ConvolutionAttributes;
  bias: Record<never, never>;
  bias_gradient: Record<never, never>;
  batch_statistics: Record<never, never>;
  stack: Record<never, never>;
  row: { readonly index: number };
  batch_norm: { readonly epsilon: number };
  batch_norm_sums: { readonly epsilon: number };
  batch_norm_input_gradient: { readonly epsilon: number };
  max_pool: PoolAttributes;
  max_pool_gradient: PoolAttributes;
  average_pool: PoolAttributes;
  average_pool_gradient: PoolAttributes & { readonly height: number; readonly width: number };
  concatenate: Record<never, never>;
  channels: { readonly from: number; readonly count: number };
  pad: { readonly channels: Pair; readonly rows: Pair; readonly columns: Pair };
  flatten: Record<never, never>;
  reshape: Type;
  relu: Record<never, never>;
  relu_gradient: Record<never, never>;
  tanh: Record<never, never>;
  tanh_gradient: Record<never, never>;
  sigmoid: Record<never, never>;
  sigmoid_gradient: Record<never, never>;
  elu: Record<never, never>;
  elu_gradient: Record<never, never>;
  scale: { readonly factor: number };
  add: Record<never, never>;
  multiply: Record<never, never>;
  divide: Record<never, never>;
  affine: { readonly factor: number; readonly offset: number };
  exp: Record<never, never>;
  log: Record<never, never>;
  square_root: Record<never, never>;
  clip: { readonly low: number; readonly high: number };
  clip_gradient: { readonly low: number; readonly high: number };
  is_below: { readonly limit: number };
  magnitude_threshold: { readonly kept: number };
  keep_largest: { readonly from: number };
  magnitude_gradient: Record<never, never>;
  bernoulli_mask: Record<never, never>;
  signed_mask: { readonly limit: number };
  total: Record<never, never>;
  fill: Record<never, never>;
  gaussian_noise: { readonly index: number };
  uniform_noise: { readonly index: number };
  dropout: { readonly rate: number; readonly index: number };
  one_hot: { readonly classes: number };
  mean_gradient: Record<never, never>;
  softmax_cross_entropy: Record<never, never>;
  softmax_cross_entropy_gradient: Record<never, never>;
  binary_cross_entropy: Record<never, never>;
  binary_cross_entropy_gradient: Record<never, never>;
  mean_squared_error: Record<never, never>;
  mean_squared_error_gradient: Record<never, never>;
  correct: { readonly top: number };
  running_update: { readonly row: number; readonly plane: number };
  sgdw_update: { readonly momentum: number; readonly weightDecay: number; readonly nesterov: boolean };
  sgd_update: { readonly momentum: number; readonly weightDecay: number; readonly nesterov: boolean };
  sgdp_update: {
    readonly momentum: number;
    readonly weightDecay: number;
    readonly nesterov: boolean;
    /** At most 0. */
    readonly low: number;
    /** At least 0. */
    readonly high: number;
  };
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
  /** Operand names in order; a trailing `?` marks one that may be left out, `...` one that may be repeated. */
  readonly operands: readonly string[];
  /** The result's type; throws with code `usage` naming the op where operands do not fit. */
  shape(inputs: readonly Type[], attributes: OpAttributes[K], op: string): Type;
  /** The gradient with respect to each operand as new nodes, null where none flows; absent where the op has no derivative. */
  gradient?(graph: Builder, node: NodeOf<K>, dy: Node): readonly (Node | null)[];
  /** Whether the gradient is that of another function, since its own is 0 almost everywhere; absent for not. */
  readonly straightThrough?: true;
  /**
   * Floating-point operations per example for value nodes, in total for update nodes, at the given density of a weight operand;
   * absent: one for each entry of the first operand.
   */
  flops?(inputs: readonly Type[], density: number, attributes: OpAttributes[K]): number;
}
