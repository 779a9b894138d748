/** Where dense kernels overtake sparse ones: both timed at the same masks, for every layer and direction. */

import { ALWAYS_SPARSE, type Crossover, type Direction, NEVER_SPARSE, productOf } from "../program/choose.ts";
import type { KernelName } from "../program/kernels.ts";
import type { CallTime } from "./profile.ts";
import { median } from "./rows.ts";
import { profiler, type Setting } from "./sources.ts";
import { openStep } from "./step.ts";

/** Milliseconds of one direction of one layer, with what it alone needs done, such as expanding weights. */
export interface CrossoverPoint {
  readonly model: string;
  readonly batch: number;
  /** Such as `fc1.weight`. */
  readonly parameter: string;
  readonly product: keyof Crossover;
  readonly direction: Direction;
  readonly density: number;
  readonly dense: number;
  readonly sparse: number;
}

/** Expanded weights serve the input gradient too, but are there for the forward pass already. */
const KERNELS: Readonly<Record<Direction, readonly KernelName[]>> = {
  forward: [...kinds("forward"), "convolution_forward_kept", "list_kept", "expand"],
  inputGradient: [...kinds("input_gradient"), "convolution_input_gradient_kept", "list_kept"],
  weightGradient: [...kinds("weight_gradient"), "transpose", "compress"],
};

function kinds(direction: "forward" | "input_gradient" | "weight_gradient"): KernelName[] {
  const layers = ["linear", "convolution"] as const;
  return layers.flatMap((layer): KernelName[] => [`${layer}_${direction}_dense`, `${layer}_${direction}_sparse`]);
}

/** Densities at which both kinds are timed. */
export const DENSITIES: readonly number[] = [0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9];

/** Times both kinds at one density, in turn, `rounds` times: medians over the rounds for every layer and direction. */
export async function crossoverPoints(
  setting: Setting,
  { batch, density, rounds }: { batch: number; density: number; rounds: number },
): Promise<CrossoverPoint[]> {
  const { model, method } = setting.family;
  const step = { model, batch, density, ...(method && { method }) };
  const open = (crossover: Crossover) =>
    profiler(setting, openStep(setting.engine, setting.dataset, { ...step, crossover }));
  const [dense, sparse] = [open(NEVER_SPARSE), open(ALWAYS_SPARSE)];
  const measured: ReturnType<typeof pointsOf>[] = [];
  for (let round = 0; round < rounds; round++) measured.push(pointsOf(await dense(), await sparse()));
  return measured[0]!.map((point, index) => ({
    ...point,
    model,
    batch,
    density,
    dense: median(measured.map((points) => points[index]!.dense)),
    sparse: median(measured.map((points) => points[index]!.sparse)),
  }));
}

/** Names of kernels that skip the weights that are not kept. */
const SKIPPING = /^(linear|convolution)_.*_(sparse|kept)$/;

/** A direction's part: chosen weights are listed for each alike. */
const timeOf = ({ kernel, ms, calls }: CallTime) => (kernel === "list_kept" ? ms / calls : ms);

function pointsOf(dense: readonly CallTime[], sparse: readonly CallTime[]) {
  return (Object.keys(KERNELS) as Direction[]).flatMap((direction) => {
    const times = (calls: readonly CallTime[]) => calls.filter(({ kernel }) => KERNELS[direction].includes(kernel));
    const total = (calls: readonly CallTime[], parameter: string) =>
      times(calls).reduce((sum, call) => sum + (call.parameter === parameter ? timeOf(call) : 0), 0);
    // Of chosen weights, some directions have no sparse kernel.
    const skipping = times(sparse).filter(({ kernel }) => SKIPPING.test(kernel));
    const products = new Map(skipping.map(({ parameter, kernel }) => [parameter, productOf(kernel)] as const));
    return [...products].map(([parameter, product]) => {
      return { parameter, product, direction, dense: total(dense, parameter), sparse: total(sparse, parameter) };
    });
  });
}

/**
 * The density from which the dense kind is the faster one, by linear interpolation of sparse / dense time between the
 * points of one layer and direction; 1 where the sparse kind wins at every density measured.
 */
export function crossing(points: readonly CrossoverPoint[]): number {
  const ratios = points.toSorted((a, b) => a.density - b.density).map((p) => [p.density, p.sparse / p.dense] as const);
  const above = ratios.findIndex(([, ratio]) => ratio >= 1);
  if (above < 0) return 1;
  const [density, ratio] = ratios[above]!;
  const [before, ratioBefore] = ratios[above - 1] ?? [0, 0];
  return before + ((density - before) * (1 - ratioBefore)) / (ratio - ratioBefore);
}
