/** Gradients by inputs that feed further passes, as an attack has them: what it made is a constant to the loss after it. */
import { expect, test } from "vitest";
import { createReference } from "../engine/reference/reference.ts";
import { initialise } from "../model/initialise.ts";
import { mlp } from "../model/mlp.ts";
import { createScope } from "../model/scope.ts";
import { packValues } from "../program/buffers.ts";
import { compile } from "../program/compile.ts";
import { differentiate } from "./differentiate.ts";
import { createGraph, type Graph, type GraphBuilder } from "./graph.ts";
import type { Node } from "./types.ts";

const model = mlp({ name: "small", input: [3], hidden: [4], outputs: 2, activation: "tanh" });
const weights = initialise(model, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 });
const LANES = 16;

/** Gradients by parameter at the inputs `made` of what the host writes, and these inputs. */
function gradients(made: (graph: GraphBuilder, x: Node, lossAt: (x: Node) => Node) => Node): Graph {
  const graph = createGraph();
  const scope = createScope(graph);
  const y = graph.node("input", [], { name: "y", shape: [], layout: "vector" });
  const lossAt = (at: Node) => {
    const { output } = model.apply(scope, at, { training: true });
    return graph.node("softmax_cross_entropy", [output, y], {});
  };
  const x = made(graph, graph.node("input", [], { name: "x", shape: [3], layout: "vector" }), lossAt);
  const found = differentiate(graph, lossAt(x), scope.trained(), { constants: [x] });
  const named = [...found].map(([{ attributes }, gradient]) => [(attributes as { name: string }).name, gradient]);
  return graph.finish({ x, ...Object.fromEntries(named) });
}

function run(graph: Graph, x: Float32Array): Map<string, Float32Array> {
  const program = compile({ train: { graph, batch: LANES } });
  const instance = createReference().open(program);
  for (const [name, { buffer, storage }] of program.parameters)
    instance.write(buffer, packValues(storage, weights.get(name)!));
  const { inputs, outputs } = program.sections.train!;
  instance.write(inputs.get("x")!, x);
  instance.write(
    inputs.get("y")!,
    Float32Array.from({ length: LANES }, (_, i) => i % 2),
  );
  instance.write(inputs.get("count")!, [LANES]);
  instance.run("train");
  return new Map([...outputs].map(([name, buffer]) => [name, instance.read(buffer)]));
}

test("no gradient goes through a constant", () => {
  const attacked = gradients((graph, x, lossAt) => {
    const ascent = graph.node("scale", [differentiate(graph, lossAt(x), [x]).get(x)!], { factor: 50 });
    return graph.node("add", [x, ascent], {});
  });
  const x = Float32Array.from({ length: 3 * LANES }, (_, i) => Math.fround(Math.sin(i)));
  const got = run(attacked, x);
  expect(got.get("x")).not.toEqual(x);
  const want = run(
    gradients((_, at) => at),
    got.get("x")!,
  );
  for (const [name, values] of want)
    got.get(name)!.forEach((value, i) => {
      expect(value, name).toBeCloseTo(values[i]!, 6);
    });
});
