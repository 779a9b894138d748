/** Residual networks for CIFAR, of depth 6n + 2 (He et al. 2016, section 4.2), in OpenLTH's names. */
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/**
 * How a block's input is fitted to its output: by a 1x1 convolution and batch normalisation, or without parameters. The
 * channels of zeros that an identity lacks come behind its own (`identity`), or half before and half behind them
 * (`identity-centred`), as most published option-A networks have it.
 */
export type Shortcut = "projection" | "identity" | "identity-centred";

/** A CIFAR ResNet's make-up. */
export interface CifarResnetOptions extends Fitting {
  /** Blocks in each of the three stages, n of the depth 6n + 2. */
  readonly blocks: number;
  /** Channels of the first stage; 16 in the paper. */
  readonly width?: number;
  /** OpenLTH projects (option B); the paper's identities skip pixels and pad channels with zeros (option A). */
  readonly shortcut?: Shortcut;
}

interface Block {
  readonly name: string;
  readonly channels: number;
  readonly stride: number;
}

/** Three stages of basic blocks, each stage but the first halving the image and doubling the channels. */
export function cifarResnet(options: CifarResnetOptions): Model {
  const build = (layers: Layers, x: Node) =>
    layers.linear(cifarFeatures(layers, x, options), options.outputs, "fc", { output: true });
  return defineModel({ ...options, build });
}

/** What the network's classifier reads: of each channel of the last stage the mean. */
export function cifarFeatures(
  layers: Layers,
  x: Node,
  { blocks, width = 16, shortcut = "projection" }: Omit<CifarResnetOptions, keyof Fitting>,
): Node {
  const plan = Array.from({ length: 3 * blocks }, (_, index): Block => {
    const stage = Math.floor(index / blocks);
    const stride = stage > 0 && index % blocks === 0 ? 2 : 1;
    return { name: `blocks.${index}`, channels: width * 2 ** stage, stride };
  });
  const { convolution, batchNorm, relu } = layers;
  const stem = relu(batchNorm(convolution(x, width, "conv", { kernel: 3, padding: 1, bias: false }), "bn"));
  const images = plan.reduce((h, block) => basicBlock(layers, h, { ...block, shortcut }), stem);
  return layers.globalAverage(images);
}

function basicBlock(layers: Layers, x: Node, { shortcut, ...block }: Block & { shortcut: Shortcut }): Node {
  const { convolution, batchNorm, relu } = layers;
  const { name, channels, stride } = block;
  const three = (h: Node, number: number, by: number) => {
    const y = convolution(h, channels, `${name}.conv${number}`, { kernel: 3, stride: by, padding: 1, bias: false });
    return batchNorm(y, `${name}.bn${number}`);
  };
  const residual = three(relu(three(x, 1, stride)), 2, 1);
  return relu(layers.add(residual, SHORTCUTS[shortcut](layers, x, block)));
}

const fits = (x: Node, { channels, stride }: Block) => stride === 1 && x.type.shape[0] === channels;

const SHORTCUTS: Readonly<Record<Shortcut, (layers: Layers, x: Node, block: Block) => Node>> = {
  projection({ convolution, batchNorm }, x, block) {
    if (fits(x, block)) return x;
    const { name, channels, stride } = block;
    const y = convolution(x, channels, `${name}.shortcut.0`, { kernel: 1, stride, bias: false, shortcut: true });
    return batchNorm(y, `${name}.shortcut.1`);
  },
  identity: (layers, x, block) => padded(layers, x, { block, before: () => 0 }),
  "identity-centred": (layers, x, block) =>
    padded(layers, x, { block, before: (channels) => Math.floor(channels / 2) }),
};

/** Every other pixel, and channels of zeros, `before` of which precede those of the input. */
function padded(
  { maxPool, pad }: Layers,
  x: Node,
  { block, before }: { readonly block: Block; readonly before: (channels: number) => number },
): Node {
  if (fits(x, block)) return x;
  const picked = maxPool(x, { kernel: 1, stride: block.stride });
  const lacking = block.channels - x.type.shape[0]!;
  return pad(picked, { channels: [before(lacking), lacking - before(lacking)] });
}
