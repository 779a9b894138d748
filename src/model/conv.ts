/**
 * Conv-2, Conv-4 and Conv-6: small VGG-like networks for CIFAR-10 (Frankle & Carbin 2019, figure 2); Conv-8 has a further
 * pair (Ramanujan et al. 2020).
 */
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** A Conv network's make-up. */
export interface ConvOptions extends Fitting {
  /** Layers of convolutions, in pairs. */
  readonly depth: 2 | 4 | 6 | 8;
  /**
   * Dropout rate after each of the two hidden fully connected layers. The paper gives the rate, 0.5, and no place.
   * Default 0.
   */
  readonly dropout?: number;
  /** Channels of the first pair, which every further pair doubles; from 1, default 64. */
  readonly channels?: number;
  /** Units of each hidden fully connected layer, from 1; default 256. */
  readonly hidden?: number;
  /** Of all layers; default true. */
  readonly bias?: boolean;
  /** Default `relu`. */
  readonly activation?: "relu" | "elu";
}

/**
 * Pairs of 3x3 convolutions `conv1`, `conv2`, ... with ReLU (or ELU), a 2x2 max-pool after each pair, then `fc1`, `fc2`
 * and `fc3`. Throws with code `usage` where the images are too small for the pools.
 */
export function conv({
  depth,
  dropout = 0,
  channels = 64,
  hidden = 256,
  bias = true,
  activation = "relu",
  ...fitting
}: ConvOptions): Model {
  return defineModel({
    ...fitting,
    build(layers: Layers, x: Node) {
      const { linear } = layers;
      const pairs = Array.from({ length: depth / 2 }, (_, index) => index);
      const images = pairs.reduce(
        (h, index) => pairOf(layers, h, { index, channels: channels * 2 ** index, bias, activation }),
        x,
      );
      const dense = (h: Node, name: string) =>
        layers.dropout(layers[activation](linear(h, hidden, name, { bias })), dropout);
      const features = dense(dense(layers.flatten(images), "fc1"), "fc2");
      return linear(features, fitting.outputs, "fc3", { output: true, bias });
    },
  });
}

type PairOptions = Required<Pick<ConvOptions, "channels" | "bias" | "activation">> & { readonly index: number };

function pairOf(layers: Layers, x: Node, { index, channels, bias, activation }: PairOptions): Node {
  const one = (h: Node, number: number) =>
    layers[activation](layers.convolution(h, channels, `conv${number}`, { kernel: 3, padding: 1, bias }));
  return layers.maxPool(one(one(x, 2 * index + 1), 2 * index + 2), { kernel: 2 });
}
