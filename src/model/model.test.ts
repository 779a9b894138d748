import { expect, test } from "vitest";
import { createGraph } from "../graph/graph.ts";
import { defineModel } from "./model.ts";

const regression = defineModel({
  name: "softmax-regression",
  input: [3, 4, 5],
  classes: 7,
  build: (layers, x) => layers.linear(layers.flatten(x), 7, "out", { output: true }),
});

test("a model of one's own lists the parameters that it asks for", () => {
  const common = { layer: "out", fanIn: 60, fanOut: 7, output: true };
  expect(regression.parameters).toEqual([
    { ...common, name: "out.weight", shape: [7, 60], role: "weight", prunable: true },
    { ...common, name: "out.bias", shape: [7], role: "bias", prunable: false },
  ]);
});

test("its graph holds these parameters once for each time it is built, and gives the logits by example", () => {
  const graph = createGraph();
  const logits = regression.logits(graph, graph.node("images", [], { shape: [3, 4, 5] }), { training: true });
  const names = graph.nodes.flatMap((node) => (node.op === "parameter" ? [node.attributes.name] : []));
  expect(names).toEqual(["out.weight", "out.bias"]);
  expect(logits.type).toEqual({ shape: [7], lanes: true });
});
