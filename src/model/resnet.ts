/** Residual networks for ImageNet (He et al. 2016, table 1) in torchvision's names: strides sit in the 3x3 convolutions. */
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** Blocks of the four stages by depth, and whether they are bottlenecks. */
const RESNETS = {
  18: { blocks: [2, 2, 2, 2], bottleneck: false },
  34: { blocks: [3, 4, 6, 3], bottleneck: false },
  50: { blocks: [3, 4, 6, 3], bottleneck: true },
} as const;

/** An ImageNet ResNet's make-up. */
export interface ResnetOptions extends Fitting {
  readonly depth: keyof typeof RESNETS;
  /** `imagenet`: 7x7 at stride 2, then a max-pool; `cifar`: one 3x3 at stride 1, for images that are small already. */
  readonly stem?: "imagenet" | "cifar";
  /** Channels of the first convolution, to which all others are proportional; 64 where absent. */
  readonly width?: number;
}

interface Block {
  readonly name: string;
  readonly channels: number;
  readonly stride: number;
  readonly bottleneck: boolean;
}

/** ResNet-18, -34 or -50; layers are named `conv1`, `layerS.B.convN`, `layerS.B.downsample.0` and `fc`. */
export function resnet({ depth, stem = "imagenet", width = 64, ...fitting }: ResnetOptions): Model {
  return defineModel({
    ...fitting,
    build(layers: Layers, x: Node) {
      const images = planOf(depth, width).reduce(
        (h, block) => blockOf(layers, h, block),
        stemOf(layers, x, { stem, width }),
      );
      return layers.linear(layers.globalAverage(images), fitting.outputs, "fc", { output: true });
    },
  });
}

function planOf(depth: ResnetOptions["depth"], width: number): Block[] {
  const { blocks, bottleneck } = RESNETS[depth];
  return blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => ({
      name: `layer${stage + 1}.${index}`,
      channels: width * 2 ** stage,
      stride: stage > 0 && index === 0 ? 2 : 1,
      bottleneck,
    })),
  );
}

function stemOf(
  { convolution, batchNorm, relu, maxPool }: Layers,
  x: Node,
  { stem, width }: Required<Pick<ResnetOptions, "stem" | "width">>,
): Node {
  const large = stem === "imagenet";
  const shape = large ? { kernel: 7, stride: 2, padding: 3 } : { kernel: 3, padding: 1 };
  const y = relu(batchNorm(convolution(x, width, "conv1", { ...shape, bias: false }), "bn1"));
  return large ? maxPool(y, { kernel: 3, stride: 2, padding: 1 }) : y;
}

function blockOf(layers: Layers, x: Node, block: Block): Node {
  const { relu, add } = layers;
  const { channels, stride, bottleneck } = block;
  const unit = (h: Node, number: number, shape: Shape) => unitOf(layers, h, { block, number, ...shape });
  const outputs = bottleneck ? 4 * channels : channels;
  const residual = bottleneck
    ? unit(relu(unit(relu(unit(x, 1, { kernel: 1 })), 2, { kernel: 3, stride })), 3, { kernel: 1, outputs })
    : unit(relu(unit(x, 1, { kernel: 3, stride })), 2, { kernel: 3 });
  const fits = stride === 1 && x.type.shape[0] === outputs;
  return relu(add(residual, fits ? x : downsample(layers, x, { ...block, channels: outputs })));
}

interface Shape {
  readonly kernel: 1 | 3;
  readonly stride?: number;
  readonly outputs?: number;
}

/** A convolution that keeps its image's size but for the stride, and its normalisation. */
function unitOf({ convolution, batchNorm }: Layers, x: Node, unit: Shape & { block: Block; number: number }): Node {
  const { block, number, kernel, stride = 1, outputs = block.channels } = unit;
  const shape = { kernel, stride, padding: (kernel - 1) / 2, bias: false };
  return batchNorm(convolution(x, outputs, `${block.name}.conv${number}`, shape), `${block.name}.bn${number}`);
}

function downsample({ convolution, batchNorm }: Layers, x: Node, { name, channels, stride }: Block): Node {
  const y = convolution(x, channels, `${name}.downsample.0`, { kernel: 1, stride, bias: false, shortcut: true });
  return batchNorm(y, `${name}.downsample.1`);
}
