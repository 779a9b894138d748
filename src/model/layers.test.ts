/** Layers that miss an option, or have a wrong one, say which. */
import { expect, test } from "vitest";
import { createGraph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { mlp } from "./mlp.ts";
import { defineModel, type Layers } from "./model.ts";

type Build = (layers: Layers, x: Node) => Node;
const built = (build: Build) =>
  defineModel({ name: "m", input: [1, 8, 8], outputs: 4, build: (l, x) => l.linear(l.flatten(build(l, x)), 4, "f") });
const none = undefined as never;

test("a kernel is a number or two", () => {
  const shapes = [3, [3, 3] as const].map((kernel) => built((l, x) => l.convolution(x, 4, "c", { kernel })).parameters);
  expect(shapes[0]).toEqual(shapes[1]);
});

test.each<[string, Build, string]>([
  [
    "no options",
    (l, x) => l.convolution(x, 4, "c", none),
    'kernel: of c must be a whole number, or two: for rows and columns, got "nothing". Write { kernel: 3 }',
  ],
  ["no kernel", (l, x) => l.convolution(x, 4, "c", {} as never), "kernel: of c must be a whole number"],
  [
    "a kernel of text",
    (l, x) => l.convolution(x, 4, "c", { kernel: "3" as never }),
    "kernel: of c must be a whole number",
  ],
  [
    "a stride of three",
    (l, x) => l.convolution(x, 4, "c", { kernel: 3, stride: [1, 1, 1] as never }),
    "stride: of c must be a whole number",
  ],
  [
    "no channels",
    (l, x) => l.convolution(x, none, "c", { kernel: 3 }),
    "c: channels: must be an integer at least 1, got nothing",
  ],
  ["a pooling without windows", (l, x) => l.maxPool(x, none), "kernel: of a pooling must be a whole number"],
  ["no units", (l, x) => l.linear(l.flatten(x), none, "fc"), "fc: units: must be an integer at least 1, got nothing"],
  [
    "a layer without a name",
    (l, x) => l.linear(l.flatten(x), 4, none),
    'name: of a layer is needed, for its parameters, got "nothing"',
  ],
  ["dropout without a rate", (l, x) => l.dropout(x, none), "rate: of dropout must lie from 0 to below 1, got nothing"],
])("%s", (_, build, message) => {
  expect(() => built((l, x) => (build(l, x).type.shape.length === 3 ? build(l, x) : x))).toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringContaining(message) }),
  );
});

test("attributes of ops are two numbers, and ops have names", () => {
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", shape: [1, 8, 8], layout: "image" });
  const pooled = (attributes: object) => graph.node("max_pool", [x], attributes as never);
  expect(() => pooled({ kernel: 3, stride: [1, 1], padding: [0, 0] })).toThrow(
    'kernel: of max_pool must be two whole numbers, for rows and columns, got "3". Write [3, 3]',
  );
  expect(() => pooled({ kernel: [3, 3], padding: [0, 0] })).toThrow(
    'stride: of max_pool must be two whole numbers, for rows and columns, got "nothing"',
  );
  expect(() => graph.node("max_poll" as never, [x], {} as never)).toThrow("Did you mean max_pool?");
});

test.each<[string, () => unknown, string]>([
  [
    "defineModel",
    () => defineModel({ name: "m", input: [4], outputs: 3 } as never),
    'build: is needed: an option of defineModel, got "nothing". Its options are { name, input, outputs, build, ... }',
  ],
  ["mlp", () => mlp({ name: "m", input: [4], outputs: 3 } as never), "hidden: is needed: an option of mlp"],
])("%s names the option that is missing", (_, make, message) => {
  expect(make).toThrow(message);
});
