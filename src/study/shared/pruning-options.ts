/** The options of studies that prune networks: how much, where, and what. */
import { DEFAULT_SCORES, scoresNames } from "../../prune/scores.ts";
import { grouped, integer, number, type Option, oneOf } from "../option.ts";
import { BY_MODEL, need } from "./options.ts";

const fraction = number({ rule: "a number from 0 to 1", holds: (value) => value >= 0 && value <= 1 });
const inside = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const prunesAny = (arms: readonly string[]) => arms.some((arm) => arm !== "dense");
const prunes = need("an arm other than dense", ({ arms = [] }) => prunesAny(arms));

const CUTS: readonly Option[] = [
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
    name: "shortcutCutFactor",
    value: "f",
    description: "scales the cut of projections in residual shortcuts; 0 spares them",
    fallback: "1",
    read: fraction,
    need: need("a residual network", ({ model, arms = [] }) => prunesAny(arms) && /resnet/.test(model!), ["model"]),
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

/** How networks are pruned. */
export const PRUNING_OPTIONS: readonly Option[] = grouped("pruning", CUTS, ["levels", "cut"]);

const WHAT: readonly Option[] = [
  {
    name: "unit",
    value: "name",
    description: "what is pruned: weight, or filter within layers",
    fallback: "weight",
    read: oneOf(["weight", "filter"]),
    need: prunes,
  },
  {
    name: "scores",
    value: "name",
    description: () => `what weights are pruned by, the lowest first: ${scoresNames().join(", ")}`,
    fallback: DEFAULT_SCORES,
    read: oneOf(scoresNames),
    need: prunes,
  },
];

/** What is pruned, and by what. */
export const WHAT_OPTIONS: readonly Option[] = grouped("pruning", WHAT);

/** Of an arm that trains as long as its FLOPs allow. */
export const NO_LIMIT = "no limit";

/**
 * How much longer an arm trains that costs what the dense network does.
 * @param fallback what it is where it is not given: in words, as help says it
 */
export function longestOption(fallback: string): Option {
  return {
    name: "longest",
    value: "f",
    description: "how many times as long as the dense network scratch-b is trained at most",
    fallback,
    read: number({ rule: "a number from 1", holds: (value) => value >= 1 }),
    need: need("the arm scratch-b", ({ arms = [] }) => arms.includes("scratch-b"), ["arms"]),
  };
}
