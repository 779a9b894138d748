/**
 * A construction in parts that need nothing of one another, so that threads may share it: some inputs or some neurons of one
 * target layer each. Parts are put together in their order, so a network has the same bits however many threads there are.
 */
import type { CompileOptions } from "./compile.ts";
import type { Entries } from "./sparse.ts";
import { errorTally, type LayerError, type TargetLayer } from "./target.ts";

/** A range of a target layer, with all that it takes to build it; plain data. */
export interface PartJob {
  readonly target: readonly TargetLayer[];
  readonly options: CompileOptions;
  /** The index of the target layer. */
  readonly layer: number;
  /** The first input of the layer, or of constructions that go by neuron the first output. */
  readonly from: number;
  /** That behind the last. */
  readonly to: number;
}

/** What was built of a range; plain data. */
export interface Part {
  /** Of each random layer that it lies in. */
  readonly entries: readonly Entries[];
  /** Distances from the target's weights, in a fixed order. */
  readonly errors: Float64Array;
  /** By weight of the range the most that any copy keeps, of Burkholz. */
  readonly magnitudes?: Float32Array;
  /** Edges that stand for no entry, of the relaxation. */
  readonly kept?: number;
}

/** Weights of a part, about: some tenths of a second of work. */
const WEIGHTS = 8192;

/** Units of an input that are drawn in the time of one weight. */
const UNITS = 64;

/** Ranges of every target layer along `axis`, in order, of about equal numbers of weights. */
export function partsAlong(
  axis: "inputs" | "outputs",
  target: readonly TargetLayer[],
  { options, copies = 1 }: Pick<PartJob, "options"> & { readonly copies?: number },
): PartJob[] {
  return target.flatMap((shape, layer) => {
    const [length, across] = axis === "inputs" ? [shape.inputs, shape.outputs] : [shape.outputs, shape.inputs * copies];
    const step = Math.max(1, Math.floor(WEIGHTS / Math.max(across, options.units / UNITS)));
    return Array.from({ length: Math.ceil(length / step) }, (_, part): PartJob => {
      const from = part * step;
      return { target, options, layer, from, to: Math.min(length, from + step) };
    });
  });
}

/** The parts of every target layer. */
export function byLayer(target: readonly TargetLayer[], jobs: readonly PartJob[], parts: readonly Part[]): Part[][] {
  return target.map((_, layer) => parts.filter((__, job) => jobs[job]!.layer === layer));
}

/** How well the weights of some parts are met. */
export function errorOf(parts: readonly Part[], epsilon: number): LayerError {
  const tally = errorTally(epsilon);
  for (const { errors } of parts) errors.forEach(tally.add);
  return tally.done();
}
