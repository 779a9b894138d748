/** Fully connected networks, LeNet-300-100 (LeCun et al. 1998) among them. */
import { checkOneOf, requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** Activations that an MLP may use between its layers. */
export type Activation = (typeof ACTIVATIONS)[number];
const ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu"] as const;

/** An MLP's make-up; layers are named `fc1`, `fc2`, ... */
export interface MlpOptions extends Fitting {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Between layers; default `relu`. */
  readonly activation?: Activation;
  /** Dropout rate after every hidden layer, from 0 to below 1; default 0. */
  readonly dropout?: number;
  /** Whether layers have biases; default true. */
  readonly bias?: boolean;
}

/**
 * A multilayer perceptron over flattened images, or over vectors.
 * @throws code `usage` naming the field for an option that is missing, units that are no whole number from 1, a rate of
 *   dropout outside [0, 1), and another activation
 */
export function mlp(options: MlpOptions): Model {
  requireFields("mlp", options, ["name", "input", "hidden", "outputs"]);
  const { name, input, hidden, outputs, activation = "relu", dropout = 0, bias = true } = options;
  if (!Array.isArray(hidden))
    fail("usage", "hidden", { rule: "must be a list of units", got: hidden, remedy: "Write [300, 100]" });
  checkOneOf("activation", activation, ACTIVATIONS);
  return defineModel({
    name,
    input,
    outputs,
    build(layers: Layers, x: Node) {
      const last = hidden.reduce(
        (h, units, index) =>
          layers.dropout(layers[activation](layers.linear(h, units, `fc${index + 1}`, { bias })), dropout),
        x.type.shape.length > 1 ? layers.flatten(x) : x,
      );
      return layers.linear(last, outputs, `fc${hidden.length + 1}`, { output: true, bias });
    },
  });
}
