/** Inception-v3 (Szegedy et al. 2016, table 1) as in torchvision, without its auxiliary classifier. */
import type { Node, Pair } from "../graph/types.ts";
import { BLOCKS, FULL_WIDTH, type Unit, unitsOf } from "./inception-blocks.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** An Inception-v3's make-up. */
export interface InceptionOptions extends Fitting {
  /**
   * `imagenet`: 299x299 images reach the first block at 35x35. `cifar`: every convolution of the stem has stride 1 and
   * keeps the size, and of its max-pools only the first is left, padded, so that 32x32 images reach it at 16x16.
   */
  readonly stem?: "imagenet" | "cifar";
  /** Channels of the first convolution, to which all others are proportional; 32 where absent. */
  readonly width?: number;
}

type BlockName = keyof typeof BLOCKS;

/** Name, kind, and the channels that its kind leaves open: of branch_pool in A, within the 7x7 branches in C. */
const PLAN: readonly (readonly [name: string, kind: BlockName, channels: number])[] = [
  ["Mixed_5b", "A", 32],
  ["Mixed_5c", "A", 64],
  ["Mixed_5d", "A", 64],
  ["Mixed_6a", "B", 0],
  ["Mixed_6b", "C", 128],
  ["Mixed_6c", "C", 160],
  ["Mixed_6d", "C", 160],
  ["Mixed_6e", "C", 192],
  ["Mixed_7a", "D", 0],
  ["Mixed_7b", "E", 0],
  ["Mixed_7c", "E", 0],
];

/** Both have dropout of 0.5 before the last layer, as torchvision. */
export function inception({ stem = "imagenet", width = FULL_WIDTH, ...fitting }: InceptionOptions): Model {
  return defineModel({
    ...fitting,
    build(layers: Layers, x: Node) {
      const images = PLAN.reduce(
        (h, [name, kind, channels]) =>
          BLOCKS[kind](layers, h, { unit: unitsOf(layers, { width, block: name }), channels }),
        stemOf(unitsOf(layers, { width }), x, { layers, stem }),
      );
      const features = layers.dropout(layers.globalAverage(images), 0.5);
      return layers.linear(features, fitting.outputs, "fc", { output: true });
    },
  });
}

function stemOf(unit: Unit, x: Node, { layers, stem }: { layers: Layers; stem: "imagenet" | "cifar" }): Node {
  const large = stem === "imagenet";
  const same: { padding: Pair } = { padding: [1, 1] };
  const grow = large ? {} : same;
  const first = unit(x, 32, "Conv2d_1a_3x3", { kernel: 3, ...(large ? { stride: 2 } : same) });
  const third = unit(unit(first, 32, "Conv2d_2a_3x3", { kernel: 3, ...grow }), 64, "Conv2d_2b_3x3", {
    kernel: 3,
    ...same,
  });
  const pooled = layers.maxPool(third, { kernel: 3, stride: 2, ...grow });
  const fifth = unit(unit(pooled, 80, "Conv2d_3b_1x1", { kernel: 1 }), 192, "Conv2d_4a_3x3", { kernel: 3, ...grow });
  return large ? layers.maxPool(fifth, { kernel: 3, stride: 2 }) : fifth;
}
