/** The five blocks of Inception-v3 (Szegedy et al. 2016, figures 5 to 7 and 10), in torchvision's names and order. */
import type { Node } from "../graph/types.ts";
import type { ConvolutionOptions } from "./layers.ts";
import type { Layers } from "./model.ts";

/** Convolution without bias, batch normalisation and ReLU: layers `NAME.conv` and `NAME.bn`. */
export type Unit = (x: Node, channels: number, name: string, options: ConvolutionOptions) => Node;

/** Channels of the published network's first convolution. */
export const FULL_WIDTH = 32;

/** The units of a block, whose names begin with the block's; `width` is in place of {@link FULL_WIDTH}, and all others follow. */
export function unitsOf(
  { convolution, batchNorm, relu }: Layers,
  { width, block }: { width: number; block?: string },
): Unit {
  return (x, channels, name, options) => {
    const full = block === undefined ? name : `${block}.${name}`;
    const own = Math.max(1, Math.round((channels * width) / FULL_WIDTH));
    const y = convolution(x, own, `${full}.conv`, { ...options, bias: false });
    return relu(batchNorm(y, `${full}.bn`, { epsilon: 0.001 }));
  };
}

interface BlockOptions {
  readonly unit: Unit;
  readonly channels: number;
}
type Block = (layers: Layers, x: Node, options: BlockOptions) => Node;

const ONE: ConvolutionOptions = { kernel: 1 };
const THREE: ConvolutionOptions = { kernel: 3, padding: 1 };
const HALVING: ConvolutionOptions = { kernel: 3, stride: 2 };
const ROW: ConvolutionOptions = { kernel: [1, 7], padding: [0, 3] };
const COLUMN: ConvolutionOptions = { kernel: [7, 1], padding: [3, 0] };

type Conv = readonly [channels: number, name: string, options: ConvolutionOptions];

const chain = (unit: Unit, x: Node, steps: readonly Conv[]) =>
  steps.reduce((h, [channels, name, options]) => unit(h, channels, name, options), x);

const smooth = ({ averagePool }: Layers, x: Node) => averagePool(x, { kernel: 3, stride: 1, padding: 1 });
const shrink = ({ maxPool }: Layers, x: Node) => maxPool(x, { kernel: 3, stride: 2 });

/** The blocks by torchvision's letters. */
export const BLOCKS = {
  A(layers, x, { unit, channels }) {
    return layers.concatenate([
      unit(x, 64, "branch1x1", ONE),
      chain(unit, x, [
        [48, "branch5x5_1", ONE],
        [64, "branch5x5_2", { kernel: 5, padding: 2 }],
      ]),
      chain(unit, x, [
        [64, "branch3x3dbl_1", ONE],
        [96, "branch3x3dbl_2", THREE],
        [96, "branch3x3dbl_3", THREE],
      ]),
      unit(smooth(layers, x), channels, "branch_pool", ONE),
    ]);
  },
  B(layers, x, { unit }) {
    return layers.concatenate([
      unit(x, 384, "branch3x3", HALVING),
      chain(unit, x, [
        [64, "branch3x3dbl_1", ONE],
        [96, "branch3x3dbl_2", THREE],
        [96, "branch3x3dbl_3", HALVING],
      ]),
      shrink(layers, x),
    ]);
  },
  C(layers, x, { unit, channels }) {
    return layers.concatenate([
      unit(x, 192, "branch1x1", ONE),
      chain(unit, x, [
        [channels, "branch7x7_1", ONE],
        [channels, "branch7x7_2", ROW],
        [192, "branch7x7_3", COLUMN],
      ]),
      chain(unit, x, [
        [channels, "branch7x7dbl_1", ONE],
        [channels, "branch7x7dbl_2", COLUMN],
        [channels, "branch7x7dbl_3", ROW],
        [channels, "branch7x7dbl_4", COLUMN],
        [192, "branch7x7dbl_5", ROW],
      ]),
      unit(smooth(layers, x), 192, "branch_pool", ONE),
    ]);
  },
  D(layers, x, { unit }) {
    return layers.concatenate([
      chain(unit, x, [
        [192, "branch3x3_1", ONE],
        [320, "branch3x3_2", HALVING],
      ]),
      chain(unit, x, [
        [192, "branch7x7x3_1", ONE],
        [192, "branch7x7x3_2", ROW],
        [192, "branch7x7x3_3", COLUMN],
        [192, "branch7x7x3_4", HALVING],
      ]),
      shrink(layers, x),
    ]);
  },
  E(layers, x, { unit }) {
    const fork = (h: Node, row: string, column: string) => [
      unit(h, 384, row, { kernel: [1, 3], padding: [0, 1] }),
      unit(h, 384, column, { kernel: [3, 1], padding: [1, 0] }),
    ];
    const twice: readonly Conv[] = [
      [448, "branch3x3dbl_1", ONE],
      [384, "branch3x3dbl_2", THREE],
    ];
    return layers.concatenate([
      unit(x, 320, "branch1x1", ONE),
      ...fork(unit(x, 384, "branch3x3_1", ONE), "branch3x3_2a", "branch3x3_2b"),
      ...fork(chain(unit, x, twice), "branch3x3dbl_3a", "branch3x3dbl_3b"),
      unit(smooth(layers, x), 192, "branch_pool", ONE),
    ]);
  },
} as const satisfies Readonly<Record<string, Block>>;
