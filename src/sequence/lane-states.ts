/** States that go on from batch to batch, one of every lane: they begin at 0 with every pass over a stream. */
import { type Instance, writeParameter } from "../engine/engine.ts";

/** What names of the states of scoring begin with; training has one of the same name without it. */
const SCORING = "evaluation/";

/** Sets the states of training or of scoring to 0. */
export function resetStates(instance: Instance, of: "train" | "evaluate"): void {
  for (const [name, { storage }] of instance.program.parameters) {
    if (!name.startsWith(SCORING) || storage.kind !== "dense") continue;
    const own = of === "evaluate" ? name : name.slice(SCORING.length);
    if (!instance.program.parameters.has(own)) continue;
    const place = instance.program.parameters.get(own)!.storage;
    if (place.kind === "dense") writeParameter(instance, own, new Float32Array(place.rows * place.columns));
  }
}
