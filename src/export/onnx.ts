/**
 * Exports a network as an ONNX file whose input is raw images or features and whose output is in the targets' own unit, so
 * that any runtime scores them as Tombola does.
 */

import { fail } from "../base/errors.ts";
import type { Dataset, Statistics } from "../dataset/dataset.ts";
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
  /** What the input is standardised by: images by channel, bytes scaled to 0..1 and floats as they are, features one by one. */
  readonly input: Statistics;
  /** What regression targets are standardised by; absent where the output is logits. */
  readonly output?: Statistics | undefined;
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
  reshape: ({ id, inputs, type: { shape } }) => ({
    op: "Reshape",
    inputs,
    // 0 is the batch as it is.
    constants: [{ name: `shape ${id}`, shape: [1 + shape.length], data: BigInt64Array.from([0, ...shape], BigInt) }],
  }),
  relu: plain("Relu"),
  tanh: plain("Tanh"),
  sigmoid: plain("Sigmoid"),
  elu: plain("Elu"),
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

/** What input and output of networks for a data set are standardised by; its floats are standardised already. */
export function standardsOf({
  mean,
  std,
  standardised,
}: Pick<Dataset, "mean" | "std" | "standardised">): Pick<OnnxExport, "input" | "output"> {
  const input = mean && std ? { mean, std } : standardised?.features;
  if (!input) return fail("data", "ONNX", { rule: "data set must say what its inputs are standardised by" });
  return { input, output: standardised?.targets };
}

/**
 * The bytes of an ONNX file (opset 17) that takes `pixels`, float32 `[N, channels, height, width]`, bytes scaled to 0..1, or
 * `features`, float32 `[N, features]`. It gives the main head, float32 `[N, outputs]`: `logits`, or with `output` standards
 * `output` in the targets' own unit. Throws `usage` for a model with an op that the export does not know, and `data` where a
 * parameter or what an entry is standardised by is missing.
 */
export function encodeOnnx({ model, weights, input, output, metadata = {} }: OnnxExport): Uint8Array {
  const graph = createGraph();
  const inputs = hostInput(graph, model.input);
  const { output: head } = model.apply(createScope(graph), inputs, { training: false });
  const headName = output ? "standardised output" : "logits";
  const nameOf = (node: Node) => (node === head ? headName : `${node.op} ${node.id}`);
  const live = reachedFrom([head]).filter((node) => node !== inputs && !isConstant(node));
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
    nodes: [...standardisation(model, input, nameOf(inputs)), ...nodes, ...(output ? ownUnit(model, output) : [])],
    inputs: [{ name: inputName(model), shape: model.input }],
    output: { name: output ? "output" : headName, shape: [model.outputs] },
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
  inputs: [...inputs.map(nameOf), ...constants],
  attributes,
  output: nameOf(node),
});

/** The stored values of a parameter; throws `data` where the network has none. */
export function constantOf(node: Node, weights: Weights): Constant {
  const { name } = node.attributes as { name: string };
  const data = weights.get(name) ?? fail("data", "ONNX", { rule: "network must have every parameter", got: name });
  return { name, shape: node.type.shape, data };
}

const isImage = ({ input }: Model) => input.length === 3;
const inputName = (model: Model) => (isImage(model) ? "pixels" : "features");

/** (input - mean) / std, as two operators. */
function standardisation(model: Model, { mean, std }: Statistics, output: string): OnnxNode[] {
  const [entries] = model.input as [number];
  const shape = isImage(model) ? [1, entries, 1, 1] : [1, entries];
  const one = isImage(model) ? "a channel" : "a feature";
  const constants = (name: string, values: readonly number[]) => [constant(name, { values, shape, entries, one })];
  const centred = { op: "Sub", inputs: [inputName(model), ...constants("mean", mean)], output: "centred" };
  // A constant feature's std is Infinity, whose inverse is a plain 0; the engines multiply features by the inverse too.
  const scaled = isImage(model)
    ? { op: "Div", constants: constants("std", std) }
    : {
        op: "Mul",
        constants: constants(
          "scale",
          std.map((deviation) => 1 / deviation),
        ),
      };
  return [
    { ...centred, attributes: {} },
    { op: scaled.op, inputs: ["centred", ...scaled.constants], attributes: {}, output },
  ];
}

/** Output * std + mean: the targets' own unit. */
export function ownUnit({ outputs: entries }: Pick<Model, "outputs">, { mean, std }: Statistics): OnnxNode[] {
  const constants = (name: string, values: readonly number[]) => [
    constant(name, { values, shape: [1, entries], entries, one: "a target" }),
  ];
  const unit = { inputs: ["standardised output", ...constants("target std", std)], output: "scaled output" };
  const offset = { inputs: ["scaled output", ...constants("target mean", mean)], output: "output" };
  return [
    { op: "Mul", ...unit, attributes: {} },
    { op: "Add", ...offset, attributes: {} },
  ];
}

interface Entries {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly entries: number;
  /** What a value is for. */
  readonly one: string;
}

function constant(name: string, { values, shape, entries, one }: Entries): Constant {
  if (values.length !== entries)
    fail("data", name, { rule: `values must be ${entries}, one ${one}`, got: values.length });
  return { name, shape, data: Float32Array.from(values) };
}
