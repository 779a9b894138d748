/** From a network to ONNX layers: the evaluation graph of its model, walked from the logits back to the images. */

import { fail } from "../base/errors.ts";
import { createGraph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Weights } from "../model/network.ts";
import type { OnnxLayer } from "./onnx.ts";

const PLAIN = ["flatten", "relu", "tanh", "sigmoid"] as const;
type PlainOp = (typeof PLAIN)[number];

/**
 * The layers of a model in evaluation, where dropout is absent, with these weights; pruned entries are the zeros that
 * they are in `weights`. Throws `usage` for a model with an op that the export does not know or that is no plain chain.
 */
export function onnxLayers(model: Model, weights: Weights): OnnxLayer[] {
  const graph = createGraph();
  const images = graph.node("images", [], { shape: model.input });
  const layers: OnnxLayer[] = [];
  let node = model.logits(graph, images, { training: false });
  while (node !== images) {
    const { layer, input } = layerOf(node, weights);
    layers.unshift(layer);
    node = input;
  }
  return layers;
}

/** The layer that ends at a node, and the node that it takes. */
function layerOf(node: Node, weights: Weights): { layer: OnnxLayer; input: Node } {
  const [first, second] = node.inputs;
  if (isPlain(node.op)) return { layer: { kind: node.op }, input: first! };
  if (node.op === "linear") return { layer: linearLayer(node, null, weights), input: first! };
  if (node.op === "bias" && first!.op === "linear")
    return { layer: linearLayer(first!, second!, weights), input: first!.inputs[0]! };
  const rule = `a model must be a chain of linear, bias, ${PLAIN.join(", ")} to be exported`;
  return fail("usage", "ONNX", { rule, got: node.op, remedy: "Export it as safetensors" });
}

const isPlain = (op: string): op is PlainOp => (PLAIN as readonly string[]).includes(op);

function linearLayer(linear: Node, bias: Node | null, weights: Weights): OnnxLayer {
  const [name, weight] = valuesOf(linear.inputs[1]!, weights);
  const [outputs, inputs] = linear.inputs[1]!.type.shape as [number, number];
  const values = bias ? valuesOf(bias, weights)[1] : null;
  return { kind: "linear", name: name.replace(/\.weight$/, ""), inputs, outputs, weight, bias: values };
}

function valuesOf(node: Node, weights: Weights): [name: string, values: Float32Array] {
  const name = node.op === "parameter" ? node.attributes.name : node.op;
  return [name, weights.get(name) ?? fail("data", "ONNX", { rule: "network must have every parameter", got: name })];
}
