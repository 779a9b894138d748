/** What a model reads: the one place where the shape of a data set's inputs becomes a type and the node of a batch. */
import { fail } from "../base/errors.ts";
import type { Augmentation, Builder, Node, Type } from "../graph/types.ts";

/** Images of `[channels, height, width]`, or else a vector of numbers. */
export function inputType(shape: readonly number[]): Type {
  return { shape, layout: shape.length === 3 ? "image" : "vector" };
}

/** A model's input that the host writes, or that stands for another node. */
export function hostInput(graph: Builder, shape: readonly number[], name = "x"): Node {
  return graph.node("input", [], { name, ...inputType(shape) });
}

/** The batch's inputs, gathered from the column `images`, or vectors from one of another name; throws `usage` where features would be varied as images. */
export function batchInput(
  graph: Builder,
  shape: readonly number[],
  augment?: Augmentation,
  column = "features",
): Node {
  const isVector = inputType(shape).layout === "vector";
  if (isVector && augment) {
    const rule = "crops and mirrors images, and inputs are features";
    fail("usage", "augment", { rule, got: `inputs of [${shape.join(", ")}]`, remedy: "Choose augment none" });
  }
  if (isVector) return graph.node("column", [], { name: column, shape });
  if (!augment) return graph.node("images", [], { shape });
  const counter = graph.node("input", [], { name: "augment_counter", shape: [3], layout: "plain" });
  return graph.node("images", [counter], { shape, augment });
}
