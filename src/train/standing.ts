/** A training's state and the instance that it runs on: copied out, checked, and put back. */
import { fail } from "../base/errors.ts";
import { type Instance, readParameter, writeParameter } from "../engine/engine.ts";
import type { Feed } from "./feed.ts";
import type { TrainState } from "./state.ts";
import type { Training } from "./training.ts";

/**
 * Values of all parameters and of their optimizer state, by name and by `name/slot`. All reads begin before any is waited
 * for, so that values are of one moment whatever the caller does next.
 */
export async function readValues(instance: Instance): Promise<Map<string, Float32Array>> {
  const places = [...instance.program.parameters].flatMap(([name, { slots }]) => [
    { key: name, name, slot: undefined },
    ...[...slots.keys()].map((slot) => ({ key: `${name}/${slot}`, name, slot })),
  ]);
  const read = async ({ key, name, slot }: (typeof places)[number]) =>
    [key, await readParameter(instance, name, slot)] as const;
  return new Map(await Promise.all(places.map(read)));
}

/** Throws `data` for the state of another training: of another model, another optimizer or another stretch. */
export function checkState(instance: Instance, { from, to }: Training, state: TrainState): void {
  const remedy = "Go on from a state that the same training left";
  if (!(Number.isInteger(state.step) && state.step >= from && state.step <= to)) {
    fail("data", "resume", { rule: `must stand between iteration ${from} and ${to}`, got: state.step, remedy });
  }
  const sizes = [...instance.program.parameters].flatMap(([name, { storage, slots }]) => {
    const { rows, columns } = storage.kind === "dense" ? storage : storage.index;
    const size = rows * columns;
    return [[name, size] as const, ...[...slots.keys()].map((slot) => [`${name}/${slot}`, size] as const)];
  });
  for (const [name, size] of sizes) {
    const values = state.values?.get?.(name);
    if (values instanceof Float32Array && values.length === size) continue;
    fail("data", "resume", { rule: `${name} must have ${size} values`, got: values?.length ?? "none", remedy });
  }
  if (Array.isArray(state.curve) && Number.isFinite(state.lossSum) && Number.isInteger(state.lossCount)) return;
  fail("data", "resume", { rule: "must have a curve, a sum of losses and their count", remedy });
}

/** Writes what {@link readValues} read, and gives the feed its own. */
export function restore({ instance, feed }: { instance: Instance; feed: Feed }, state: TrainState): void {
  const { values } = state;
  for (const [name, { slots }] of instance.program.parameters) {
    writeParameter(instance, name, values.get(name)!);
    for (const slot of slots.keys()) writeParameter(instance, name, values.get(`${name}/${slot}`)!, slot);
  }
  if (state.feed) feed.restore(state.feed);
}
