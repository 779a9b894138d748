/** How the ops of sequences become kernel calls. */
import { fail } from "../base/errors.ts";
import type { Node, NodeOf, SequenceOpName } from "../graph/types.ts";
import { type Buffer, pad } from "./buffers.ts";
import {
  columnIndex,
  compactGradient,
  denseWeight,
  densityOf,
  gradientOf,
  isSparse,
  rowIndex,
} from "./lower-weights.ts";
import {
  bufferOf,
  claim,
  countInput,
  emit,
  flopsOf,
  type Lowering,
  type LoweringRule,
  type Operands,
  placeOf,
  result,
  temporary,
} from "./lowering.ts";
import type { ParameterPlace } from "./program.ts";
import type { SequenceKernelName } from "./sequence-kernels.ts";

type Numbers = Readonly<Record<string, number>>;

/** An op that is one kernel call: what its operands are called there, the result first, and the call's numbers. */
interface OneCall {
  readonly kernel: SequenceKernelName;
  readonly operands: readonly string[];
  readonly ints: Numbers;
  readonly floats?: Numbers;
  /** Others than the node's. */
  readonly inputs?: readonly Node[];
  /** The value of the whole number `count`, where the kernel reads it. */
  readonly counts?: boolean;
}

/** The rule of an op that is one call. */
function one<K extends SequenceOpName>(
  describe: (node: NodeOf<K>, lanes: number) => OneCall,
): (lowering: Lowering, node: NodeOf<K>) => void {
  return (lowering, node) => {
    const call = describe(node, lowering.lanes);
    const { kernel, operands, ints, floats = {}, inputs = node.inputs, counts = false } = call;
    const buffers = inputs.map((input) => bufferOf(lowering, input));
    const y = result(lowering, node as Node);
    const named = operands.map((name, i) => [name, i === 0 ? y : (buffers[i - 1] ?? null)] as const);
    const all = { ...Object.fromEntries(named), ...(counts && { count: countInput(lowering) }) };
    emit(lowering, kernel, all, { ints, floats, flops: flopsOf(lowering, node as Node) });
  };
}

/** Features, time and lanes of a sequence. */
function extents({ type }: Node, lanes: number) {
  const [features, time] = type.shape as [number, number];
  return { features, time, lanes };
}

/** Classes, time and lanes of logits. */
function labelled({ type }: Node, lanes: number) {
  const [classes, time] = type.shape as [number, number];
  return { classes, time, lanes };
}

/** Heads, queries, keys and lanes of scores. */
function scores({ type }: Node, lanes: number) {
  const [heads, rows, columns] = type.shape as [number, number, number];
  return { heads, rows, columns, lanes };
}

/** Elements of a value, over all lanes. */
const elements = ({ type }: Node, lanes: number) => type.shape.reduce((a, b) => a * b, lanes);

/** Mixing of values: along keys or queries. */
const mix = (form: 1 | 2) =>
  one<"attention_mix" | "attention_mix_back">((node, lanes) => {
    const [p, v] = node.inputs as [Node, Node];
    const [features, columns] = node.type.shape as [number, number];
    const heads = p.type.shape[0]!;
    return {
      kernel: "lane_product",
      operands: ["y", "a", "b"],
      inputs: [v, p],
      ints: { heads, rows: features / heads, columns, depth: v.type.shape[1]!, lanes, form },
      floats: { scale: node.attributes.scale },
    };
  });

const lowerEmbedding: LoweringRule<"embedding"> = (lowering, node) => {
  const [ids, w] = node.inputs as [Node, Node];
  const place = placeOf(lowering, w);
  const ints = { ...extents(node as Node, lowering.lanes), rows: w.type.shape[0]! };
  if (place.storage.kind === "dense") {
    const operands = { y: result(lowering, node as Node), ids: bufferOf(lowering, ids), w: place.buffer };
    return emit(lowering, "embedding_dense", operands, { ints: { ...ints, stride: place.storage.stride } });
  }
  const index = rowIndex(lowering, place);
  const operands = { y: result(lowering, node as Node), ids: bufferOf(lowering, ids), values: place.buffer, ...index };
  emit(lowering, "embedding_sparse", operands, { ints });
};

/** Numbers of each thread's scratch where tokens are sorted: as many counts as eleven bits have values. */
const COUNTS = 2048;

const whole = (name: string, size: number): Buffer => ({ ...temporary(name, size), type: "i32" });

const lowerEmbeddingGradient: LoweringRule<"embedding_weight_gradient"> = (lowering, node) => {
  const [dy, ids, w] = node.inputs as [Node, Node, Node];
  const { lanes } = lowering;
  const rows = w.type.shape[0]!;
  const { features, time } = extents(dy, lanes);
  const size = time * lanes;
  const [order, work] = [whole(`order#${node.id}`, 1 + 2 * size), whole(`work#${node.id}`, 2 * size)];
  const sorted = { order, work, ids: bufferOf(lowering, ids) };
  const { padding } = node.attributes;
  emit(lowering, "sort_tokens", sorted, { ints: { time, lanes, rows, padding }, scratch: COUNTS });
  const place = placeOf(lowering, w);
  const flops = flopsOf(lowering, node as Node) * densityOf(place);
  const read = { dy: bufferOf(lowering, dy), order };
  const ints = { rows, features, time, lanes };
  if (place.storage.kind === "dense") {
    const { stride } = place.storage;
    const dw = compactGradient(lowering, node as Node, place);
    return emit(lowering, "embedding_gradient_dense", { dw, ...read }, { ints: { ...ints, stride }, flops });
  }
  const index = rowIndex(lowering, place);
  const dvalues = compactGradient(lowering, node as Node, place);
  emit(lowering, "embedding_gradient_sparse", { dvalues, ...read, ...index }, { ints, flops });
};

const lowerAddPositions: LoweringRule<"add_positions"> = (lowering, node) => {
  const [x, p] = node.inputs as [Node, Node];
  const { w, stride } = denseWeight(lowering, placeOf(lowering, p));
  const operands = { y: result(lowering, node as Node), x: bufferOf(lowering, x), p: w };
  const ints = { ...extents(x, lowering.lanes), stride };
  emit(lowering, "add_positions", operands, { ints, flops: flopsOf(lowering, node as Node) });
};

const lowerPositionsGradient: LoweringRule<"positions_gradient"> = (lowering, node) => {
  const [dy, p] = node.inputs as [Node, Node];
  const place = placeOf(lowering, p);
  const [rows, features] = p.type.shape as [number, number];
  const stride = pad(features);
  const dp = gradientOf(lowering, node as Node, { place, rows, stride });
  const ints = { rows, stride, ...extents(dy, lowering.lanes) };
  emit(lowering, "positions_gradient", { dp: dp.buffer, dy: bufferOf(lowering, dy) }, { ints });
  dp.compress();
};

/** The recurrent weight as one direction's kernel reads it. */
function recurrentWeight(
  lowering: Lowering,
  place: ParameterPlace,
  direction: "forward" | "inputGradient",
): { kind: "dense" | "sparse"; operands: Operands; ints: Numbers } {
  if (isSparse(lowering, place, { product: "linear", direction })) {
    const index = direction === "forward" ? rowIndex(lowering, place) : columnIndex(lowering, place);
    return { kind: "sparse", operands: { values: place.buffer, ...index }, ints: {} };
  }
  const { w, stride } = denseWeight(lowering, place);
  return { kind: "dense", operands: { w }, ints: { stride } };
}

const lowerLstm: LoweringRule<"lstm"> = (lowering, node) => {
  const [x, w, h, c] = node.inputs as [Node, Node, Node, Node];
  const place = placeOf(lowering, w);
  const { kind, operands, ints } = recurrentWeight(lowering, place, "forward");
  const { time, lanes } = extents(x, lowering.lanes);
  const features = w.type.shape[1]!;
  const states = { x: bufferOf(lowering, x), h: bufferOf(lowering, h), c: bufferOf(lowering, c) };
  const flops = flopsOf(lowering, node as Node) * densityOf(place);
  const rest = { ints: { ...ints, features, time, lanes }, flops, scratch: 2 * 16 * features };
  emit(lowering, `lstm_${kind}`, { y: result(lowering, node as Node), ...states, ...operands }, rest);
};

const lowerLstmGradient: LoweringRule<"lstm_gradient"> = (lowering, node) => {
  const [dy, y, w, c] = node.inputs as [Node, Node, Node, Node];
  const place = placeOf(lowering, w);
  const { kind, operands, ints } = recurrentWeight(lowering, place, "inputGradient");
  const { time, lanes } = extents(dy, lowering.lanes);
  const features = w.type.shape[1]!;
  const read = { dy: bufferOf(lowering, dy), y: bufferOf(lowering, y), c: bufferOf(lowering, c) };
  const flops = flopsOf(lowering, node as Node) * densityOf(place);
  const rest = { ints: { ...ints, features, time, lanes }, flops, scratch: 6 * 16 * features };
  emit(lowering, `lstm_gradient_${kind}`, { dx: result(lowering, node as Node), ...read, ...operands }, rest);
};

/** Entries of one partial sum of squares; native/kernels/clip.h says the same. */
const CHUNK = 4096;

const lowerClipFactor: LoweringRule<"clip_factor"> = (lowering, node) => {
  const gradients = node.inputs.map((input) => bufferOf(lowering, input));
  const chunks = gradients.map(({ elements: size }) => Math.ceil(size / CHUNK));
  const all = chunks.reduce((a, b) => a + b, 0);
  const partials = temporary(`squares#${node.id}`, all);
  let from = 0;
  gradients.forEach((g, i) => {
    const ints = { chunks: chunks[i]!, elements: g.elements, from };
    emit(lowering, "square_sums", { partials, g }, { ints, flops: 2 * g.elements });
    from += chunks[i]!;
  });
  const y = result(lowering, node as Node);
  emit(lowering, "clip_factor", { y, partials }, { ints: { elements: all }, floats: { limit: node.attributes.limit } });
};

const lowerScaleBy: LoweringRule<"scale_by"> = (lowering, node) => {
  const [x, factor] = node.inputs.map((input) => bufferOf(lowering, input)) as [Buffer, Buffer];
  const y = temporary(`scale_by#${node.id}`, x.elements);
  lowering.buffers.set(node as Node, y);
  emit(lowering, "scale_by", { y, x, factor }, { ints: { elements: x.elements }, flops: x.elements });
};

/** How many positions there are for each lane before and after packing, and how they lie. */
function packing({ lanes }: Lowering, { type }: Node, packed: Node, batch: number): Numbers {
  if (lanes !== pad(batch))
    fail("engine", "packing", { rule: `must be for the section's batch of ${lanes} lanes`, got: batch });
  const isImage = type.layout === "image";
  const [features, time] = (isImage ? type.shape : [1, ...type.shape]) as [number, number];
  const other = isImage ? packed.type.shape[1]! : packed.type.shape[0]!;
  return { features, time, packed: other, lanes, batch, image: Number(isImage) };
}

/** The kept entries of a vector as those of one row: they are the only column of what it is stored as. */
function entriesOf(lowering: Lowering, place: ParameterPlace): Operands {
  const { start, row } = columnIndex(lowering, place);
  return { start: start!, column: row! };
}

/** Where nothing is pruned, the vector itself. */
const lowerWholeVector: LoweringRule<"whole_vector"> = (lowering, node) => {
  const [b] = node.inputs as [Node];
  const place = placeOf(lowering, b);
  if (place.storage.kind === "dense") return void lowering.buffers.set(node as Node, place.buffer);
  const stride = pad(b.type.shape[0]!);
  const dense = claim(lowering, node as Node, temporary(`${place.buffer.name}.whole`, stride));
  const operands = { dense, values: place.buffer, ...entriesOf(lowering, place) };
  emit(lowering, "expand", operands, { ints: { rows: 1, stride } });
};

const lowerWholeVectorGradient: LoweringRule<"whole_vector_gradient"> = (lowering, node) => {
  const [dy, b] = node.inputs as [Node, Node];
  const place = placeOf(lowering, b);
  const dense = bufferOf(lowering, dy);
  if (place.storage.kind === "dense") return void lowering.buffers.set(node as Node, dense);
  const operands = { values: compactGradient(lowering, node as Node, place), dense, ...entriesOf(lowering, place) };
  emit(lowering, "compress", operands, { ints: { rows: 1, stride: dense.elements } });
};

export const LOWER_SEQUENCE: { readonly [K in SequenceOpName]: LoweringRule<K> } = {
  embedding: lowerEmbedding,
  embedding_weight_gradient: lowerEmbeddingGradient,
  add_positions: lowerAddPositions,
  positions_gradient: lowerPositionsGradient,
  layer_statistics: one((node, lanes) => ({
    kernel: "layer_statistics",
    operands: ["statistics", "x"],
    ints: extents(node.inputs[0]!, lanes),
    floats: node.attributes,
  })),
  layer_norm: one((node, lanes) => ({
    kernel: "layer_norm",
    operands: ["y", "x", "statistics", "gamma", "beta"],
    ints: extents(node as Node, lanes),
  })),
  layer_norm_input_gradient: one((node, lanes) => ({
    kernel: "layer_norm_input_gradient",
    operands: ["dx", "dy", "x", "statistics", "gamma"],
    ints: extents(node as Node, lanes),
  })),
  layer_norm_scale_gradient: one((node, lanes) => ({
    kernel: "layer_norm_scale_gradient",
    operands: ["dgamma", "dy", "x", "statistics"],
    ints: extents(node.inputs[0]!, lanes),
  })),
  gelu: one((node, lanes) => ({
    kernel: "gelu",
    operands: ["y", "x"],
    ints: { elements: elements(node as Node, lanes), tanh: Number(node.attributes.tanh) },
  })),
  gelu_gradient: one((node, lanes) => ({
    kernel: "gelu_gradient",
    operands: ["dx", "dy", "x"],
    ints: { elements: elements(node as Node, lanes), tanh: Number(node.attributes.tanh) },
  })),
  attention_scores: one((node, lanes) => {
    const { heads, scale } = node.attributes;
    const depth = node.inputs[0]!.type.shape[0]! / heads;
    const ints = { ...scores(node as Node, lanes), depth, form: 0 };
    return { kernel: "lane_product", operands: ["y", "a", "b"], ints, floats: { scale } };
  }),
  attention_mix: mix(1),
  attention_mix_back: mix(2),
  masked_softmax: one((node, lanes) => ({
    kernel: "masked_softmax",
    operands: ["y", "x", "lengths"],
    ints: scores(node as Node, lanes),
  })),
  masked_softmax_gradient: one((node, lanes) => ({
    kernel: "masked_softmax_gradient",
    operands: ["dx", "dy", "y"],
    ints: scores(node as Node, lanes),
  })),
  lstm: lowerLstm,
  lstm_gradient: lowerLstmGradient,
  lstm_previous: one((node, lanes) => ({
    kernel: "lstm_previous",
    operands: ["y", "trace", "h"],
    ints: extents(node as Node, lanes),
  })),
  token_weights: one((node, lanes) => ({
    kernel: "token_weights",
    operands: ["w", "labels"],
    ints: { time: node.type.shape[0]!, lanes },
    counts: true,
  })),
  token_statistics: one((node, lanes) => ({
    kernel: "token_statistics",
    operands: ["statistics", "logits"],
    ints: labelled(node.inputs[0]!, lanes),
  })),
  token_cross_entropy: one((node, lanes) => ({
    kernel: "token_cross_entropy",
    operands: ["loss", "logits", "statistics", "labels", "weights"],
    ints: labelled(node.inputs[0]!, lanes),
  })),
  token_cross_entropy_gradient: one((node, lanes) => ({
    kernel: "token_cross_entropy_gradient",
    operands: ["dx", "dy", "logits", "statistics", "labels", "weights"],
    ints: labelled(node as Node, lanes),
  })),
  token_correct: one((node, lanes) => ({
    kernel: "token_correct",
    operands: ["y", "logits", "labels"],
    ints: labelled(node.inputs[0]!, lanes),
  })),
  sum_rows: one((node, lanes) => ({
    kernel: "sum_rows",
    operands: ["y", "x"],
    ints: { rows: node.inputs[0]!.type.shape[0]!, lanes },
  })),
  spread_rows: one((node, lanes) => ({
    kernel: "spread_rows",
    operands: ["y", "x"],
    ints: { rows: node.attributes.rows, lanes },
  })),
  select_positions: one((node, lanes) => ({
    kernel: "select_positions",
    operands: ["y", "x", "positions"],
    ints: { ...extents(node.inputs[0]!, lanes), picked: node.type.shape[1]! },
  })),
  select_positions_gradient: one((node, lanes) => ({
    kernel: "select_positions_gradient",
    operands: ["dx", "dy", "positions"],
    ints: { ...extents(node as Node, lanes), picked: node.inputs[0]!.type.shape[1]! },
  })),
  clip_factor: lowerClipFactor,
  scale_by: lowerScaleBy,
  pack_examples(lowering, node) {
    const [x] = node.inputs as [Node];
    const { batch, fill } = node.attributes;
    const operands = { y: result(lowering, node as Node), x: bufferOf(lowering, x), count: countInput(lowering) };
    emit(lowering, "pack_examples", operands, { ints: packing(lowering, x, node as Node, batch), floats: { fill } });
  },
  unpack_examples(lowering, node) {
    const [x] = node.inputs as [Node];
    const operands = { y: result(lowering, node as Node), x: bufferOf(lowering, x) };
    emit(lowering, "unpack_examples", operands, { ints: packing(lowering, node as Node, x, node.attributes.batch) });
  },
  whole_vector: lowerWholeVector,
  whole_vector_gradient: lowerWholeVectorGradient,
  carry_update(lowering, node) {
    const [state, x] = node.inputs.map((input) => bufferOf(lowering, input)) as [Buffer, Buffer];
    emit(lowering, "carry", { state, x }, { ints: { elements: state.elements } });
  },
};
