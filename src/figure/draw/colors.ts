/** Colours that follow an order. */

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

/** The colour of a place from 0, dark, to 1 in the same sequence, and a colour for text on it. */
export function heatColors(at: number): readonly [fill: string, ink: string] {
  const place = Math.min(1, Math.max(0, at));
  return [mix(place), place > 0.7 ? "#222222" : "#ffffff"];
}

function mix(at: number): string {
  const position = at * (SEQUENCE.length - 1);
  const left = Math.min(Math.floor(position), SEQUENCE.length - 2);
  const channels = SEQUENCE[left]!.map((from, c) => from + (SEQUENCE[left + 1]![c]! - from) * (position - left));
  return `#${channels.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}
