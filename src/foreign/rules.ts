/** How programs call the parameters that models here have: a table of rules, each to the letter. */
import type { Model } from "../model/model.ts";

/** The names of one program for one family of models. */
export interface NamingRule {
  /** Whose names they are. */
  readonly source: string;
  /** The models here that it is of, by name. */
  readonly models: RegExp;
  /** The same in words, for the page of the rules. */
  readonly family: string;
  /** A parameter's name in that program; `layer` is ours, such as `blocks.3.conv1`. */
  layer(layer: string, model: Model): string;
  /** Tensors of that program that scoring does not read. */
  readonly unread?: RegExp;
}

const CIFAR_RESNET = /^resnet-(?:8|14|20|32|44|56|110)(?!\d)/;
const MLP = /^(?:lenet|mlp)-/;

const same = (layer: string) => layer;

/** The table, ours first; the others where these do not fit. */
export const NAMING_RULES: readonly NamingRule[] = [
  {
    source: "Tombola; OpenLTH and, of resnet-18, -34, -50, torchvision and timm",
    family: "all",
    models: /^/,
    layer: same,
  },
  {
    source: "torchvision, timm",
    family: "inception-v3",
    models: /^inception-v3/,
    layer: same,
    // The classifier beside the network, which only training reads.
    unread: /^AuxLogits\./,
  },
  {
    source: "OpenLTH",
    family: "lenet, mlp",
    models: MLP,
    layer(layer, { parameters }) {
      const number = Number(layer.slice("fc".length));
      const last = parameters.at(-1)!.layer === layer;
      return last ? "fc" : `fc_layers.${number - 1}`;
    },
  },
  {
    source: "akamaster",
    family: "resnet-20 and the like",
    models: CIFAR_RESNET,
    layer(layer, model) {
      const [, index, rest] = /^blocks\.(\d+)\.(.*)$/.exec(layer) ?? [];
      if (index === undefined) return { conv: "conv1", bn: "bn1", fc: "linear" }[layer] ?? layer;
      const perStage = blocksOf(model) / 3;
      return `layer${Math.floor(Number(index) / perStage) + 1}.${Number(index) % perStage}.${rest}`;
    },
  },
  {
    source: "kuangliu",
    family: "resnet-18-cifar, -34-cifar, -50-cifar",
    models: /^resnet-(?:18|34|50)-cifar/,
    layer: (layer) => (layer === "fc" ? "linear" : layer.replace(".downsample.", ".shortcut.")),
  },
  {
    source: "kuangliu",
    family: "vgg",
    models: /^vgg-/,
    layer(layer, model) {
      const [, index, part] = /^layers\.(\d+)\.(conv|bn)$/.exec(layer) ?? [];
      if (index === undefined) return "classifier";
      // A convolution is three modules there, and a max-pool is one.
      const before = new Set(convolutionsOf(model).filter((each) => each < Number(index))).size;
      return `features.${Number(index) + 2 * before + (part === "bn" ? 1 : 0)}`;
    },
  },
];

function blocksOf({ parameters }: Model): number {
  return new Set(parameters.flatMap(({ layer }) => /^blocks\.(\d+)\./.exec(layer)?.[1] ?? [])).size;
}

/** The places of convolutions in a VGG's plan. */
function convolutionsOf({ parameters }: Model): number[] {
  return parameters.flatMap(({ layer }) => /^layers\.(\d+)\.conv$/.exec(layer)?.[1] ?? []).map(Number);
}
