/** Time and memory of a training step against weights remaining, as figures. */
import * as Plot from "@observablehq/plot";
import { sentences } from "../figure/draw/caption.ts";
import { toCsv } from "../figure/draw/csv.ts";
import { draw, poster } from "../figure/draw/draw.ts";
import { endNames } from "../figure/draw/marks.ts";
import { weightsAxis, weightsScale } from "../figure/draw/scales.ts";
import { ARM_STYLES } from "../study/networks/arms.ts";
import type { Arm } from "../study/networks/row.ts";

/** What was measured at one density; milliseconds and bytes. */
export interface DensityPoint {
  readonly density: number;
  readonly ms: number;
  readonly total: number;
  readonly weights: number;
}

/** A picture that stands alone, and the numbers drawn. */
export interface DensityFigure {
  readonly name: "step-time" | "step-memory";
  readonly svg: string;
  readonly csv: string;
}

interface Curve {
  readonly text: string;
  readonly style: (typeof ARM_STYLES)[Arm];
  readonly dash: boolean;
  readonly value: (point: DensityPoint) => number;
}

const { ticket: MAIN, reinit: SECOND, dense: QUIET } = ARM_STYLES;
const MIB = 2 ** 20;

/**
 * Milliseconds of a step against density, with the peer's as a dashed line across.
 * @param words `subtitle`: what was timed on what; `peer`: milliseconds of the peer's step, which multiplies dense
 *   weights with a mask and so takes the same time at any density
 */
export function stepTimeFigure(
  points: readonly DensityPoint[],
  { subtitle, peer }: { subtitle: string; peer: number },
): DensityFigure {
  const title = "Time of a training step";
  const caption = sentences(
    "Each step to the right leaves fewer weights, in random places, the same share of every layer.",
    "PyTorch multiplies dense weights with a mask, and takes the same time at every density.",
  );
  const lines: Curve[] = [
    { text: "Tombola", style: MAIN, dash: false, value: ({ ms }) => ms },
    { text: "PyTorch", style: QUIET, dash: true, value: () => peer },
  ];
  const domain = [0, 1.05 * Math.max(peer, ...points.map(({ ms }) => ms))] as const;
  const drawing = drawLines(points, lines, { yLabel: "Milliseconds", domain, log: false });
  const csv = toCsv(points.map(({ density, ms }) => ({ density, ms, peer, ratio: ms / peer })));
  return { name: "step-time", svg: poster({ title, caption, subtitle }, drawing), csv };
}

/** MiB of a step against density: all that it holds, and the part that pruning shrinks. */
export function stepMemoryFigure(points: readonly DensityPoint[], { subtitle }: { subtitle: string }): DensityFigure {
  const title = "Memory of a training step";
  const caption = sentences(
    "Weights: parameters, momentum and the index of those kept.",
    "All: these, activations, their gradients, and each thread's scratch; its peak, as nothing is allocated later.",
  );
  const lines: Curve[] = [
    { text: "all", style: MAIN, dash: false, value: ({ total }) => total / MIB },
    { text: "weights", style: SECOND, dash: false, value: ({ weights }) => weights / MIB },
  ];
  const values = points.flatMap((point) => lines.map(({ value }) => value(point)));
  const domain = [Math.min(...values) / 1.5, Math.max(...values) * 1.5] as const;
  const drawing = drawLines(points, lines, { yLabel: "MiB (log scale)", domain, log: true });
  const csv = toCsv(points.map(({ density, total, weights }) => ({ density, total, weights })));
  return { name: "step-memory", svg: poster({ title, caption, subtitle }, drawing), csv };
}

interface Axis {
  readonly yLabel: string;
  readonly domain: readonly [number, number];
  readonly log: boolean;
}

function drawLines(points: readonly DensityPoint[], lines: readonly Curve[], { yLabel, domain, log }: Axis): string {
  const places = points.map((point, level) => ({ ...point, level, weightsRemaining: 100 * point.density }));
  const last = places.at(-1)!;
  const scale = log ? { type: "log" as const, tickFormat: String, ticks: 4 } : { ticks: 6 };
  return draw({
    yLabel,
    marginRight: 92,
    x: weightsScale(places),
    y: { ...scale, domain: [...domain], grid: true, label: null },
    marks: [
      ...lines.map(({ value, style: { color }, dash }) => {
        const style = { stroke: color, strokeWidth: dash ? 2 : 2.5, strokeDasharray: dash ? "7 5" : "none" };
        return Plot.lineY(places, { x: "weightsRemaining", y: value, ...style });
      }),
      ...lines.filter(({ dash }) => !dash).map((line) => Plot.dot(places, dots(line))),
      weightsAxis(places),
      endNames(
        lines.map(({ text, style, value }) => ({ text, color: style.color, x: last.weightsRemaining, y: value(last) })),
        { domain, log },
      ),
    ],
  });
}

function dots({ value, style: { color, symbol } }: Curve): Plot.DotOptions {
  return { x: "weightsRemaining", y: value, fill: color, symbol, r: 4 };
}
