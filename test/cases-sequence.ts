/** Op cases of sequences. Names of inputs say which whole numbers they hold: `ids from 0 below 5` (run-case.ts). */
import { differentiate } from "../src/graph/differentiate.ts";
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { Node } from "../src/graph/types.ts";
import { installSequences } from "../src/sequence/install.ts";
import {
  linear,
  type OpCase,
  parameter,
  plain,
  type Sizes,
  squared,
  squaredImages,
  vector,
  weighted,
} from "./cases-parts.ts";

installSequences();

const POINTWISE = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;

/** Positions of a case: none, and more than a tile has. */
const timeOf = ({ inputs }: Sizes) => 1 + (inputs % 7);
const widthOf = ({ outputs }: Sizes) => 2 + (outputs % 5);

const sequence = (graph: GraphBuilder, features: number, time: number, name = "x") =>
  graph.node("input", [], { name, shape: [features, time, 1], layout: "image" });

/** Whole numbers for every position, or one for every example. */
const wholes = (graph: GraphBuilder, what: string, shape: readonly number[]) =>
  graph.node("input", [], { name: what, shape, layout: "vector" });

const product = (graph: GraphBuilder, x: Node, w: Node) => graph.node("convolution", [x, w], POINTWISE);

/** A loss that every entry counts in. */
const seen = squaredImages;

function normalised(graph: GraphBuilder, x: Node, [gamma, beta]: readonly [Node, Node]): Node {
  // Of two features that are nearly one, the slope is steeper than differences can tell.
  const statistics = graph.node("layer_statistics", [x], { epsilon: 0.1 });
  return graph.node("layer_norm", [x, statistics, gamma, beta], {});
}

const gelu = (tanh: boolean) =>
  plain(`gelu${tanh ? " by tanh" : ""}`, (graph, { inputs }) => {
    const x = vector(graph, inputs);
    const y = graph.node("gelu", [graph.node("scale", [x], { factor: 2 })], { tanh });
    return { outputs: { y }, loss: squared(graph, y), targets: { x } };
  });

/** Queries, keys and values of two heads, keys of another number than queries. */
const attention = (masked: boolean) =>
  plain(`attention${masked ? " of some length" : ""}`, (graph, sizes) => {
    const [features, queries] = [2 * widthOf(sizes), timeOf(sizes)];
    const keys = queries + 3;
    const [q, k, v] = [
      sequence(graph, features, queries, "q"),
      sequence(graph, features, keys, "k"),
      sequence(graph, features, keys, "v"),
    ];
    const scores = graph.node("attention_scores", [q, k], { heads: 2, scale: 0.5 });
    const lengths = masked ? [wholes(graph, `lengths from 0 below ${keys + 1}`, [])] : [];
    const p = graph.node("masked_softmax", [scores, ...lengths], {});
    const y = graph.node("attention_mix", [p, v], { scale: 1 });
    const back = graph.node("attention_mix_back", [p, y], { scale: 0.7 });
    const loss = graph.node("add", [seen(graph, y), length(graph, back)], {});
    return { outputs: { scores, p, y, back }, loss, targets: { q, k, v } };
  });

/** The mean of squares over an example's entries, without a target of its own. */
function length(graph: GraphBuilder, y: Node): Node {
  const flat = graph.node("flatten", [graph.node("multiply", [y, y], {})], {});
  return graph.node("sum_rows", [flat], {});
}

const embedded = (graph: GraphBuilder, sizes: Sizes, rows: number) =>
  graph.node(
    "embedding",
    [wholes(graph, `ids from 0 below ${rows}`, [timeOf(sizes)]), parameter(graph, "w", rows, widthOf(sizes))],
    {
      padding: -1,
    },
  );

const lstm = (graph: GraphBuilder, sizes: Sizes) => {
  const [units, time] = [widthOf(sizes), timeOf(sizes)];
  const x = sequence(graph, 4 * units, time);
  const w = parameter(graph, "w", 4 * units, units);
  const [h, c] = [sequence(graph, units, 1, "h"), sequence(graph, units, 1, "c")];
  const trace = graph.node("lstm", [x, w, h, c], {});
  const left = graph.node("channels", [trace], { from: 4 * units, count: 2 * units });
  return { outputs: { trace }, loss: seen(graph, left), targets: { x, w } };
};

function tokenLoss(graph: GraphBuilder, logits: Node, labels: Node): Node {
  const statistics = graph.node("token_statistics", [logits], {});
  const weights = graph.node("token_weights", [labels], {});
  const losses = graph.node("token_cross_entropy", [logits, statistics, labels, weights], {});
  return graph.node("sum_rows", [losses], {});
}

export const SEQUENCE: readonly OpCase[] = [
  ...weighted("a matrix at every position", (graph, sizes) => {
    const [x, w] = [
      sequence(graph, widthOf(sizes), timeOf(sizes)),
      parameter(graph, "w", sizes.outputs, widthOf(sizes)),
    ];
    const y = product(graph, x, w);
    return { outputs: { y }, loss: seen(graph, y), targets: { x, w } };
  }),
  ...weighted("a matrix of more rows than are added at a time", (graph, sizes) => {
    const dy = sequence(graph, 1100, timeOf(sizes), "dy");
    const w = parameter(graph, "w", 1100, widthOf(sizes));
    const attributes = { ...POINTWISE, height: timeOf(sizes), width: 1 };
    return { outputs: { dx: graph.node("convolution_input_gradient", [dy, w], attributes) } };
  }),
  ...weighted("embedding", (graph, sizes) => {
    const y = embedded(graph, sizes, 1 + sizes.outputs);
    return { outputs: { y }, loss: seen(graph, y), targets: { w: y.inputs[1]! } };
  }),
  ...weighted("embedding tied to the output", (graph, sizes) => {
    const y = embedded(graph, sizes, 1 + sizes.outputs);
    const logits = product(graph, graph.node("tanh", [y], {}), y.inputs[1]!);
    const labels = wholes(graph, `labels from -1 below ${1 + sizes.outputs}`, [timeOf(sizes)]);
    return { outputs: { y }, loss: tokenLoss(graph, logits, labels), targets: { w: y.inputs[1]! } };
  }),
  ...weighted("tokens of more rows than a digit has values", (graph, sizes) => {
    const w = parameter(graph, "w", 4500, 2);
    const ids = wholes(graph, "ids from 0 below 4500", [timeOf(sizes)]);
    const loss = seen(graph, graph.node("embedding", [ids, w], { padding: -1 }));
    return { outputs: { dw: differentiate(graph, loss, [w]).get(w)! } };
  }),
  plain("tokens that are no rows, and padding", (graph, sizes) => {
    const w = parameter(graph, "w", 4, widthOf(sizes));
    const ids = wholes(graph, "ids from -2 below 7", [timeOf(sizes)]);
    const y = graph.node("embedding", [ids, w], { padding: 2 });
    return { outputs: { y, dw: differentiate(graph, seen(graph, y), [w]).get(w)! } };
  }),
  ...weighted("add_positions", (graph, sizes) => {
    const x = sequence(graph, widthOf(sizes), timeOf(sizes));
    const p = parameter(graph, "p", timeOf(sizes) + 2, widthOf(sizes));
    const y = graph.node("add_positions", [x, p], {});
    return { outputs: { y }, loss: seen(graph, y), targets: { x, p } };
  }),
  plain("layer_norm", (graph, sizes) => {
    const x = sequence(graph, widthOf(sizes), timeOf(sizes));
    const [gamma, beta] = [parameter(graph, "gamma", widthOf(sizes)), parameter(graph, "beta", widthOf(sizes))];
    const y = normalised(graph, x, [gamma, beta]);
    return { outputs: { y }, loss: seen(graph, y), targets: { x, gamma, beta } };
  }),
  gelu(false),
  gelu(true),
  attention(false),
  attention(true),
  ...weighted("lstm", lstm),
  plain("token_cross_entropy and token_correct", (graph, sizes) => {
    const x = sequence(graph, 1 + sizes.outputs, timeOf(sizes));
    const labels = wholes(graph, `labels from -1 below ${1 + sizes.outputs}`, [timeOf(sizes)]);
    const correct = graph.node("token_correct", [x, labels], {});
    return { outputs: { correct }, loss: tokenLoss(graph, x, labels), targets: { x } };
  }),
  plain("select_positions", (graph, sizes) => {
    const time = timeOf(sizes);
    const x = sequence(graph, widthOf(sizes), time);
    const positions = wholes(graph, `positions from -1 below ${time}`, [3]);
    const y = graph.node("select_positions", [x, positions], {});
    return { outputs: { y }, loss: seen(graph, y), targets: { x } };
  }),
  plain("pack_examples", (graph, sizes) => {
    const time = timeOf(sizes);
    const [x, labels] = [sequence(graph, widthOf(sizes), time), wholes(graph, "labels", [time])];
    const pack = (of: Node) => graph.node("pack_examples", [of], { batch: sizes.batch, fill: 0.5 });
    const [y, row] = [pack(x), pack(labels)];
    const back = graph.node("unpack_examples", [graph.node("tanh", [y], {})], { batch: sizes.batch, time });
    const row2 = graph.node("unpack_examples", [row], { batch: sizes.batch, time });
    const loss = graph.node("add", [seen(graph, back), graph.node("sum_rows", [row2], {})], {});
    return { outputs: { y, row, back, row2 }, loss, targets: { x } };
  }),
  plain("sum_rows and spread_rows", (graph, { inputs }) => {
    const x = vector(graph, inputs);
    const total = graph.node("sum_rows", [graph.node("tanh", [x], {})], {});
    const y = graph.node("multiply", [graph.node("spread_rows", [total], { rows: inputs }), x], {});
    return { outputs: { total }, loss: squared(graph, y), targets: { x } };
  }),
  ...weighted("gradients clipped together", (graph, { inputs, outputs }) => {
    const parameters = [parameter(graph, "w", outputs, inputs), parameter(graph, "v", 70, outputs)] as const;
    const loss = squared(graph, linear(graph, linear(graph, vector(graph, inputs), parameters[0]), parameters[1]));
    const gradients = [...differentiate(graph, loss, parameters).values()];
    const factor = graph.node("clip_factor", gradients, { limit: 0.01 });
    const clipped = gradients.map((gradient) => graph.node("scale_by", [gradient, factor], {}));
    return { outputs: { loss, factor, w: clipped[0]!, v: clipped[1]! } };
  }),
  ...weighted("whole_vector", (graph, { inputs }) => {
    const [x, b] = [vector(graph, inputs), parameter(graph, "b", inputs)];
    const y = graph.node("bias", [x, graph.node("whole_vector", [b], {})], {});
    return { outputs: { y }, loss: squared(graph, y), targets: { x, b } };
  }),
  plain("carry_update", (graph, sizes) => {
    const shape = [widthOf(sizes), 1, 1] as const;
    const state = graph.node("statistic", [], { name: "state", shape, layout: "image" });
    const x = sequence(graph, widthOf(sizes), 1);
    const y = graph.node("add", [state, x], {});
    return { outputs: { y }, updates: [graph.node("carry_update", [state, y], {})] };
  }),
];
