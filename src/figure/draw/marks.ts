/** Marks that several figures share: names at the ends of lines, crosses where runs diverged, and the edge below. */

import * as Plot from "@observablehq/plot";
import { type Band, bandOf } from "../band.ts";
import type { Spread } from "../spread.ts";
import { spread } from "./labels.ts";

/** Height of a name over the height of the frame of a figure as high as most. */
const NAME_SHARE = 0.065;

/** Width of a letter of the names at the ends of lines, in px, on the safe side. */
export const NAME_LETTER = 10.5;

/** What marks of one line of a figure share, so that a page finds them all by its name. */
export function series(name: string): { readonly className: "series"; readonly ariaDescription: string } {
  return { className: "series", ariaDescription: name };
}

/** What a point says of itself: its line, its place, and its mean with the ends of the band and n. */
export function pointText(name: string, at: string, { band, ...spread }: Spread & { readonly band: Band }): string {
  const [low, high] = bandOf(spread, band);
  const range = high > low ? `${short(low)} to ${short(high)}; ` : "";
  return `${name} at ${at}: ${short(spread.mean)} (${range}n = ${spread.n})`;
}

/** Four digits, which tell single images of MNIST's test set apart. */
const short = (value: number) => String(Number(value.toPrecision(4)));

/** The end of a line: its name, colour and place on the scales. */
export interface LineEnd {
  readonly text: string;
  readonly color: string;
  readonly y: number;
  /** Where the line ends; absent: at the edge of the frame. */
  readonly x?: number;
}

/** Px between the frame and a name. */
const NAME_GAP = 10;

/**
 * Names right of the frame at the heights of the lines' ends, moved apart where they would touch, each tied to its end by a
 * thin line; an end that is not finite has no name.
 * @param y ends of the y scale, whether it is logarithmic, the share of its height that a name needs, and its size in px
 */
export function endNames(
  ends: readonly LineEnd[],
  y: { domain: readonly [number, number]; log: boolean; share?: number; fontSize?: number },
): Plot.Markish[] {
  const shown = ends.filter((end) => Number.isFinite(end.y));
  const [to, from] = y.log ? [Math.log, Math.exp] : [Number, Number];
  const [low, high] = [to(y.domain[0]), to(y.domain[1])];
  const wanted = shown.map((end) => Math.min(high, Math.max(low, to(end.y))));
  const heights = spread(wanted, (high - low) * (y.share ?? NAME_SHARE), [low, high]);
  return shown.map(({ text, color: fill, x }, i) =>
    Plot.text([{ y: from(heights[i]!) }], {
      ...{ ...series(text), frameAnchor: "right", textAnchor: "start", dx: NAME_GAP, y: "y", text: () => text, fill },
      ...{ fontWeight: "bold", render: tiedTo({ x, y: from(wanted[i]!), color: fill }) },
      ...(y.fontSize !== undefined && { fontSize: y.fontSize }),
    }),
  );
}

/** Draws a name and the line from an end to it. */
function tiedTo(end: { readonly x: number | undefined; readonly y: number; readonly color: string }) {
  const render: Plot.RenderFunction = (index, scales, values, dimensions, context, next) => {
    const drawn = next!(index, scales, values, dimensions, context)!;
    const edge = dimensions.width - dimensions.marginRight;
    const line = context.document.createElementNS("http://www.w3.org/2000/svg", "path");
    // The name's group, which it stands in, is moved by the gap.
    const from = [(end.x === undefined ? edge : scales.x!(end.x)!) - NAME_GAP, scales.y!(end.y)];
    const attributes = {
      d: `M${from.join(",")}L${edge - 3},${(values.y as ArrayLike<number>)[0]}`,
      ...{ fill: "none", stroke: end.color, "stroke-opacity": 0.6, "stroke-width": 1.2 },
    };
    for (const [key, value] of Object.entries(attributes)) line.setAttribute(key, String(value));
    drawn.prepend(line);
    return drawn;
  };
  return render;
}

/**
 * White over all that marks before it draw below the frame. A clip path would do the same, but the PNG renderer
 * aborts the process on one whose content is off the picture.
 */
export const floor: Plot.RenderFunction = (_index, _scales, _values, dimensions, context) => {
  const rect = context.document.createElementNS("http://www.w3.org/2000/svg", "rect");
  // Three px more on both sides, for strokes that straddle the frame.
  const { width, height, marginLeft, marginRight, marginBottom } = dimensions;
  const place = {
    x: marginLeft - 3,
    y: height - marginBottom,
    width: width - marginLeft - marginRight + 6,
    height: marginBottom,
  };
  const attributes = { ...place, fill: "white" };
  for (const [key, value] of Object.entries(attributes)) rect.setAttribute(key, String(value));
  return rect;
};

/** Crosses on the bottom of the frame, over a white one that parts them from the lines behind. */
export function crosses<T>(data: readonly T[], options: Plot.DotOptions): Plot.Markish[] {
  const shared = { dy: -9, ...options, frameAnchor: "bottom", symbol: "times", r: 5 } as const;
  return [
    Plot.dot(data, { ...shared, stroke: "white", strokeWidth: 6 }),
    Plot.dot(data, { ...shared, strokeWidth: 2.5 }),
  ];
}
