/** Models of traces whose metadata describe them in words instead of by a name that the command line takes. */

import type { Node, Pair } from "../../src/graph/types.ts";
import { conv } from "../../src/model/conv.ts";
import { defineModel, type Fitting, type Layers, type Model } from "../../src/model/model.ts";
import { type ModelContext, parseModel } from "../../src/model/registry.ts";
import { vgg } from "../../src/model/vgg.ts";

const DESCRIBED: Readonly<Record<string, (fitting: Fitting) => Model>> = {
  "conv-2 with 16 channels and 64 hidden units": (fitting) => conv({ ...fitting, depth: 2, channels: 16, hidden: 64 }),
  "vgg(16,M,32,M,64,M)": (fitting) => vgg({ ...fitting, plan: [16, "M", 32, "M", 64, "M"] }),
  "inception shapes": inceptionShapes,
};

/** The model of a trace; its parameters come in the order of the trace's. Throws `usage` where Tombola has none such. */
export function modelOf(name: string, { shape, outputs }: ModelContext): Model {
  return DESCRIBED[name]?.({ name, input: shape, outputs }) ?? parseModel(name, { shape, outputs });
}

interface Unit {
  readonly kernel: number | Pair;
  readonly padding?: Pair;
  readonly stride?: number;
}

/** The kernels of Inception-v3 in one block: 1x1, 5x5, 1x7 after 7x1, both poolings, and a step of stride 2. */
function inceptionShapes(fitting: Fitting): Model {
  return defineModel({
    ...fitting,
    build(layers: Layers, x: Node) {
      const unit = (h: Node, channels: number, name: string, options: Unit) => {
        const y = layers.convolution(h, channels, `${name}.0`, { ...options, bias: false });
        return layers.relu(layers.batchNorm(y, `${name}.1`, { epsilon: 0.001 }));
      };
      const one = { kernel: 1 };
      const b1 = unit(x, 8, "b1", one);
      const b5 = unit(unit(x, 6, "b5.0", one), 8, "b5.1", { kernel: 5, padding: [2, 2] });
      const row = unit(unit(x, 6, "b7.0", one), 6, "b7.1", { kernel: [1, 7], padding: [0, 3] });
      const b7 = unit(row, 8, "b7.2", { kernel: [7, 1], padding: [3, 0] });
      const bp = unit(layers.averagePool(x, { kernel: 3, stride: 1, padding: 1 }), 4, "bp", one);
      const y = layers.concatenate([b1, b5, b7, bp]);
      const down = [unit(y, 16, "down", { kernel: 3, stride: 2 }), layers.maxPool(y, { kernel: 3, stride: 2 })];
      const features = layers.globalAverage(layers.concatenate(down));
      return layers.linear(features, fitting.outputs, "fc", { output: true });
    },
  });
}
