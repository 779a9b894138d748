/** Marks that several figures share: names at the ends of lines, crosses where runs diverged, and the edge below. */

import * as Plot from "@observablehq/plot";
import { spread } from "./labels.ts";

/** Height of a name over the height of the frame of a figure as high as most. */
const NAME_SHARE = 0.065;

/** Width of a letter of the names at the ends of lines, in px, on the safe side. */
export const NAME_LETTER = 10.5;

/** The end of a line: its name, colour and height on the y scale. */
export interface LineEnd {
  readonly text: string;
  readonly color: string;
  readonly y: number;
}

/**
 * Names right of the frame at the heights of the lines' ends, moved apart where they would touch; an end that is not
 * finite has no name.
 * @param y ends of the y scale, whether it is logarithmic, the share of its height that a name needs, and its size in px
 */
export function endNames(
  ends: readonly LineEnd[],
  y: { domain: readonly [number, number]; log: boolean; share?: number; fontSize?: number },
): Plot.Markish {
  const shown = ends.filter((end) => Number.isFinite(end.y));
  const [to, from] = y.log ? [Math.log, Math.exp] : [Number, Number];
  const [low, high] = [to(y.domain[0]), to(y.domain[1])];
  const wanted = shown.map((end) => Math.min(high, Math.max(low, to(end.y))));
  const heights = spread(wanted, (high - low) * (y.share ?? NAME_SHARE), [low, high]);
  return Plot.text(
    shown.map((end, i) => ({ ...end, y: from(heights[i]!) })),
    {
      ...{ frameAnchor: "right", textAnchor: "start", dx: 8, y: "y", text: "text", fill: "color", fontWeight: "bold" },
      ...(y.fontSize !== undefined && { fontSize: y.fontSize }),
    },
  );
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
