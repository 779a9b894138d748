/**
 * Exports a BERT as an ONNX file that reads ids as transformers' exports do. A sequence is `[N, time, features]` there, and time
 * is open.
 */
import { fail } from "../base/errors.ts";
import { createGraph } from "../graph/graph.ts";
import type { Node, NodeOf, OpName } from "../graph/types.ts";
import { reachedFrom } from "../graph/walk.ts";
import { hostInput } from "../model/input.ts";
import { createScope } from "../model/scope.ts";
import { constantOf, type OnnxExport, ownUnit } from "./onnx.ts";
import { type Attribute, type Constant, encodeModel, type OnnxNode } from "./onnx-messages.ts";

/** What the nodes of the graph that the host writes are called in the file. */
const INPUTS: Readonly<Record<string, string>> = {
  x: "input_ids",
  lengths: "attention_mask",
  types: "token_type_ids",
};

type Value = string | Constant;

/** Adds operators, and says what nodes are called. */
interface Writer {
  /** Adds an operator; returns the name of what it gives. */
  add(op: string, inputs: readonly Value[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** What the rows of a node's inputs gave. */
  value(node: Node): string;
  /** The stored values of a parameter. */
  stored(node: Node): Constant;
}

type Row<K extends OpName> = (node: NodeOf<K>, writer: Writer) => string;

const int64 = (name: string, values: readonly number[]): Constant => ({
  name,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

const scalar = (value: number): Constant => ({ name: `number ${value}`, shape: [], data: Float32Array.of(value) });

const unary =
  (op: string) =>
  ({ inputs: [x] }: Node, { add, value }: Writer) =>
    add(op, [value(x!)]);

/** `[N, time, features]` as `[N, heads, time, features of a head]`, transposed where asked for. */
function ofHeads(x: string, { heads, features, order }: { heads: number; features: number; order: readonly number[] }) {
  const shape = int64(`heads ${heads} of ${features}`, [0, -1, heads, features / heads]);
  return ({ add }: Writer) => add("Transpose", [add("Reshape", [x, shape])], { perm: order });
}

const QUERIES = [0, 2, 1, 3];
const KEYS = [0, 2, 3, 1];

/** Added to the scores of what is no token, whose exponential is 0 then. */
const HIDDEN = -1e9;

/** How each op is said in ONNX. */
const ROWS: { readonly [K in OpName]?: Row<K> } = {
  embedding: ({ inputs: [ids, w] }, { add, value, stored }) => add("Gather", [stored(w!), value(ids!)]),
  add_positions({ inputs: [x, p] }, { add, value, stored }) {
    const time = add("Shape", [value(x!)], { start: 1, end: 2 });
    return add("Add", [value(x!), add("Slice", [stored(p!), int64("first", [0]), time])]);
  },
  add: ({ inputs }, { add, value }) => add("Add", inputs.map(value)),
  bias: ({ inputs: [x, b] }, { add, value, stored }) => add("Add", [value(x!), stored(b!)]),
  tanh: unary("Tanh"),
  convolution: ({ inputs: [x, w] }, { add, value, stored }) => add("MatMul", [value(x!), transposed(stored(w!))]),
  linear: ({ inputs: [x, w] }, { add, value, stored }) => add("MatMul", [value(x!), transposed(stored(w!))]),
  layer_norm({ inputs: [x, statistics, gamma, beta] }, { add, value, stored }) {
    const { epsilon } = statistics!.attributes as { readonly epsilon: number };
    const inputs = [value(x!), stored(gamma!), stored(beta!)];
    return add("LayerNormalization", inputs, { axis: -1, epsilon: { float: epsilon } });
  },
  gelu({ inputs: [input], attributes: { tanh } }, { add, value }) {
    const x = value(input!);
    const bent = tanh ? add("Tanh", [cubic(x, add)]) : add("Erf", [add("Mul", [x, scalar(Math.SQRT1_2)])]);
    return add("Mul", [add("Mul", [x, scalar(0.5)]), add("Add", [bent, scalar(1)])]);
  },
  attention_scores({ inputs: [q, k], attributes: { heads, scale } }, writer) {
    const features = q!.type.shape[0]!;
    const [queries, keys] = [
      ofHeads(writer.value(q!), { heads, features, order: QUERIES })(writer),
      ofHeads(writer.value(k!), { heads, features, order: KEYS })(writer),
    ];
    return writer.add("Mul", [writer.add("MatMul", [queries, keys]), scalar(scale)]);
  },
  masked_softmax({ inputs: [scores, lengths] }, { add, value }) {
    const there = add("Cast", [value(lengths!)], { to: 1 });
    const hidden = add("Mul", [add("Sub", [scalar(1), there]), scalar(HIDDEN)]);
    const masked = add("Add", [value(scores!), add("Unsqueeze", [hidden, int64("heads and queries", [1, 2])])]);
    return add("Softmax", [masked], { axis: -1 });
  },
  attention_mix({ inputs: [p, v], attributes: { scale } }, writer) {
    const { add, value } = writer;
    const [features] = v!.type.shape as [number];
    const values = ofHeads(value(v!), { heads: p!.type.shape[0]!, features, order: QUERIES })(writer);
    const mixed = add("Transpose", [add("MatMul", [value(p!), values])], { perm: QUERIES });
    const joined = add("Reshape", [mixed, int64(`joined ${features}`, [0, -1, features])]);
    return scale === 1 ? joined : add("Mul", [joined, scalar(scale)]);
  },
  // The first position alone.
  pad: ({ inputs: [x] }, { add, value }) =>
    add("Slice", [value(x!), int64("first", [0]), int64("second", [1]), int64("time", [1])]),
  flatten: unary("Flatten"),
  // Every token is told of, and who reads the file chooses.
  select_positions: ({ inputs: [x] }, { value }) => value(x!),
};

/** sqrt(2 / pi) (x + 0.044715 x^3). */
function cubic(x: string, add: Writer["add"]): string {
  const cube = add("Mul", [add("Mul", [x, x]), x]);
  const sum = add("Add", [x, add("Mul", [cube, scalar(0.044715)])]);
  return add("Mul", [sum, scalar(Math.sqrt(2 / Math.PI))]);
}

/** A matrix `[outputs, inputs]`, or a kernel of one tap, as what a row is multiplied by. */
function transposed({ name, shape, data }: Constant): Constant {
  const [rows, columns] = shape as [number, number];
  const turned = Float32Array.from({ length: data.length }, (_, i) =>
    Number(data[(i % rows) * columns + Math.floor(i / rows)]),
  );
  return { name: `${name} transposed`, shape: [columns, rows], data: turned };
}

/** Nodes that rows look into by themselves. */
const isRead = (node: Node) => node.op === "parameter" || node.op === "input" || node.op === "layer_statistics";

/**
 * The bytes of an ONNX file (opset 17) that takes `input_ids`, `attention_mask` (1 for a token, 0 for padding) and
 * `token_type_ids`, int64 `[N, T]`. It gives `logits`, float32 `[N, outputs]`, or `[N, T, outputs]` where every token is told of;
 * with `output` standards `output` in the targets' own unit. Throws `usage` for a model with an op that the export does not know.
 */
export function encodeTextOnnx({ model, weights, output, metadata = {} }: Omit<OnnxExport, "input">): Uint8Array {
  const graph = createGraph();
  const { output: head } = model.apply(createScope(graph), hostInput(graph, model.input), { training: false });
  const headName = output ? "standardised output" : "logits";
  const nodes: OnnxNode[] = [];
  const values = new Map<Node, string>();
  const writer: Writer = {
    add(op, inputs, attributes = {}) {
      const name = `${op} ${nodes.length}`;
      nodes.push({ op, inputs, attributes, output: name });
      return name;
    },
    value: (node) => values.get(node) ?? INPUTS[(node.attributes as { readonly name: string }).name]!,
    stored: (node) => constantOf(node, weights),
  };
  const reached = reachedFrom([head]);
  for (const node of reached.filter((each) => !isRead(each))) values.set(node, rowOf(node)(node, writer));
  const last = nodes.at(-1)!;
  nodes[nodes.length - 1] = { ...last, output: headName };
  const used = reached.flatMap((node) => (node.op === "input" ? [node.attributes.name as string] : []));
  const perToken = head.type.layout === "image";
  return encodeModel({
    name: model.name,
    nodes: [...nodes, ...(output ? ownUnit(model, output) : [])],
    inputs: Object.entries(INPUTS).flatMap(([own, name]) =>
      used.includes(own) ? [{ name, shape: ["T"], type: "int64" as const }] : [],
    ),
    output: { name: output ? "output" : headName, shape: [...(perToken ? ["T"] : []), model.outputs] },
    metadata,
  });
}

function rowOf(node: Node): Row<OpName> {
  const row = ROWS[node.op] as Row<OpName> | undefined;
  if (row && isKnown(node)) return row;
  const rule = `ops of texts must be among ${Object.keys(ROWS).join(", ")} to be exported`;
  return fail("usage", "ONNX", { rule, got: node.op, remedy: "Export it as safetensors" });
}

/** A `pad` is the crop of the first position here. */
function isKnown({ op, attributes, inputs: [x] }: Node): boolean {
  if (op !== "pad") return true;
  const { rows, channels } = attributes as { readonly rows: readonly number[]; readonly channels: readonly number[] };
  return rows[0] === 0 && rows[1] === 1 - x!.type.shape[1]! && channels.every((each) => each === 0);
}
