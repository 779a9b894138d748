/** Central finite differences on the reference engine, whose arena is float64. */
import type { HostInstance } from "../../src/engine/engine.ts";
import type { Buffer } from "../../src/program/buffers.ts";

/** A buffer in the arena's own precision; the interface promises float32, which differences cannot use. */
export function read64(instance: HostInstance, buffer: Buffer): Float64Array {
  const values = new Float64Array(buffer.elements);
  instance.read(buffer, values as unknown as Float32Array);
  return values;
}

/** Balances truncation, h^2, against rounding, 1e-16 / h, for values of about one. */
const STEP = 1e-5;

/** The slope of `f` by the buffer's values at `places`; everything that `f` changes must not matter to it. */
export function slopes(
  instance: HostInstance,
  { buffer, places }: { buffer: Buffer; places: readonly number[] },
  f: () => number,
) {
  const values = read64(instance, buffer);
  const at = (place: number, shift: number) => {
    instance.write(buffer, values.with(place, values[place]! + shift));
    return f();
  };
  const result = places.map((place) => (at(place, STEP) - at(place, -STEP)) / (2 * STEP));
  instance.write(buffer, values);
  return result;
}

/** The mean of a loss per lane over the first `live` lanes. */
export function meanLoss(instance: HostInstance, live: number): number {
  instance.run("train");
  const losses = read64(instance, instance.program.sections.train!.outputs.get("loss")!);
  return losses.subarray(0, live).reduce((sum, loss) => sum + loss, 0) / live;
}

/** The largest difference, in units of the largest slope or of 1e-3. */
export function worstError(got: ArrayLike<number>, want: readonly number[]): number {
  const scale = want.reduce((top, slope) => Math.max(top, Math.abs(slope)), 1e-3);
  return want.reduce((top, slope, i) => Math.max(top, Math.abs(slope - got[i]!) / scale), 0);
}

/** How far what one step of plain SGD at rate 1 takes from each parameter is from the slopes of the loss. */
export function updateErrors(instance: HostInstance, parameters: readonly Buffer[], live: number) {
  const before = parameters.map((buffer) => read64(instance, buffer));
  meanLoss(instance, live);
  const gradients = parameters.map((buffer, i) => read64(instance, buffer).map((after, k) => before[i]![k]! - after));
  parameters.forEach((buffer, i) => {
    instance.write(buffer, before[i]!);
  });
  instance.write(instance.program.sections.train!.inputs.get("control")!, [0, 0, 0]);
  return parameters.map((buffer, i) => {
    const want = slopes(instance, { buffer, places: [...before[i]!.keys()] }, () => meanLoss(instance, live));
    return { name: buffer.name, error: worstError(gradients[i]!, want) };
  });
}
