/** How each op becomes kernel calls: one row an op. */
import { opFlops } from "../graph/ops/index.ts";
import type { AddedOpName, Node, NodeOf, OpName } from "../graph/types.ts";
import { carriesBatch, sizeOf } from "../graph/types.ts";
import type { Buffer } from "./buffers.ts";
import { KERNELS, type KernelName } from "./kernels.ts";
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

/** The operands of the kernel that has an op's name: the result, then what the op takes, in its order. */
function operandsOf(lowering: Lowering, kernel: KernelName, { y, inputs }: { y: Buffer; inputs: readonly Node[] }) {
  const buffers = [y, ...inputs.map((input) => bufferOf(lowering, input))];
  return Object.fromEntries(KERNELS[kernel].operands.map(({ name }, i) => [name, buffers[i]!]));
}

/** Ops that are one kernel of the same name over every element of operands that are stored alike. */
function elementwise<K extends KernelName & OpName>(lowering: Lowering, node: NodeOf<K>): void {
  const { elements } = bufferOf(lowering, node.inputs[0]!);
  const y = claim(lowering, node as Node, temporary(`${node.op}#${node.id}`, elements));
  const floats = { ...(node.attributes as Record<string, number>) };
  const flops = flopsOf(lowering, node as Node);
  const { inputs, op } = node;
  emit(lowering, op, operandsOf(lowering, op, { y, inputs }), { ints: { elements }, floats, flops });
}

/** Ops that are one kernel of the same name over `[features][lanes]`, of which operand number `of` has as many. */
function perLane<K extends KernelName & OpName>(extent: "classes" | "features", of: number): LoweringRule<K> {
  return (lowering, node) => {
    const { inputs, op } = node;
    const features = sizeOf((of < 0 ? (node as Node) : inputs[of]!).type.shape);
    const operands = operandsOf(lowering, op, { y: result(lowering, node as Node), inputs });
    const ints = { [extent]: features, lanes: lowering.lanes };
    emit(lowering, op, operands, { ints, flops: flopsOf(lowering, node as Node) });
  };
}

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
  if (!node.inputs.some((input) => lowering.absorbed.has(input))) return elementwise(lowering, node);
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
  if (!lowering.absorbed.has(x)) return elementwise(lowering, node);
  if (x.op === "bias") return lowerProduct(lowering, node, { product: x.inputs[0]!, bias: x.inputs[1]!, relu: true });
  if (x.op === "batch_norm") return lowerBatchNorm(lowering, node, { norm: x, relu: true });
  const { norm, residual } = residualOf(lowering, x);
  lowerBatchNorm(lowering, node, { norm, residual, relu: true });
};

const lowerReluGradient: LoweringRule<"relu_gradient"> = (lowering, node) => {
  const [dy, y] = node.inputs as [Node, Node];
  if (lowering.absorbed.has(dy)) return lowerAnyInputGradient(lowering, node, { gradient: dy, activation: y });
  elementwise(lowering, node);
};

type UpdateKernel = "sgd_update" | "sgdw_update" | "sgdp_update" | "adam_update";

/** An update writes its first operand in place, and may do without its last. */
function lowerUpdate<K extends UpdateKernel>(lowering: Lowering, { op, inputs, attributes, type }: NodeOf<K>): void {
  const buffers = inputs.map((input) => bufferOf(lowering, input));
  const operands = Object.fromEntries(KERNELS[op].operands.map(({ name }, i) => [name, buffers[i] ?? null]));
  const { elements } = buffers[0]!;
  const numbers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, Number(value)]));
  const flops = (elements * opFlops<UpdateKernel>(op, [inputs[0]!.type], { attributes })) / sizeOf(type.shape);
  emit(lowering, op, operands, { ints: { ...numbers, elements }, floats: numbers, flops });
}

type Rules<Names extends OpName> = { readonly [K in Names]: LoweringRule<K> };

const own: Rules<Exclude<OpName, AddedOpName>> = {
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
  tanh: elementwise,
  tanh_gradient: elementwise,
  sigmoid: elementwise,
  sigmoid_gradient: elementwise,
  elu: elementwise,
  elu_gradient: elementwise,
  scale: elementwise,
  add: lowerAdd,
  multiply: elementwise,
  divide: elementwise,
  affine: elementwise,
  exp: elementwise,
  log: elementwise,
  square_root: elementwise,
  clip: elementwise,
  clip_gradient: elementwise,
  is_below: elementwise,
  magnitude_threshold: lowerThreshold,
  keep_largest: lowerKeepLargest,
  magnitude_gradient: elementwise,
  bernoulli_mask: elementwise,
  signed_mask: elementwise,
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
  one_hot: perLane("classes", -1),
  mean_gradient(lowering, node) {
    const operands = { dy: result(lowering, node), count: countInput(lowering) };
    emit(lowering, "mean_gradient", operands, { ints: { lanes: lowering.lanes } });
  },
  softmax_cross_entropy: perLane("classes", 0),
  softmax_cross_entropy_gradient: perLane("classes", 1),
  binary_cross_entropy: perLane("features", 0),
  binary_cross_entropy_gradient: perLane("features", 1),
  mean_squared_error: perLane("features", 0),
  mean_squared_error_gradient: perLane("features", 1),
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
  sgd_update: lowerUpdate,
  sgdp_update: lowerUpdate,
  sgdw_update: lowerUpdate,
  adam_update: lowerUpdate,
};

/** Those of sequences and of views are there once they are added. */
export const LOWER = own as Rules<OpName>;

/** Adds the rules of a group. */
export function addLowering<Names extends AddedOpName>(rules: Rules<Names>): void {
  Object.assign(LOWER, rules);
}
