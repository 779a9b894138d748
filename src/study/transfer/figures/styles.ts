/** How the lines of transfer figures are told apart. */

/** Colours of Okabe and Ito and symbols, by the place of a line. */
export const STYLES = [
  ["#0072b2", "circle"],
  ["#d55e00", "square"],
  ["#009e73", "triangle"],
  ["#b8578c", "diamond"],
  ["#000000", "cross"],
  ["#b07d00", "hexagon"],
  ["#7a4fbf", "star"],
  ["#3a9bd9", "wye"],
] as const;
