/** How constructions look in figures, and what is right of their lines. */
import type { Construction } from "../../../strong/compile.ts";
import type { Law } from "../../../strong/needed.ts";

interface Style {
  readonly color: string;
  readonly symbol: "circle" | "square" | "diamond" | "triangle";
}

/** Colours of Okabe and Ito, which colour-blind readers tell apart; symbols say the same without colour. */
export const STYLES: Readonly<Record<Construction, Style>> = {
  malach: { color: "#D55E00", symbol: "square" },
  orseau: { color: "#0072B2", symbol: "circle" },
  pensia: { color: "#009E73", symbol: "diamond" },
  burkholz: { color: "#CC79A7", symbol: "triangle" },
};

export const LAW_STYLES: Readonly<Record<Law, Style>> = { uniform: STYLES.burkholz, products: STYLES.pensia };

/** Room for the names, in px. */
export const NAME_MARGIN = 108;

/** Ends of a log scale: the powers of ten around some values. */
export function decades(values: readonly number[]): readonly [number, number] {
  return [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values)))];
}
