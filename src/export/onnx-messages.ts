/** The part of ONNX's protobuf schema that a feed-forward network needs (onnx.proto, https://github.com/onnx/onnx). */

import protobuf from "protobufjs/light.js";

const repeated = (id: number, type: string) => ({ id, type, rule: "repeated" });

const SCHEMA = {
  nested: {
    ModelProto: {
      fields: {
        irVersion: { id: 1, type: "int64" },
        producerName: { id: 2, type: "string" },
        graph: { id: 7, type: "GraphProto" },
        opsetImport: repeated(8, "OperatorSetIdProto"),
        metadataProps: repeated(14, "StringStringEntryProto"),
      },
    },
    OperatorSetIdProto: { fields: { domain: { id: 1, type: "string" }, version: { id: 2, type: "int64" } } },
    StringStringEntryProto: { fields: { key: { id: 1, type: "string" }, value: { id: 2, type: "string" } } },
    GraphProto: {
      fields: {
        node: repeated(1, "NodeProto"),
        name: { id: 2, type: "string" },
        initializer: repeated(5, "TensorProto"),
        input: repeated(11, "ValueInfoProto"),
        output: repeated(12, "ValueInfoProto"),
      },
    },
    NodeProto: {
      fields: {
        input: repeated(1, "string"),
        output: repeated(2, "string"),
        name: { id: 3, type: "string" },
        opType: { id: 4, type: "string" },
        attribute: repeated(5, "AttributeProto"),
      },
    },
    AttributeProto: {
      fields: {
        name: { id: 1, type: "string" },
        f: { id: 2, type: "float" },
        i: { id: 3, type: "int64" },
        ints: repeated(8, "int64"),
        type: { id: 20, type: "int32" },
      },
    },
    TensorProto: {
      fields: {
        dims: repeated(1, "int64"),
        dataType: { id: 2, type: "int32" },
        name: { id: 8, type: "string" },
        rawData: { id: 9, type: "bytes" },
      },
    },
    ValueInfoProto: { fields: { name: { id: 1, type: "string" }, type: { id: 2, type: "TypeProto" } } },
    TypeProto: { fields: { tensorType: { id: 1, type: "TensorTypeProto" } } },
    TensorTypeProto: { fields: { elemType: { id: 1, type: "int32" }, shape: { id: 2, type: "TensorShapeProto" } } },
    TensorShapeProto: { fields: { dim: repeated(1, "DimensionProto") } },
    DimensionProto: { fields: { dimValue: { id: 1, type: "int64" }, dimParam: { id: 2, type: "string" } } },
  },
};

const MODEL = protobuf.Root.fromJSON(SCHEMA).lookupType("ModelProto");

/** A constant of the graph: float32 or 64-bit whole numbers, row-major. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A whole number, a list of them, or a real number, that an operator takes beside its inputs. */
export type Attribute = number | readonly number[] | { readonly float: number };

/** An operator; its inputs are values that others give, by name, and constants. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly (string | Constant)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly output: string;
}

/** A value that enters or leaves the graph, of shape `[N, ...shape]` with N and named sizes left open. */
interface Port {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  /** Default float32. */
  readonly type?: "int64";
}

/** A whole model of one output. */
export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly Port[];
  readonly output: Port;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Types of tensors, and of attributes. */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

/** The bytes of an ONNX file: opset 17, IR version 8. */
export function encodeModel({ name, nodes, inputs, output, metadata }: OnnxModel): Uint8Array {
  const graph = {
    name,
    node: nodes.map(node),
    initializer: constantsOf(nodes).map(tensor),
    input: inputs.map(port),
    output: [port(output)],
  };
  const message = MODEL.fromObject({
    irVersion: 8,
    producerName: "tombola",
    graph,
    opsetImport: [{ domain: "", version: 17 }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return MODEL.encode(message).finish();
}

/** Each once, whatever number of operators reads it. */
function constantsOf(nodes: readonly OnnxNode[]): Constant[] {
  const all = nodes.flatMap(({ inputs }) => inputs.filter((input): input is Constant => typeof input !== "string"));
  return [...new Map(all.map((constant) => [constant.name, constant])).values()];
}

function node({ op, inputs, attributes, output }: OnnxNode) {
  const attribute = Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "number") return { name, i: value, type: ATTRIBUTE.int };
    if ("float" in value) return { name, f: value.float, type: ATTRIBUTE.float };
    return { name, ints: value, type: ATTRIBUTE.ints };
  });
  return {
    name: output,
    opType: op,
    input: inputs.map((input) => (typeof input === "string" ? input : input.name)),
    output: [output],
    attribute,
  };
}

function tensor({ name, shape, data }: Constant) {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape, dataType: data instanceof Float32Array ? FLOAT : INT64, rawData };
}

function port({ name, shape, type }: Port) {
  const dim = ["N", ...shape].map((size) => (typeof size === "string" ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: type ? INT64 : FLOAT, shape: { dim } } } };
}
