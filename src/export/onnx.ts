/** Exports a network as an ONNX file whose input is raw images, so that any runtime scores them as Tombola does. */

import { fail } from "../base/errors.ts";
import { createGraph } from "../graph/graph.ts";
import type { Node, NodeOf, OpName, Pair, PoolAttributes } from "../graph/types.ts";
import { reachedFrom } from "../graph/walk.ts";
import { hostInput } from "../model/input.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import { createScope } from "../model/scope.ts";
import { type Attribute, type Constant, encodeModel, type OnnxNode } from "./onnx-messages.ts";

/** What to export. */
export interface OnnxExport {
  readonly model: Model;
  /** Pruned entries are the zeros that they are here. */
  readonly weights: Weights;
  /** Per channel, what images scaled to 0..1 are normalised with. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Free text that the file keeps. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One operator as a row says it: operands among the graph's nodes, then constants, then attributes. */
interface Operator {
  readonly op: string;
  readonly inputs?: readonly Node[];
  readonly constants?: readonly Constant[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** Finds the stored values of a parameter or statistic as a constant of the file. */
type Values = (node: Node) => Constant;
type Row<K extends OpName> = (node: NodeOf<K>, values: Values, bias: Node | null) => Operator;

const plain =
  (op: string): ((node: Node) => Operator) =>
  ({ inputs }) => ({ op, inputs });

const window = ({ kernel, stride, padding }: PoolAttributes) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: bothSides(padding),
});
const bothSides = ([rows, columns]: Pair) => [rows, columns, rows, columns];

/** How each op is said in ONNX; a new one is one row. A bias behind a product is given to the product's row. */
const ROWS: { readonly [K in OpName]?: Row<K> } = {
  flatten: ({ inputs }) => ({ op: "Flatten", inputs, attributes: { axis: 1 } }),
  relu: plain("Relu"),
  tanh: plain("Tanh"),
  sigmoid: plain("Sigmoid"),
  add: plain("Add"),
  linear: ({ inputs: [x, w] }, values, bias) => ({
    op: "Gemm",
    inputs: [x!],
    constants: [values(w!), ...(bias ? [values(bias)] : [])],
    attributes: { transB: 1 },
  }),
  convolution({ inputs: [x, w], attributes: { stride, padding, dilation, groups } }, values, bias) {
    const attributes = { strides: stride, pads: bothSides(padding), dilations: dilation, group: groups };
    return { op: "Conv", inputs: [x!], constants: [values(w!), ...(bias ? [values(bias)] : [])], attributes };
  },
  batch_norm({ inputs: [x, statistics, gamma, beta], attributes: { epsilon } }, values) {
    const constants = [gamma!, beta!, ...statistics!.inputs].map(values);
    return { op: "BatchNormalization", inputs: [x!], constants, attributes: { epsilon: { float: epsilon } } };
  },
  max_pool: ({ inputs, attributes }) => ({ op: "MaxPool", inputs, attributes: window(attributes) }),
  average_pool: ({ inputs, attributes }) => ({
    op: "AveragePool",
    inputs,
    attributes: { ...window(attributes), count_include_pad: 1 },
  }),
  concatenate: ({ inputs }) => ({ op: "Concat", inputs, attributes: { axis: 1 } }),
  pad({ id, inputs, attributes: { channels, rows, columns } }) {
    const around = [channels, rows, columns];
    const pads = [0, ...around.map(([before]) => before), 0, ...around.map(([, after]) => after)];
    return {
      op: "Pad",
      inputs,
      constants: [{ name: `pads ${id}`, shape: [8], data: BigInt64Array.from(pads, BigInt) }],
    };
  },
};

/** Nodes that another one's row takes in. */
const isProduct = (node: Node) => node.op === "linear" || node.op === "convolution";
const isConstant = ({ op }: Node) => op === "parameter" || op === "statistic" || op === "stack";

/**
 * The bytes of an ONNX file (opset 17) that takes `pixels`, float32 `[N, channels, height, width]` scaled to 0..1,
 * and gives `logits`, the main head, float32 `[N, outputs]`. Throws `usage` for a model with an op that the export does not know, and
 * `data` where a parameter or a channel's normalisation is missing.
 */
export function encodeOnnx({ model, weights, mean, std, metadata = {} }: OnnxExport): Uint8Array {
  const graph = createGraph();
  const images = hostInput(graph, model.input);
  const { output: logits } = model.apply(createScope(graph), images, { training: false });
  const nameOf = (node: Node) => (node === logits ? "logits" : `${node.op} ${node.id}`);
  const live = reachedFrom([logits]).filter((node) => node !== images && !isConstant(node));
  const nodes = live
    .filter((node) => !live.some((user) => user.op === "bias" && user.inputs[0] === node && isProduct(node)))
    .map((node) =>
      named(
        node,
        operatorOf(node, (parameter) => constantOf(parameter, weights)),
        nameOf,
      ),
    );
  return encodeModel({
    name: model.name,
    nodes: [...normalisation(model, { mean, std }, nameOf(images)), ...nodes],
    input: { name: "pixels", shape: model.input },
    output: { name: "logits", shape: [model.outputs] },
    metadata,
  });
}

function operatorOf(node: Node, values: Values): Operator {
  const isFused = node.op === "bias" && isProduct(node.inputs[0]!);
  const product = isFused ? node.inputs[0]! : node;
  const row = ROWS[product.op] as Row<OpName> | undefined;
  if (row) return row(product, values, isFused ? node.inputs[1]! : null);
  const rule = `ops must be among ${Object.keys(ROWS).join(", ")} to be exported`;
  return fail("usage", "ONNX", { rule, got: node.op, remedy: "Export it as safetensors" });
}

const named = (
  node: Node,
  { op, inputs = [], constants = [], attributes = {} }: Operator,
  nameOf: (node: Node) => string,
): OnnxNode => ({
  op,
  inputs: inputs.map(nameOf),
  constants,
  attributes,
  output: nameOf(node),
});

function constantOf(node: Node, weights: Weights): Constant {
  const { name } = node.attributes as { name: string };
  const data = weights.get(name) ?? fail("data", "ONNX", { rule: "network must have every parameter", got: name });
  return { name, shape: node.type.shape, data };
}

/** (pixels - mean) / std, as two operators. */
function normalisation(
  { input: [channels] }: Model,
  { mean, std }: Pick<OnnxExport, "mean" | "std">,
  output: string,
): OnnxNode[] {
  const perChannel = (name: string, values: readonly number[]): Constant[] => {
    if (values.length !== channels)
      fail("data", name, { rule: `values must be ${channels}, one a channel`, got: values.length });
    return [{ name, shape: [1, channels, 1, 1], data: Float32Array.from(values) }];
  };
  return [
    { op: "Sub", inputs: ["pixels"], constants: perChannel("mean", mean), attributes: {}, output: "centred" },
    { op: "Div", inputs: ["centred"], constants: perChannel("std", std), attributes: {}, output },
  ];
}
