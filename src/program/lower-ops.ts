/** How each op becomes kernel calls: one row an op. */
import { OPS } from "../graph/ops/index.ts";
import type { Node, NodeOf, OpName, SequenceOpName } from "../graph/types.ts";
import { carriesBatch, sizeOf } from "../graph/types.ts";
import type { KernelName } from "./kernels.ts";
import {
  extents,
  lowerBatchNorm,
  lowerBatchNormInputGradient,
  lowerBatchNormSums,
  lowerBatchStatistics,
  lowerRow,
  lowerRunningUpdate,
  lowerStack,
} from "./lower-batch-norm.ts";
import { lowerConvolution, lowerConvolutionInputGradient } from "./lower-convolution.ts";
import { lowerConvolutionWeightGradient } from "./lower-convolution-gradient.ts";
import {
  lowerChannels,
  lowerColumn,
  lowerConcatenate,
  lowerImages,
  lowerLengths,
  lowerPad,
  lowerPool,
  lowerReshape,
} from "./lower-image.ts";
import { lowerInputGradient, lowerLinear, lowerWeightGradient } from "./lower-linear.ts";
import { lowerKeepLargest, lowerThreshold } from "./lower-mask.ts";
import { lowerFill, lowerNoise, lowerTotal } from "./lower-stochastic.ts";
import {
  bufferOf,
  claim,
  countInput,
  emit,
  flopsOf,
  hostInput,
  type Lowering,
  type LoweringRule,
  placeOf,
  result,
  temporary,
} from "./lowering.ts";

/** Ops that are one kernel of the same name. */
type OneKernel = Extract<Node, { readonly op: KernelName }>;

/** Those over every element of operands that are stored alike. */
const elementwise =
  (names: readonly string[]) =>
  (lowering: Lowering, node: OneKernel): void => {
    const buffers = node.inputs.map((input) => bufferOf(lowering, input));
    const { elements } = buffers[0]!;
    const y = claim(lowering, node, temporary(`${node.op}#${node.id}`, elements));
    const operands = Object.fromEntries(names.map((name, i) => [name, i === 0 ? y : buffers[i - 1]!]));
    const floats = { ...(node.attributes as Record<string, number>) };
    emit(lowering, node.op, operands, { ints: { elements }, floats, flops: flopsOf(lowering, node) });
  };

/** Those over `[features][lanes]`. */
const perLane =
  (names: readonly string[], { extent, of }: { extent: "classes" | "features"; of: number }) =>
  (lowering: Lowering, node: OneKernel): void => {
    const buffers = node.inputs.map((input) => bufferOf(lowering, input));
    const features = sizeOf((of < 0 ? node : node.inputs[of]!).type.shape);
    const y = result(lowering, node);
    const operands = Object.fromEntries(names.map((name, i) => [name, i === 0 ? y : buffers[i - 1]!]));
    const ints = { [extent]: features, lanes: lowering.lanes };
    emit(lowering, node.op, operands, { ints, flops: flopsOf(lowering, node) });
  };

const ofOne = elementwise(["y", "x"]);
const gradientAt = elementwise(["dx", "dy", "y"]);

const isImages = ({ type }: Node) => type.layout === "image";

/** A linear layer or a convolution, and what is fused to it. */
function lowerProduct(
  lowering: Lowering,
  node: Node,
  { product, ...fused }: { product: Node; bias?: Node; relu?: boolean },
): void {
  if (product.op === "convolution") lowerConvolution(lowering, node, { convolution: product, ...fused });
  else lowerLinear(lowering, node, { linear: product, ...fused });
}

/** The input gradient of a linear layer or of a convolution, to whose gradient another may be added. */
function lowerAnyInputGradient(
  lowering: Lowering,
  node: Node,
  { gradient, activation = null }: { gradient: Node; activation?: Node | null },
): void {
  if (gradient.op === "linear_input_gradient") lowerInputGradient(lowering, node, gradient, activation);
  else lowerConvolutionInputGradient(lowering, node, { ...summandsOf(lowering, gradient), activation });
}

/** A convolution's input gradient, and the other gradient where it stands in a sum. */
function summandsOf({ absorbed }: Lowering, node: Node) {
  if (node.op === "convolution_input_gradient") return { gradient: node, addend: null };
  const [a, b] = node.inputs as [Node, Node];
  const [convolution, addend] = absorbed.has(a) ? [a, b] : [b, a];
  return { gradient: convolution as NodeOf<"convolution_input_gradient">, addend };
}

/** The normalisation of an absorbed sum, and what is added to it. */
function residualOf({ absorbed }: Lowering, sum: Node): { norm: NodeOf<"batch_norm">; residual: Node } {
  const [a, b] = sum.inputs as [Node, Node];
  return absorbed.has(a) ? { norm: a as never, residual: b } : { norm: b as never, residual: a };
}

const lowerAdd: LoweringRule<"add"> = (lowering, node) => {
  if (!node.inputs.some((input) => lowering.absorbed.has(input))) return elementwise(["y", "a", "b"])(lowering, node);
  lowerAnyInputGradient(lowering, node, { gradient: node });
};

const lowerBias: LoweringRule<"bias"> = (lowering, node) => {
  const [x, b] = node.inputs as [Node, Node];
  if (lowering.absorbed.has(x)) return lowerProduct(lowering, node, { product: x, bias: b });
  const operands = { x: bufferOf(lowering, x), b: bufferOf(lowering, b), y: result(lowering, node) };
  if (isImages(x)) {
    const ints = extents(lowering, x);
    return emit(lowering, "bias_images", operands, { ints, flops: flopsOf(lowering, node) });
  }
  const ints = { features: sizeOf(node.type.shape), lanes: lowering.lanes };
  emit(lowering, "bias", operands, { ints, flops: flopsOf(lowering, node) });
};

const lowerRelu: LoweringRule<"relu"> = (lowering, node) => {
  const [x] = node.inputs as [Node];
  if (!lowering.absorbed.has(x)) return ofOne(lowering, node);
  if (x.op === "bias") return lowerProduct(lowering, node, { product: x.inputs[0]!, bias: x.inputs[1]!, relu: true });
  if (x.op === "batch_norm") return lowerBatchNorm(lowering, node, { norm: x, relu: true });
  const { norm, residual } = residualOf(lowering, x);
  lowerBatchNorm(lowering, node, { norm, residual, relu: true });
};

const lowerReluGradient: LoweringRule<"relu_gradient"> = (lowering, node) => {
  const [dy, y] = node.inputs as [Node, Node];
  if (lowering.absorbed.has(dy)) return lowerAnyInputGradient(lowering, node, { gradient: dy, activation: y });
  gradientAt(lowering, node);
};

type Update = NodeOf<"sgd_update" | "sgdw_update" | "sgdp_update" | "adam_update">;

const lowerUpdate =
  (names: readonly string[]) =>
  (lowering: Lowering, node: Update): void => {
    const buffers = node.inputs.map((input) => bufferOf(lowering, input));
    const operands = Object.fromEntries(names.map((name, i) => [name, buffers[i] ?? null]));
    const { elements } = buffers[0]!;
    const values = Object.entries(node.attributes).map(([name, value]) => [name, Number(value)] as const);
    const floats = Object.fromEntries(values);
    const flops =
      (elements * OPS[node.op].flops([node.inputs[0]!.type], 1, node.attributes as never)) / sizeOf(node.type.shape);
    emit(lowering, node.op, operands, { ints: { ...floats, elements }, floats, flops });
  };

const updateSgd = lowerUpdate(["w", "control", "g", "m"]);

type Rules<Names extends OpName> = { readonly [K in Names]: LoweringRule<K> };

const own: Rules<Exclude<OpName, SequenceOpName>> = {
  images: (lowering, node) => lowerImages(lowering, node, node),
  column: lowerColumn,
  lengths: lowerLengths,
  input(lowering, node) {
    const { name, shape } = node.attributes;
    const elements = sizeOf(shape) * (carriesBatch(node.type) ? lowering.lanes : 1);
    claim(lowering, node, hostInput(lowering, name, elements, name.endsWith("counter") ? "i32" : "f32"));
  },
  parameter: (lowering, node) => {
    claim(lowering, node, placeOf(lowering, node).buffer);
  },
  statistic: (lowering, node) => {
    claim(lowering, node, placeOf(lowering, node).buffer);
  },
  slot: (lowering, node) => {
    claim(lowering, node, placeOf(lowering, node).slots.get(node.attributes.name)!);
  },
  linear: (lowering, node) => lowerLinear(lowering, node, { linear: node }),
  linear_input_gradient: (lowering, node) => lowerInputGradient(lowering, node, node, null),
  linear_weight_gradient: lowerWeightGradient,
  convolution: (lowering, node) => lowerConvolution(lowering, node, { convolution: node }),
  convolution_input_gradient: (lowering, node) => lowerAnyInputGradient(lowering, node, { gradient: node }),
  convolution_weight_gradient: lowerConvolutionWeightGradient,
  batch_statistics: lowerBatchStatistics,
  stack: lowerStack,
  row: lowerRow,
  batch_norm: (lowering, node) => lowerBatchNorm(lowering, node, { norm: node }),
  batch_norm_sums: lowerBatchNormSums,
  batch_norm_input_gradient: lowerBatchNormInputGradient,
  running_update: lowerRunningUpdate,
  max_pool: lowerPool,
  max_pool_gradient: lowerPool,
  average_pool: lowerPool,
  average_pool_gradient: lowerPool,
  concatenate: lowerConcatenate,
  channels: lowerChannels,
  pad: lowerPad,
  bias: lowerBias,
  bias_gradient(lowering, node) {
    const [dy] = node.inputs as [Node];
    const operands = { db: result(lowering, node), dy: bufferOf(lowering, dy) };
    if (isImages(dy)) {
      const ints = extents(lowering, dy);
      return emit(lowering, "bias_gradient_images", operands, { ints, flops: flopsOf(lowering, node) });
    }
    const ints = { outputs: sizeOf(node.type.shape), lanes: lowering.lanes };
    emit(lowering, "bias_gradient", operands, { ints, flops: flopsOf(lowering, node) });
  },
  flatten: lowerReshape,
  reshape: lowerReshape,
  relu: lowerRelu,
  relu_gradient: lowerReluGradient,
  tanh: ofOne,
  tanh_gradient: gradientAt,
  sigmoid: ofOne,
  sigmoid_gradient: gradientAt,
  elu: ofOne,
  elu_gradient: gradientAt,
  scale: ofOne,
  add: lowerAdd,
  multiply: elementwise(["y", "a", "b"]),
  divide: elementwise(["y", "a", "b"]),
  affine: ofOne,
  exp: ofOne,
  log: ofOne,
  square_root: ofOne,
  clip: ofOne,
  clip_gradient: elementwise(["dx", "dy", "x"]),
  is_below: ofOne,
  magnitude_threshold: lowerThreshold,
  keep_largest: lowerKeepLargest,
  magnitude_gradient: elementwise(["dx", "dy", "x"]),
  bernoulli_mask: elementwise(["y", "p", "u"]),
  signed_mask: ofOne,
  total: lowerTotal,
  fill: lowerFill,
  gaussian_noise: lowerNoise,
  uniform_noise: lowerNoise,
  dropout(lowering, node) {
    const [x, counter] = node.inputs.map((input) => bufferOf(lowering, input)) as [never, never];
    const { rate, index } = node.attributes;
    const ints = { features: sizeOf(node.type.shape), lanes: lowering.lanes, index };
    const operands = { y: result(lowering, node), x, counter };
    emit(lowering, "dropout", operands, { ints, floats: { rate }, flops: flopsOf(lowering, node) });
  },
  one_hot: perLane(["y", "labels"], { extent: "classes", of: -1 }),
  mean_gradient(lowering, node) {
    const operands = { dy: result(lowering, node), count: countInput(lowering) };
    emit(lowering, "mean_gradient", operands, { ints: { lanes: lowering.lanes } });
  },
  softmax_cross_entropy: perLane(["loss", "logits", "labels"], { extent: "classes", of: 0 }),
  softmax_cross_entropy_gradient: perLane(["dx", "dy", "logits", "labels"], {
    extent: "classes",
    of: 1,
  }),
  binary_cross_entropy: perLane(["loss", "x", "target"], { extent: "features", of: 0 }),
  binary_cross_entropy_gradient: perLane(["dx", "dy", "x", "target"], {
    extent: "features",
    of: 1,
  }),
  mean_squared_error: perLane(["loss", "x", "target"], { extent: "features", of: 0 }),
  mean_squared_error_gradient: perLane(["dx", "dy", "x", "target"], {
    extent: "features",
    of: 1,
  }),
  correct(lowering, node) {
    const [logits, labels] = node.inputs as [Node, Node];
    const operands = {
      y: result(lowering, node),
      logits: bufferOf(lowering, logits),
      labels: bufferOf(lowering, labels),
    };
    const ints = { classes: sizeOf(logits.type.shape), lanes: lowering.lanes, top: node.attributes.top };
    emit(lowering, "correct", operands, { ints, flops: flopsOf(lowering, node) });
  },
  sgd_update: updateSgd,
  sgdp_update: updateSgd,
  sgdw_update: updateSgd,
  adam_update: lowerUpdate(["w", "control", "g", "m", "v"]),
};

/** Those of sequences are there once they are added. */
export const LOWER = own as Rules<OpName>;

/** Adds the rules of sequences. */
export function addLowering(rules: Rules<SequenceOpName>): void {
  Object.assign(LOWER, rules);
}
