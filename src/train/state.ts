/** The state of a training that can stop at any iteration and go on with the same bits, and its file form. */
import { fail } from "../base/errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../base/safetensors.ts";
import type { Measured } from "../task/task.ts";
import type { CurvePoint } from "./curve.ts";
import type { FeedState } from "./feed.ts";

/** The best point on the validation set so far, and the task's measure on the test set there. */
export interface EarlyStop {
  readonly step: number;
  /** What it was chosen by, the least being the best: the validation loss, where the task does not say otherwise. */
  readonly criterion: number;
  readonly value: number;
}

/** Everything that training needs to continue. */
export interface TrainState {
  /** Iterations done, counted from the start of the schedule. */
  readonly step: number;
  /** Dense values in PyTorch's layout by parameter name, and by `name/slot` for optimizer state. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly curve: readonly CurvePoint[];
  readonly earlyStop: EarlyStop | null;
  /** All measures of the test set where it was scored last, by name. */
  readonly measures: Measured;
  /** The feed's; absent where it has none. */
  readonly feed?: FeedState;
  /** Sum and number of batch losses since the last point of the curve. */
  readonly lossSum: number;
  readonly lossCount: number;
  /** Wall-clock seconds spent so far. */
  readonly seconds: number;
}

/** Writes a state as a safetensors file. */
export function encodeState({ values, ...rest }: TrainState): Uint8Array {
  const tensors = [...values].map(([name, data]): [string, Tensor] => [
    name,
    { dtype: "F32", shape: [data.length], data },
  ]);
  return encodeSafetensors(new Map(tensors), { state: JSON.stringify(rest) });
}

/** Reads what {@link encodeState} wrote; throws with code `data` where it is something else. */
export function decodeState(bytes: Uint8Array): TrainState {
  const { tensors, metadata } = decodeSafetensors(bytes, "training state");
  if (!metadata.state) fail("data", "training state", { rule: "must say where training stood", got: "no `state`" });
  const values = new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
  return { ...(JSON.parse(metadata.state) as Omit<TrainState, "values">), values };
}
