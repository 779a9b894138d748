/** Every rule of a legal graph is enforced, whoever made the graph. */
import { describe, expect, test } from "vitest";
import { checkGraph } from "../../src/graph/check.ts";
import { differentiate } from "../../src/graph/differentiate.ts";
import { createGraph, type Graph } from "../../src/graph/graph.ts";
import type { Node } from "../../src/graph/types.ts";
import { CASES, caseGraph } from "../cases.ts";

const SGD = { momentum: 0, weightDecay: 0, nesterov: false };

/** x -> linear w -> loss, w and its slot updated: legal, and the start of every illegal graph below. */
function legal(): { graph: Graph; node: (op: Node["op"]) => Node } {
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", shape: [3], layout: "vector" });
  const w = graph.node("parameter", [], { name: "w", shape: [3, 3] });
  const loss = graph.node("mean_squared_error", [graph.node("linear", [x, w], {}), x], {});
  const g = differentiate(graph, loss, [w]).get(w)!;
  const control = graph.node("input", [], { name: "control", shape: [3], layout: "plain" });
  const m = graph.node("slot", [], { parameter: "w", name: "m", shape: [3, 3] });
  const update = graph.node("sgd_update", [w, control, g, m], { ...SGD, momentum: 0.9 });
  const finished = graph.finish({ loss }, [update]);
  return { graph: finished, node: (op) => finished.nodes.find((node) => node.op === op)! };
}

/** The graph with one node changed; nodes that use it still use the old one. */
function change(graph: Graph, node: Node, changes: object): Graph {
  return { ...graph, nodes: graph.nodes.map((other) => (other === node ? ({ ...node, ...changes } as Node) : other)) };
}

/** The graph with one more node. */
function append(
  graph: Graph,
  op: Node["op"],
  inputs: readonly Node[],
  rest: { attributes?: object; type: Node["type"] },
): Graph {
  const node = { id: graph.nodes.length, op, inputs, attributes: {}, ...rest } as unknown as Node;
  return { ...graph, nodes: [...graph.nodes, node] };
}

const matrix = { shape: [3, 3], layout: "plain" } as const;
const last = (graph: Graph) => graph.nodes.at(-1)!;

describe("checkGraph", () => {
  test("accepts a legal graph and returns it", () => {
    const { graph } = legal();
    expect(checkGraph(graph)).toBe(graph);
  });

  test("accepts every op case", () => {
    for (const opCase of CASES)
      checkGraph(caseGraph(opCase, { batch: 3, live: 2, inputs: 4, outputs: 2, density: 1, seed: 1 }));
  });

  test("nodes are numbered in order", () => {
    const { graph, node } = legal();
    expect(() => checkGraph(change(graph, node("linear"), { id: 7 }))).toThrow(/numbered in order/);
  });

  test("operands belong to the graph", () => {
    const { graph, node } = legal();
    expect(() => checkGraph(change(graph, node("parameter"), {}))).toThrow(/operands belong to the graph/);
  });

  test("outputs belong to the graph", () => {
    const { graph } = legal();
    const outputs = new Map([["loss", legal().node("mean_squared_error")]]);
    expect(() => checkGraph({ ...graph, outputs })).toThrow(/operands belong to the graph, got "output loss"/);
  });

  test("nodes use earlier nodes only", () => {
    const { graph } = legal();
    const type = { shape: [3], layout: "vector" } as const;
    const self = { id: graph.nodes.length, op: "relu", inputs: [] as Node[], attributes: {}, type };
    self.inputs.push(self as unknown as Node);
    expect(() => checkGraph({ ...graph, nodes: [...graph.nodes, self as unknown as Node] })).toThrow(
      /earlier nodes only/,
    );
  });

  test("nothing reads an update", () => {
    const { graph, node } = legal();
    const reader = append(graph, "scale", [node("sgd_update")], { attributes: { factor: 2 }, type: matrix });
    expect(() => checkGraph(reader)).toThrow(/nothing reads an update/);
  });

  test("a node has the type of its shape rule", () => {
    const { graph, node } = legal();
    const wrong = append(graph, "relu", [node("linear")], { type: { shape: [4], layout: "vector" } });
    expect(() => checkGraph(wrong)).toThrow(/relu has the type of its shape rule, \[3\] vector, got "\[4\] vector"/);
  });

  test.each([
    ["parameter", { name: "w", shape: [3, 3] }],
    ["input", { name: "w", shape: [3, 3], layout: "plain" }],
    ["slot", { parameter: "w", name: "m", shape: [3, 3] }],
  ] as const)("names are unique: %s", (op, attributes) => {
    expect(() => checkGraph(append(legal().graph, op, [], { attributes, type: matrix }))).toThrow(/names are unique/);
  });

  test("updates write parameters", () => {
    const { graph, node } = legal();
    const [, control, g] = node("sgd_update").inputs as [Node, Node, Node];
    const wrong = append(graph, "sgd_update", [g, control, g], { attributes: SGD, type: matrix });
    expect(() => checkGraph({ ...wrong, updates: [last(wrong)] })).toThrow(/updates write parameters/);
    expect(() => checkGraph({ ...graph, updates: [node("linear")] })).toThrow(/updates write parameters/);
  });

  test("an update keeps its state in slots of its own parameter", () => {
    const { graph, node } = legal();
    const [w, control, g] = node("sgd_update").inputs as [Node, Node, Node];
    const wrong = append(graph, "sgd_update", [w, control, g, g], { attributes: SGD, type: matrix });
    expect(() => checkGraph({ ...wrong, updates: [last(wrong)] })).toThrow(/slots of its own parameter/);
    const other = append(graph, "slot", [], { attributes: { parameter: "v", name: "m", shape: [3, 3] }, type: matrix });
    const strange = append(other, "sgd_update", [w, control, g, last(other)], { attributes: SGD, type: matrix });
    expect(() => checkGraph({ ...strange, updates: [last(strange)] })).toThrow(/slots of its own parameter/);
  });

  test("a value is updated once", () => {
    const { graph, node } = legal();
    const [w, control, g] = node("sgd_update").inputs as [Node, Node, Node];
    const twice = append(graph, "sgd_update", [w, control, g], { attributes: SGD, type: matrix });
    expect(() => checkGraph({ ...twice, updates: [...graph.updates, last(twice)] })).toThrow(/updated once, got "w"/);
  });
});

describe("differentiate", () => {
  test("wants a loss that depends on every target", () => {
    const graph = createGraph();
    const x = graph.node("input", [], { name: "x", shape: [3], layout: "vector" });
    const unused = graph.node("parameter", [], { name: "w", shape: [3, 3] });
    const loss = graph.node("mean_squared_error", [x, x], {});
    expect(() => differentiate(graph, loss, [unused])).toThrow(/the loss must depend on every target/);
  });

  test("wants a derivative of every op on the way", () => {
    const graph = createGraph();
    const x = graph.node("input", [], { name: "x", shape: [], layout: "vector" });
    const wide = graph.node("one_hot", [x], { classes: 3 });
    const loss = graph.node("mean_squared_error", [wide, wide], {});
    expect(() => differentiate(graph, loss, [x])).toThrow(/the op must have a derivative, got "one_hot"/);
  });
});
