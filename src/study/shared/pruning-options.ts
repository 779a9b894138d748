/** The options of studies that prune networks: how much, where, and what. */
import { integer, number, type Option, oneOf } from "../option.ts";
import { BY_MODEL, need } from "./options.ts";

const fraction = number({ rule: "a number from 0 to 1", holds: (value) => value >= 0 && value <= 1 });
const inside = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const prunes = need("an arm other than dense", ({ arms = [] }) => arms.some((arm) => arm !== "dense"));

/** How networks are pruned. */
export const PRUNING_OPTIONS: readonly Option[] = [
  {
    name: "levels",
    value: "n",
    description: "pruning rounds; levels 0 (dense) to n are trained",
    fallback: "20",
    read: integer(0, 9999),
    need: prunes,
  },
  {
    name: "cut",
    value: "fraction",
    description: "of the weights left, removed each round",
    fallback: "0.2",
    read: inside,
    need: prunes,
  },
  {
    name: "outputCutFactor",
    value: "f",
    description: "scales the cut of the output layer",
    fallback: BY_MODEL,
    read: fraction,
    need: prunes,
  },
  {
    name: "convCutFactor",
    value: "f",
    description: "scales the cut of convolutions, within layers",
    fallback: BY_MODEL,
    read: fraction,
    need: need(
      "scope layer and convolutions",
      ({ scope, model }) => scope === "layer" && !/^(lenet|mlp)/.test(model!),
      ["scope"],
    ),
  },
  {
    name: "scope",
    value: "name",
    description: "whether weights compete within their layer or globally",
    fallback: BY_MODEL,
    read: oneOf(["layer", "global"]),
    need: prunes,
  },
];

/** What is pruned. */
export const UNIT_OPTION: Option = {
  name: "unit",
  value: "name",
  description: "what is pruned: weight, or filter within layers",
  fallback: "weight",
  read: oneOf(["weight", "filter"]),
  need: prunes,
};
