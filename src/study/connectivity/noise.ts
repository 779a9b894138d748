/** Whether copies of a network can part at all: what a training draws must differ between them. */
import { fail } from "../../base/errors.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { createGraph } from "../../graph/graph.ts";
import { hostInput } from "../../model/input.ts";
import type { Model } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import { createScope } from "../../model/scope.ts";

/**
 * A stream of text is read in its order, so dropout, or noise of the model's own, is all that tells copies apart. Throws `usage` for a
 * model on a stream that has neither: an error barrier of 0 would say nothing.
 */
export function checkNoise(name: string, dataset: Dataset): void {
  if (!dataset.stream || drawsNoise(parseModel(name, dataset))) return;
  const rule = "must draw something in training, as copies on a text that is read in its order differ in nothing else";
  fail("usage", "model", {
    rule,
    got: name,
    remedy: "Take one with dropout between layers, such as lstm-2-128-dropout0.2",
  });
}

/** Noise is drawn by the number of the iteration, which the host writes. */
function drawsNoise({ input, apply }: Model): boolean {
  const graph = createGraph();
  apply(createScope(graph), hostInput(graph, input), { training: true });
  return graph.nodes.some(
    ({ op, attributes }) => op === "input" && (attributes as { name: string }).name === "counter",
  );
}
