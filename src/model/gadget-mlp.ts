/**
 * Fully connected networks in the form of the constructions of strong tickets (Pensia et al. 2020, section 4): before every
 * linear layer a block of units for each of its inputs, each unit reading that input alone, `relu(u x)`; in the paper's linear
 * variant `u x`.
 */
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** The make-up of such a network; layers are named `gadget1`, `fc1`, `gadget2`, ... and have no biases. */
export interface GadgetMlpOptions extends Fitting {
  readonly hidden: readonly number[];
  /** Units of every input. */
  readonly units: number;
  /** Whether units are `u x`, without the ReLU. */
  readonly linear: boolean;
}

/** The network over flattened images, or over vectors; `gadgetN.weight` is `[units * inputs, 1, 1, 1]`, input by input. */
export function gadgetMlp({ name, input, hidden, outputs, units, linear }: GadgetMlpOptions): Model {
  return defineModel({
    name,
    input,
    outputs,
    build(layers: Layers, x: Node) {
      const options = { layers, units, linear };
      const last = hidden.reduce(
        (h, width, index) => layers.relu(gadgetLayer(h, width, { ...options, index, output: false })),
        x.type.shape.length > 1 ? layers.flatten(x) : x,
      );
      return gadgetLayer(last, outputs, { ...options, index: hidden.length, output: true });
    },
  });
}

interface GadgetLayer extends Pick<GadgetMlpOptions, "units" | "linear"> {
  readonly layers: Layers;
  readonly index: number;
  readonly output: boolean;
}

/** Blocks of units are a convolution of one pixel in as many groups as there are inputs. */
function gadgetLayer(x: Node, width: number, { layers, units, linear, index, output }: GadgetLayer): Node {
  const inputs = x.type.shape[0]!;
  const pixels = layers.unflatten(x, [inputs, 1, 1]);
  const blocks = { kernel: 1, groups: inputs, bias: false };
  const products = layers.convolution(pixels, units * inputs, `gadget${index + 1}`, blocks);
  const h = layers.flatten(linear ? products : layers.relu(products));
  return layers.linear(h, width, `fc${index + 1}`, { bias: false, output });
}
