/**
 * Networks that are pre-trained: a CIFAR ResNet whose features several heads read, `resnet-20-projected64`. Its first convolution
 * and its heads are never cut (Chen et al. 2021); a training leaves the heads alone that its loss does not read.
 */
import { fail } from "../base/errors.ts";
import { marked } from "../model/freeze.ts";
import { defineModel, type Fitting, type Model } from "../model/model.ts";
import type { ModelFamily } from "../model/registry.ts";
import { cifarFeatures } from "../model/resnet-cifar.ts";

interface Sizes {
  readonly blocks: number;
  readonly width: number;
  /** Numbers that the contrastive head gives, behind a hidden layer as wide as the features (Chen et al. 2020). */
  readonly projected: number;
}

/** Quarters of a turn. */
const TURNS = 4;

const SPARED = /^(conv|fc|projection\.\d|rotation)$/;

/** The model: heads `output` (classes), `features`, `projection` and `rotation`. */
export function projectedResnet({ blocks, width, projected, ...fitting }: Fitting & Sizes): Model {
  const model = defineModel({
    ...fitting,
    build(layers, x) {
      const features = cifarFeatures(layers, x, { blocks, width });
      const { linear, relu } = layers;
      const output = { output: true };
      const hidden = relu(linear(features, features.type.shape[0]!, "projection.0", output));
      return {
        output: linear(features, fitting.outputs, "fc", output),
        features,
        projection: linear(hidden, projected, "projection.2", output),
        rotation: linear(features, TURNS, "rotation", output),
      };
    },
  });
  return marked(model, (parameter) => (SPARED.test(parameter.layer) ? { ...parameter, prunable: false } : parameter));
}

export const PROJECTED: ModelFamily = {
  grammar: "resnet-8|14|20|32|44|56|110[-WIDTH]-projectedUNITS",
  pattern: /^resnet-(?<depth>8|14|20|32|44|56|110)(?:-(?<width>[1-9]\d{0,3}))?-projected(?<projected>[1-9]\d{0,3})$/,
  least: () => 1,
  build(fitting, { depth, width = 16, projected }) {
    if (fitting.input.length !== 3)
      fail("usage", "model", { rule: `${fitting.name} needs pictures`, got: `[${fitting.input}]` });
    const sizes = { blocks: (Number(depth) - 2) / 6, width: Number(width), projected: Number(projected) };
    return projectedResnet({ ...fitting, ...sizes });
  },
};
