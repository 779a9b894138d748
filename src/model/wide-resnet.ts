/** Wide residual networks, of depth 6n + 4 (Zagoruyko & Komodakis 2016, table 1), whose blocks normalise before they convolve. */
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** A wide ResNet's make-up. */
export interface WideResnetOptions extends Fitting {
  /** Blocks in each of the three stages, n of the depth 6n + 4. */
  readonly blocks: number;
  /** The widening factor k: stages have 16k, 32k and 64k channels. */
  readonly widening: number;
}

interface Block {
  readonly name: string;
  readonly channels: number;
  readonly stride: number;
}

/** Without the paper's optional dropout; layers are named `conv1`, `blockS.layer.B.convN`, `blockS.layer.B.convShortcut`, `bn1`, `fc`. */
export function wideResnet({ blocks, widening, ...fitting }: WideResnetOptions): Model {
  const plan = Array.from({ length: 3 * blocks }, (_, index): Block => {
    const stage = Math.floor(index / blocks);
    const stride = stage > 0 && index % blocks === 0 ? 2 : 1;
    return { name: `block${stage + 1}.layer.${index % blocks}`, channels: 16 * widening * 2 ** stage, stride };
  });
  return defineModel({
    ...fitting,
    build(layers: Layers, x: Node) {
      const stem = layers.convolution(x, 16, "conv1", { kernel: 3, padding: 1, bias: false });
      const images = plan.reduce((h, block) => blockOf(layers, h, block), stem);
      const features = layers.globalAverage(layers.relu(layers.batchNorm(images, "bn1")));
      return layers.linear(features, fitting.outputs, "fc", { output: true });
    },
  });
}

/** Where channels change, the projection too starts from the normalised input, as in the authors' code. */
function blockOf(layers: Layers, x: Node, { name, channels, stride }: Block): Node {
  const { convolution, batchNorm, relu, add } = layers;
  const before = relu(batchNorm(x, `${name}.bn1`));
  const inner = convolution(before, channels, `${name}.conv1`, { kernel: 3, stride, padding: 1, bias: false });
  const after = relu(batchNorm(inner, `${name}.bn2`));
  const residual = convolution(after, channels, `${name}.conv2`, { kernel: 3, padding: 1, bias: false });
  if (x.type.shape[0] === channels) return add(residual, x);
  return add(residual, convolution(before, channels, `${name}.convShortcut`, { kernel: 1, stride, bias: false }));
}
