/** How each op becomes kernel calls: one row an op. */
import { OPS } from "../graph/ops/index.ts";
import type { Node, NodeOf, OpName } from "../graph/types.ts";
import { sizeOf } from "../graph/types.ts";
import type { KernelName } from "./kernels.ts";
import { lowerInputGradient, lowerLinear, lowerWeightGradient } from "./lower-linear.ts";
import {
  bufferOf,
  claim,
  countInput,
  emit,
  hostInput,
  indicesInput,
  type Lowering,
  type LoweringRule,
  placeOf,
  result,
  temporary,
} from "./lowering.ts";

/** Floating-point operations of a value node over all lanes. */
function flopsOf({ lanes }: Lowering, node: Node): number {
  const flops = OPS[node.op].flops(
    node.inputs.map((input) => input.type),
    1,
  );
  return flops * lanes;
}

/** Ops that are one kernel of the same name over every element of operands that are stored alike. */
function elementwise<K extends KernelName & OpName>(kernel: K, names: readonly string[]): LoweringRule<K> {
  return (lowering, node) => {
    const buffers = node.inputs.map((input) => bufferOf(lowering, input));
    const { elements } = buffers[0]!;
    const y = claim(lowering, node as Node, temporary(`${node.op}#${node.id}`, elements));
    const operands = Object.fromEntries(names.map((name, i) => [name, i === 0 ? y : buffers[i - 1]!]));
    const floats = { ...(node.attributes as Record<string, number>) };
    emit(lowering, kernel, operands, { ints: { elements }, floats, flops: flopsOf(lowering, node as Node) });
  };
}

/** Ops that are one kernel of the same name over `[features][lanes]`. */
function perLane<K extends KernelName & OpName>(
  kernel: K,
  names: readonly string[],
  { extent, of }: { extent: "classes" | "features"; of: number },
): LoweringRule<K> {
  return (lowering, node) => {
    const buffers = node.inputs.map((input) => bufferOf(lowering, input));
    const features = sizeOf((of < 0 ? (node as Node) : node.inputs[of]!).type.shape);
    const y = result(lowering, node as Node);
    const operands = Object.fromEntries(names.map((name, i) => [name, i === 0 ? y : buffers[i - 1]!]));
    const ints = { [extent]: features, lanes: lowering.lanes };
    emit(lowering, kernel, operands, { ints, flops: flopsOf(lowering, node as Node) });
  };
}

/** Ops that rename axes share their operand's buffer. */
const alias = (lowering: Lowering, node: Node) => {
  claim(lowering, node, bufferOf(lowering, node.inputs[0]!));
};

const lowerBias: LoweringRule<"bias"> = (lowering, node) => {
  const [x, b] = node.inputs as [Node, Node];
  if (lowering.absorbed.has(x)) return lowerLinear(lowering, node, { linear: x, bias: b });
  const operands = { x: bufferOf(lowering, x), b: bufferOf(lowering, b), y: result(lowering, node) };
  const ints = { features: sizeOf(node.type.shape), lanes: lowering.lanes };
  emit(lowering, "bias", operands, { ints, flops: flopsOf(lowering, node) });
};

const lowerRelu: LoweringRule<"relu"> = (lowering, node) => {
  const [x] = node.inputs as [Node];
  if (!lowering.absorbed.has(x)) return elementwise("relu", ["y", "x"])(lowering, node);
  lowerLinear(lowering, node, { linear: x.inputs[0]!, bias: x.inputs[1]!, relu: true });
};

const lowerReluGradient: LoweringRule<"relu_gradient"> = (lowering, node) => {
  const [dy, y] = node.inputs as [Node, Node];
  if (lowering.absorbed.has(dy)) return lowerInputGradient(lowering, node, dy, y);
  elementwise("relu_gradient", ["dx", "dy", "y"])(lowering, node);
};

const lowerUpdate =
  (kernel: "sgd_update" | "adam_update", names: readonly string[]) =>
  (lowering: Lowering, node: NodeOf<"sgd_update"> | NodeOf<"adam_update">) => {
    const buffers = node.inputs.map((input) => bufferOf(lowering, input));
    const operands = Object.fromEntries(names.map((name, i) => [name, buffers[i] ?? null]));
    const { elements } = buffers[0]!;
    const values = Object.entries(node.attributes);
    const ints = Object.fromEntries(values.map(([name, value]) => [name, Number(value)]));
    const floats = Object.fromEntries(values.map(([name, value]) => [name, Number(value)]));
    const flops = (elements * OPS[kernel].flops([node.inputs[0]!.type], 1)) / sizeOf(node.type.shape);
    emit(lowering, kernel, operands, { ints: { ...ints, elements }, floats, flops });
  };

export const LOWER: { readonly [K in OpName]: LoweringRule<K> } = {
  images(lowering, node) {
    const { scale, shift, plane } = lowering.shared.normalisation;
    const operands = {
      x: result(lowering, node),
      indices: indicesInput(lowering),
      count: countInput(lowering),
      scale: lowering.shared.constant("images.scale", scale),
      shift: lowering.shared.constant("images.shift", shift),
    };
    const ints = { features: sizeOf(node.type.shape), plane, lanes: lowering.lanes };
    emit(lowering, "gather_images", operands, { ints });
  },
  labels(lowering, node) {
    const operands = {
      labels: result(lowering, node),
      indices: indicesInput(lowering),
      count: countInput(lowering),
    };
    emit(lowering, "gather_labels", operands, { ints: { lanes: lowering.lanes } });
  },
  input(lowering, node) {
    const { name, shape, lanes } = node.attributes;
    const elements = sizeOf(shape) * (lanes ? lowering.lanes : 1);
    claim(lowering, node, hostInput(lowering, name, elements, name === "counter" ? "i32" : "f32"));
  },
  parameter: (lowering, node) => {
    claim(lowering, node, placeOf(lowering, node).buffer);
  },
  slot: (lowering, node) => {
    claim(lowering, node, placeOf(lowering, node).slots.get(node.attributes.name)!);
  },
  linear: (lowering, node) => lowerLinear(lowering, node, { linear: node }),
  linear_input_gradient: (lowering, node) => lowerInputGradient(lowering, node, node, null),
  linear_weight_gradient: lowerWeightGradient,
  bias: lowerBias,
  bias_gradient(lowering, node) {
    const operands = { db: result(lowering, node), dy: bufferOf(lowering, node.inputs[0]!) };
    const ints = { outputs: sizeOf(node.type.shape), lanes: lowering.lanes };
    emit(lowering, "bias_gradient", operands, { ints, flops: flopsOf(lowering, node) });
  },
  flatten: alias,
  reshape: alias,
  relu: lowerRelu,
  relu_gradient: lowerReluGradient,
  tanh: elementwise("tanh", ["y", "x"]),
  tanh_gradient: elementwise("tanh_gradient", ["dx", "dy", "y"]),
  sigmoid: elementwise("sigmoid", ["y", "x"]),
  sigmoid_gradient: elementwise("sigmoid_gradient", ["dx", "dy", "y"]),
  scale: elementwise("scale", ["y", "x"]),
  add: elementwise("add", ["y", "a", "b"]),
  dropout(lowering, node) {
    const [x, counter] = node.inputs.map((input) => bufferOf(lowering, input)) as [never, never];
    const { rate, index } = node.attributes;
    const ints = { features: sizeOf(node.type.shape), lanes: lowering.lanes, index };
    const operands = { y: result(lowering, node), x, counter };
    emit(lowering, "dropout", operands, { ints, floats: { rate }, flops: flopsOf(lowering, node) });
  },
  one_hot: perLane("one_hot", ["y", "labels"], { extent: "classes", of: -1 }),
  mean_gradient(lowering, node) {
    const operands = { dy: result(lowering, node), count: countInput(lowering) };
    emit(lowering, "mean_gradient", operands, { ints: { lanes: lowering.lanes } });
  },
  softmax_cross_entropy: perLane("softmax_cross_entropy", ["loss", "logits", "labels"], { extent: "classes", of: 0 }),
  softmax_cross_entropy_gradient: perLane("softmax_cross_entropy_gradient", ["dx", "dy", "logits", "labels"], {
    extent: "classes",
    of: 1,
  }),
  mean_squared_error: perLane("mean_squared_error", ["loss", "x", "target"], { extent: "features", of: 0 }),
  mean_squared_error_gradient: perLane("mean_squared_error_gradient", ["dx", "dy", "x", "target"], {
    extent: "features",
    of: 1,
  }),
  correct: perLane("correct", ["y", "logits", "labels"], { extent: "classes", of: 0 }),
  sgd_update: lowerUpdate("sgd_update", ["w", "control", "g", "m"]),
  adam_update: lowerUpdate("adam_update", ["w", "control", "g", "m", "v"]),
};
