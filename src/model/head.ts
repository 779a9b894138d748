/** Which parameters of a network belong to its task: what a network for another task does not take over. */
import type { Model } from "./model.ts";
import type { Parameter } from "./network.ts";

/** What the names of a text encoder's parameters begin with; its heads are beside it. */
const ENCODER = "bert.";

/** Tells the parameters of the head: its output layer, and of a text encoder all that stands beside the encoder. */
export function headOf({
  parameters,
}: Pick<Model, "parameters">): (parameter: Pick<Parameter, "name" | "layer">) => boolean {
  const outputs = new Set(parameters.filter(({ output }) => output).map(({ layer }) => layer));
  const isText = parameters.some(({ name }) => name.startsWith(ENCODER));
  return ({ name, layer }) => outputs.has(layer) || (isText && !name.startsWith(ENCODER));
}
