/** Constants that networks of others were trained with, by name: what `normalise` takes. Each has its source. */

import { fail } from "../base/errors.ts";
import { nearest } from "../base/suggest.ts";
import type { Statistics } from "./dataset.ts";

/** Mean and deviation per channel of pixels scaled to 0..1, and where they were published. */
export interface NamedConstants extends Statistics {
  readonly source: string;
}

/** A new name is one row. */
export const CONSTANTS: Readonly<Record<string, NamedConstants>> = {
  none: { mean: [0], std: [1], source: "pixels from 0 to 1, as torchvision's ToTensor gives them" },
  half: {
    mean: [0.5],
    std: [0.5],
    source: "pixels from -1 to 1: Inception of TensorFlow and Keras, timm's IMAGENET_INCEPTION_MEAN and _STD",
  },
  imagenet: {
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    source: "torchvision's models, and akamaster/pytorch_resnet_cifar10 on CIFAR-10",
  },
  clip: {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    source: "openai/CLIP, timm's OPENAI_CLIP_MEAN and _STD",
  },
  cifar10: {
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
    source: "per-channel statistics of CIFAR-10's training images",
  },
  "cifar10-kuangliu": {
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.2023, 0.1994, 0.201],
    source: "kuangliu/pytorch-cifar, OpenLTH: deviations averaged over images",
  },
  cifar100: {
    mean: [0.5070751592371323, 0.48654887331495095, 0.4409178433670343],
    std: [0.2673342858792401, 0.2564384629170883, 0.27615047132568404],
    source: "weiaicunzai/pytorch-cifar100: per-channel statistics of CIFAR-100's training images",
  },
  mnist: { mean: [0.1307], std: [0.3081], source: "pytorch/examples, of MNIST's training images" },
  "fashion-mnist": { mean: [0.286], std: [0.353], source: "of Fashion-MNIST's training images" },
};

/** The names of {@link CONSTANTS}. */
export const CONSTANT_NAMES: readonly string[] = Object.keys(CONSTANTS);

/** The constants of a name; throws `usage` listing the names if there are none. */
export function constantsNamed(name: string): NamedConstants {
  if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name]!;
  const meant = nearest(name, CONSTANT_NAMES);
  const remedy = meant ? `Did you mean ${meant}?` : "Give mean and std as numbers";
  return fail("usage", "normalise", { rule: `must be one of ${CONSTANT_NAMES.join(", ")}`, got: name, remedy });
}
