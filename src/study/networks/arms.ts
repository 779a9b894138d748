/** How each arm looks in every figure, and what it is in words: colours of Okabe and Ito, fixed per arm. */

import type { Arm } from "./row.ts";

interface ArmStyle {
  readonly color: string;
  /** A second sign beside the colour, for prints in grey. */
  readonly symbol:
    | "circle"
    | "square"
    | "triangle"
    | "diamond"
    | "star"
    | "cross"
    | "wye"
    | "hexagon"
    | "diamond2"
    | "triangle2"
    | "square2";
  /** What it is, for captions and the glossary. */
  readonly meaning: string;
}

/** Colour, symbol and meaning of every arm. */
export const ARM_STYLES: Readonly<Record<Arm, ArmStyle>> = {
  ticket: {
    color: "#0072b2",
    symbol: "circle",
    meaning: "the pruned network, trained from its own first weights",
  },
  rewound: {
    color: "#000000",
    symbol: "cross",
    meaning: "a pruned network put back to an early iteration of the dense network's training",
  },
  oneshot: {
    color: "#882255",
    symbol: "diamond",
    meaning: "as rewound, under the mask that is cut from the dense network at once",
  },
  "lr-rewind": {
    color: "#3a9bd9",
    symbol: "wye",
    meaning: "a pruned network that keeps its trained weights and replays the learning rates",
  },
  finetune: {
    color: "#b07d00",
    symbol: "hexagon",
    meaning: "a pruned network that keeps its trained weights and goes on at the last learning rate",
  },
  reinit: {
    color: "#d55e00",
    symbol: "square",
    meaning: "the ticket's mask with new random weights",
  },
  "scratch-b": {
    color: "#7a4fbf",
    symbol: "diamond2",
    meaning: "as reinit, trained until it has cost as many FLOPs as the dense network",
  },
  random: {
    color: "#009e73",
    symbol: "triangle",
    meaning: "as many weights per layer as the ticket, in random places",
  },
  shuffle: {
    color: "#b8578c",
    symbol: "diamond",
    meaning: "the ticket's first weights under its mask, shuffled within each layer",
  },
  "nested-random": {
    color: "#8a6d1b",
    symbol: "hexagon",
    meaning: "the first weights under a random part of the level before's mask, as many per layer as the ticket",
  },
  dense: { color: "#555555", symbol: "star", meaning: "the whole network" },
  gradual: {
    color: "#009e73",
    symbol: "diamond",
    meaning: "lowest magnitudes removed little by little during training, where weights may return",
  },
  "gradual-random": {
    color: "#777700",
    symbol: "triangle",
    meaning: "as many weights removed as gradual does at the same iterations, at random",
  },
  variational: {
    color: "#a3195b",
    symbol: "square2",
    meaning:
      "variational dropout, which removes weights that are little but noise; a point for each rate of its penalty",
  },
  l0: {
    color: "#2f93d6",
    symbol: "triangle2",
    meaning: "L0 regularisation, which learns gates that shut; a point for each rate of its penalty",
  },
};

/** What the networks of a study share; nothing where there is one arm. */
export function sharedNote(arms: readonly Arm[]): string {
  if (arms.length < 2) return "";
  const dense = arms.includes("ticket") ? "; ticket and dense share only the weights that the ticket starts from" : "";
  return `Arms of one level share the order of the data${dense}.`;
}
