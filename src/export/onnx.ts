/** Exports a network as an ONNX file whose input is raw images, so that any runtime scores them as Tombola does. */

import { fail } from "../base/errors.ts";
import { type Attribute, type Constant, encodeModel, type OnnxNode } from "./onnx-messages.ts";

/** A fully connected layer; `weight` is `[outputs, inputs]`, and pruned entries are zeros of it. */
interface LinearLayer {
  readonly kind: "linear";
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array | null;
}

/** A layer of the exported network. */
export type OnnxLayer = LinearLayer | { readonly kind: "flatten" | "relu" | "tanh" | "sigmoid" };

/** What to export. */
export interface OnnxExport {
  readonly name: string;
  /** Images `[channels, height, width]`, and the mean and deviation per channel that they are normalised with. */
  readonly input: {
    readonly shape: readonly [number, number, number];
    readonly mean: readonly number[];
    readonly std: readonly number[];
  };
  readonly layers: readonly OnnxLayer[];
  /** Free text that the file keeps. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One operator, with the shape of its result but for the batch. */
interface Operator {
  readonly op: string;
  readonly constants?: readonly Constant[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly shape: readonly number[];
}

type Shape = readonly number[];

/** How each kind of layer is said in ONNX; a new kind is one row. */
const OPERATORS: { [K in OnnxLayer["kind"]]: (layer: OnnxLayer & { kind: K }, shape: Shape) => Operator } = {
  flatten: (_, shape) => ({ op: "Flatten", attributes: { axis: 1 }, shape: [shape.reduce((a, b) => a * b, 1)] }),
  linear: gemm,
  relu: (_, shape) => ({ op: "Relu", shape }),
  tanh: (_, shape) => ({ op: "Tanh", shape }),
  sigmoid: (_, shape) => ({ op: "Sigmoid", shape }),
};

/**
 * The bytes of an ONNX file (opset 17) that takes `pixels`, float32 `[N, channels, height, width]` scaled to 0..1,
 * and gives `logits`, float32 `[N, classes]`. Throws `data` for layers that do not fit one another.
 */
export function encodeOnnx({ name, input, layers, metadata = {} }: OnnxExport): Uint8Array {
  let shape: Shape = input.shape;
  const operators = layers.map((layer) => {
    const operator = (OPERATORS[layer.kind] as (layer: OnnxLayer, shape: Shape) => Operator)(layer, shape);
    shape = operator.shape;
    return operator;
  });
  return encodeModel({
    name,
    nodes: chain([...normalisation(input), ...operators]),
    input: { name: "pixels", shape: input.shape },
    output: { name: "logits", shape },
    metadata,
  });
}

function normalisation({ shape, mean, std }: OnnxExport["input"]): Operator[] {
  const perChannel = (name: string, values: readonly number[]): Constant[] => {
    if (values.length !== shape[0])
      fail("data", name, { rule: `values must be ${shape[0]}, one a channel`, got: values.length });
    return [{ name, shape: [1, shape[0], 1, 1], data: Float32Array.from(values) }];
  };
  return [
    { op: "Sub", constants: perChannel("mean", mean), shape },
    { op: "Div", constants: perChannel("std", std), shape },
  ];
}

function gemm({ name, inputs, outputs, weight, bias }: LinearLayer, shape: Shape): Operator {
  if (shape.length !== 1 || shape[0] !== inputs) {
    fail("data", name, { rule: `the layer before must give [${inputs}]`, got: `[${shape}]` });
  }
  const constants = [constant(`${name}.weight`, [outputs, inputs], weight)];
  if (bias) constants.push(constant(`${name}.bias`, [outputs], bias));
  return { op: "Gemm", constants, attributes: { transB: 1 }, shape: [outputs] };
}

function constant(name: string, shape: Shape, data: Float32Array): Constant {
  const size = shape.reduce((a, b) => a * b, 1);
  if (data.length !== size) fail("data", name, { rule: `values of [${shape}] must be ${size}`, got: data.length });
  return { name, shape, data };
}

/** Each operator takes what the one before gives. */
function chain(operators: readonly Operator[]): OnnxNode[] {
  const output = (i: number) => (i === operators.length - 1 ? "logits" : `${i + 1}/${operators[i]!.op}`);
  return operators.map(({ op, constants = [], attributes = {} }, i) => {
    return { op, constants, attributes, input: i === 0 ? "pixels" : output(i - 1), output: output(i) };
  });
}
