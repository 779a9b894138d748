/**
 * VGG for CIFAR (Simonyan & Zisserman 2015, table 1) with batch normalisation, as OpenLTH's `cifar_vgg`: convolutions keep
 * their biases, and one linear layer follows the mean of the last images.
 */
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Layers, type Model } from "./model.ts";

/** Convolutions of each stage by depth; the paper's, less its three linear layers. */
const STAGES = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

/** Channels of a convolution, or `M` for a 2x2 max-pool. */
export type VggPlan = readonly (number | "M")[];

/**
 * The plan of a depth: channels double from stage to stage up to eight times `width`, and a max-pool parts the stages.
 * @param pools 5 has one behind the last stage too, as in the paper; of CIFAR's images it leaves one pixel to the mean
 */
export function vggPlan(depth: keyof typeof STAGES, width = 64, pools: 4 | 5 = 4): VggPlan {
  const plan = STAGES[depth].flatMap((count, stage) => {
    const channels = width * Math.min(2 ** stage, 8);
    return [...(stage > 0 ? (["M"] as const) : []), ...Array.from({ length: count }, () => channels)];
  });
  return pools === 5 ? [...plan, "M"] : plan;
}

/** A VGG of any plan; layers are named `layers.I`, I counting the plan's entries, and `fc`. */
export function vgg({ plan, ...fitting }: Fitting & { readonly plan: VggPlan }): Model {
  return defineModel({
    ...fitting,
    build(layers: Layers, x: Node) {
      const images = plan.reduce<Node>((h, entry, index) => {
        if (entry === "M") return layers.maxPool(h, { kernel: 2 });
        const y = layers.convolution(h, entry, `layers.${index}.conv`, { kernel: 3, padding: 1 });
        return layers.relu(layers.batchNorm(y, `layers.${index}.bn`));
      }, x);
      return layers.linear(layers.globalAverage(images), fitting.outputs, "fc", { output: true });
    },
  });
}
