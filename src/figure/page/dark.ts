/** Colours of figures on a dark page: what is drawn for white paper, lightened in its order. */

/** Style rules that give the colours of drawings their lighter ones inside `figure svg`; areas of heat maps keep theirs. */
export function darkRules(drawings: readonly string[]): string {
  const found = new Set(
    drawings.flatMap((drawing) => [...drawing.matchAll(/(?:fill|stroke)="(#[0-9a-f]{6})"/g)]).map((match) => match[1]!),
  );
  const rules = [...found].map((color) =>
    (["fill", "stroke"] as const)
      .map((paint) => `figure svg :not(rect)[${paint}="${color}"] { ${paint}: ${lightened(color)}; }`)
      .join("\n"),
  );
  return [...BASE, ...rules].join("\n");
}

/** The paper and the ink of drawings. */
const BASE = [
  "figure svg { fill: var(--ink); color: var(--ink); }",
  'figure svg rect[fill="white"] { fill: var(--card); }',
  'figure svg [stroke="white"] { stroke: var(--card); }',
  ...["fill", "stroke"].map((paint) => `figure svg [${paint}="black"] { ${paint}: var(--ink); }`),
];

/** Most that a colour is mixed with white. */
const MOST = 0.45;

/** A colour that is to be seen on a dark page; the darker it was, the more white is in it, so that the order stays. Black turns white. */
export function lightened(color: string): string {
  if (color === "#000000") return "#ffffff";
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const share = MOST * (1 - luminance(color)) ** 2;
  const mixed = channels.map((value) => Math.round(value + share * (255 - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** How bright a colour `#rrggbb` is, 0 to 1 (WCAG 2.2, relative luminance). */
export function luminance(color: string): number {
  const linear = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}
