/** Op cases of the weight gradients of convolutions: planes that take one chain and several, and every kind of border. */
import type { ConvolutionAttributes } from "../src/graph/types.ts";
import { imageInput, type OpCase, parameter, squaredImages, weighted } from "./cases-parts.ts";

interface Shape extends Partial<ConvolutionAttributes> {
  readonly kernel: readonly [number, number];
  readonly plane: readonly [number, number];
}

const PLAIN: ConvolutionAttributes = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };

/** Channels and outputs of a group cross the widths of register tiles. */
const gradient = (name: string, { kernel, plane, ...rest }: Shape): OpCase[] =>
  weighted(`weight gradient of a convolution, ${name}`, (graph, { inputs, outputs }) => {
    const attributes = { ...PLAIN, ...rest };
    const [channels, results] = [1 + (inputs % 4), 1 + (outputs % 6)];
    const x = imageInput(graph, [channels * attributes.groups, ...plane]);
    const w = parameter(graph, "w", results * attributes.groups, channels, ...kernel);
    const y = graph.node("convolution", [x, w], attributes);
    return { loss: squaredImages(graph, y), targets: { w } };
  });

export const CONVOLUTION_GRADIENT: readonly OpCase[] = [
  ...gradient("3x3 on 9x8", { kernel: [3, 3], plane: [9, 8], padding: [1, 1] }),
  ...gradient("3x3 on 3x5", { kernel: [3, 3], plane: [3, 5], padding: [1, 1] }),
  ...gradient("3x3 on 2x1, taps that never meet it", { kernel: [3, 3], plane: [2, 1], padding: [1, 1] }),
  ...gradient("3x3 by steps of 2 and 3", { kernel: [3, 3], plane: [6, 7], stride: [2, 3], padding: [1, 1] }),
  ...gradient("3x3 dilated", { kernel: [3, 3], plane: [5, 6], padding: [2, 1], dilation: [2, 2] }),
  ...gradient("5x5", { kernel: [5, 5], plane: [4, 5], padding: [2, 2] }),
  ...gradient("1x1, steps of 2", { kernel: [1, 1], plane: [5, 6], stride: [2, 2] }),
  ...gradient("2x7", { kernel: [2, 7], plane: [4, 6], padding: [0, 3] }),
  ...gradient("2 groups", { kernel: [3, 3], plane: [3, 4], padding: [1, 1], groups: 2 }),
];
