/** How each arm looks in every figure, and what it is in words: colours of Okabe and Ito, fixed per arm. */

import type { Arm } from "../study/row.ts";

interface ArmStyle {
  readonly color: string;
  /** A second sign beside the colour, for prints in grey. */
  readonly symbol: "circle" | "square" | "triangle" | "diamond" | "star";
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
  reinit: {
    color: "#d55e00",
    symbol: "square",
    meaning: "the ticket's mask with new random weights",
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
  dense: { color: "#555555", symbol: "star", meaning: "the whole network" },
};

/** Colour-blind-safe colours in an order that the eye reads as one: plasma from its dark end, up to what is legible on white. */
const SEQUENCE: readonly (readonly [number, number, number])[] = [
  [13, 8, 135],
  [83, 2, 163],
  [139, 10, 165],
  [184, 50, 137],
  [219, 92, 104],
  [238, 123, 81],
];

/** `count` sequential colours, dark first, as `#rrggbb`. */
export function sequentialColors(count: number): string[] {
  return Array.from({ length: count }, (_, index) => mix(count < 2 ? 0 : index / (count - 1)));
}

function mix(at: number): string {
  const position = at * (SEQUENCE.length - 1);
  const left = Math.min(Math.floor(position), SEQUENCE.length - 2);
  const channels = SEQUENCE[left]!.map((from, c) => from + (SEQUENCE[left + 1]![c]! - from) * (position - left));
  return `#${channels.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
