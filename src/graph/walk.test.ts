/** Proves the order of walks, and that chains of any length are walked: differentiated, lowered, run. */
import { expect, test } from "vitest";
import { createReference } from "../engine/reference/reference.ts";
import { compile } from "../program/compile.ts";
import { checkGraph } from "./check.ts";
import { differentiate } from "./differentiate.ts";
import { createGraph } from "./graph.ts";
import type { Node } from "./types.ts";
import { reachedFrom } from "./walk.ts";

test("operands come first, in their order, and each once", () => {
  const graph = createGraph();
  const [a, b, c] = ["a", "b", "c"].map((name) => graph.node("parameter", [], { name, shape: [2] })) as [
    Node,
    Node,
    Node,
  ];
  const right = graph.node("add", [c, b], {});
  const left = graph.node("add", [b, a], {});
  const sum = graph.node("add", [left, right], {});
  expect(reachedFrom([sum])).toEqual([b, a, left, c, right, sum]);
  expect(reachedFrom([right, sum])).toEqual([c, b, right, a, left, sum]);
  expect(reachedFrom([sum], (node) => node === left)).toEqual([left, c, b, right, sum]);
});

test("a chain of 4,000 operations is differentiated and runs", () => {
  const graph = createGraph();
  const w = graph.node("parameter", [], { name: "w", shape: [1, 1] });
  const x = graph.node("input", [], { name: "x", shape: [1], layout: "vector" });
  const longer = (node: Node, length: number) => {
    let last = node;
    for (let i = 0; i < length; i++) last = graph.node("affine", [last], { factor: 1, offset: 0.25 });
    return last;
  };
  const y = longer(graph.node("linear", [x, longer(w, 2000)], {}), 2000);
  const loss = graph.node("mean_squared_error", [y, graph.node("scale", [y], { factor: 0 })], {});
  const gradient = differentiate(graph, loss, [w]).get(w)!;
  const program = compile({ train: { graph: checkGraph(graph.finish({ y, gradient })), batch: 16 } });
  const instance = createReference().open(program);
  const { inputs, outputs } = program.sections.train!;
  instance.write(inputs.get("x")!, new Float32Array(16).fill(2));
  instance.write(inputs.get("count")!, [16]);
  instance.run("train");
  // y = 2 (w + 500) + 500 at w = 0; its mean square moves by 2 y * 2.
  expect(instance.read(outputs.get("y")!)[0]).toBe(1500);
  expect(instance.read(outputs.get("gradient")!)[0]).toBe(6000);
});
