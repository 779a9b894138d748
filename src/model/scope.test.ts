/** What applications of models in one graph share, and what each has of its own. */
import { describe, expect, test } from "vitest";
import { checkGraph } from "../graph/check.ts";
import { createGraph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { freeze } from "./freeze.ts";
import { inputType } from "./input.ts";
import { defineModel, type Model } from "./model.ts";
import { createScope } from "./scope.ts";

const model = defineModel({
  name: "normalised",
  input: [2, 3, 3],
  outputs: 4,
  build(layers, x) {
    const h = layers.batchNorm(layers.convolution(x, 2, "conv", { kernel: 3, padding: 1 }), "bn");
    const wide = layers.dropout(layers.flatten(layers.dropout(h, 0.5)), 0.5);
    return layers.linear(wide, 4, "fc", { output: true });
  },
});
const PARAMETERS = ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"];
const NAMES = [...PARAMETERS, "fc.weight", "fc.bias"];
const STATISTICS = ["bn.running_mean", "bn.running_var"];

/** A scope over a fresh graph with images. */
function open() {
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", ...inputType(model.input) });
  const nameOf = ({ attributes }: Node) => (attributes as { name: string }).name;
  const named = (...ops: string[]) => graph.nodes.filter(({ op }) => ops.includes(op)).map(nameOf);
  const updatesOf = (output: Node) => checkGraph(graph.finish({ output }, scope.updates())).updates;
  const scope = createScope(graph);
  return { graph, x, scope, named, updatesOf, nameOf };
}
const TRAINING = { training: true };

describe("a model applied twice", () => {
  test("has its parameters and the host's values once", () => {
    const { x, scope, named } = open();
    const [first, second] = [1, 2].map(() => model.apply(scope, x, TRAINING).output);
    expect(first).not.toBe(second);
    expect(named("parameter", "statistic")).toEqual(NAMES);
    expect(named("input")).toEqual(["x", "statistics_rate", "counter"]);
    expect(scope.parameters()).toEqual(model.parameters);
    expect(scope.trained().map(({ attributes }) => attributes.name)).toEqual(
      NAMES.filter((name) => !STATISTICS.includes(name)),
    );
  });

  test("drops other places each time", () => {
    const { graph, x, scope } = open();
    for (const training of [true, false, true]) model.apply(scope, x, { training });
    const indices = graph.nodes.flatMap((node) => (node.op === "dropout" ? [node.attributes.index] : []));
    expect(indices).toEqual([0, 1, 2, 3]);
  });

  test.each([
    { what: "the first", options: [{}, {}], followed: 0 },
    { what: "the one in training form", options: [{ training: false }, {}], followed: 1 },
    { what: "the one that says so", options: [{}, { track: true }, {}], followed: 1 },
    { what: "not the one that says no", options: [{ track: false }, {}], followed: 1 },
  ])("lets running statistics follow one application: $what", ({ options, followed }) => {
    const { graph, x, scope, nameOf, updatesOf } = open();
    const ends = options.map((each) => {
      const { output } = model.apply(scope, x, { ...TRAINING, ...each });
      return { output, end: graph.nodes.length };
    });
    const updates = updatesOf(ends.at(-1)!.output);
    expect(updates.map(({ inputs: [statistic] }) => nameOf(statistic!))).toEqual(STATISTICS);
    const application = ({ id }: Node) => ends.findIndex(({ end }) => id < end);
    expect(updates.map(application)).toEqual([followed, followed]);
  });
});

test("under a prefix there is another network on the same values of the host", () => {
  const { x, scope, named, nameOf } = open();
  model.apply(scope, x, TRAINING);
  model.apply(scope.under("target"), x, TRAINING);
  const under = (names: string[]) => names.map((name) => `target/${name}`);
  expect(named("parameter", "statistic")).toEqual([...NAMES, ...under(NAMES)]);
  expect(named("input")).toEqual(["x", "statistics_rate", "counter"]);
  const followed = scope.updates().map(({ inputs: [statistic] }) => nameOf(statistic!));
  expect(followed).toEqual([...STATISTICS, ...under(STATISTICS)]);
  expect(scope.under("a").under("b").parameter(model.parameters[0]!).attributes).toMatchObject({
    name: "a/b/conv.weight",
  });
});

test("a name stands for one parameter", () => {
  const build = (kernel: number): Model =>
    defineModel({
      ...model,
      build: (layers, h) => layers.globalAverage(layers.convolution(h, 4, "conv", { kernel })),
    });
  const { x, scope } = open();
  build(2).apply(scope, x, TRAINING);
  expect(() => build(3).apply(scope, x, TRAINING)).toThrow(
    'conv.weight: a parameter has one shape, here [4,2,2,2], got "[4,2,3,3]". Give each layer a name of its own',
  );
  expect(() => freeze(build(2)).apply(scope, x, TRAINING)).toThrow(
    'conv.weight: a parameter is trained or frozen throughout a graph, got "both". Apply the frozen model under a prefix',
  );
});

describe("heads", () => {
  test("are found by name, and their layers' parameters are the model's", () => {
    const two = defineModel({
      ...{ name: "two", input: [5], outputs: 3 },
      build: (layers, x) => ({ output: layers.linear(x, 3, "main"), value: layers.linear(x, 1, "side") }),
    });
    const graph = createGraph();
    const x = graph.node("input", [], { name: "x", ...inputType(two.input) });
    const heads = two.apply(createScope(graph), x, { training: false });
    const shapes = Object.entries(heads).map(([name, { type }]) => [name, type.shape]);
    expect(shapes).toEqual([
      ["output", [3]],
      ["value", [1]],
    ]);
    expect(two.parameters.map(({ name }) => name)).toEqual(["main.weight", "main.bias", "side.weight", "side.bias"]);
  });

  test("must have the main one among them", () => {
    const build: Parameters<typeof defineModel>[0]["build"] = (layers, x) =>
      ({ policy: layers.linear(x, 3, "main"), value: layers.linear(x, 1, "side") }) as never;
    const message = 'headed: build must give one of its heads the name output, got "policy, value"';
    expect(() => defineModel({ name: "headed", input: [5], outputs: 3, build })).toThrow(message);
  });
});
