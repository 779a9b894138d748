/** Networks and masks as artifacts of the store hold them. */
import type { Model } from "../model/model.ts";
import { type Network, networkFromTensors } from "../model/tensors.ts";
import { census } from "../prune/census.ts";
import { fullMask } from "../prune/prune.ts";
import type { Artifact } from "../store/store.ts";
import type { StepOutput } from "./definition.ts";

/** The tensors of an artifact that are no part of its network: the optimizer's. */
export const STATE_PREFIX = "state/";

/** The network in an artifact; throws with code `data` where its tensors are not the model's. */
export function networkOf({ tensors, meta }: Pick<Artifact, "tensors" | "meta">, model: Model): Network {
  const own = [...tensors].filter(([name]) => !name.startsWith(STATE_PREFIX));
  return networkFromTensors(new Map(own), model.parameters, `artifact of ${meta.step}`);
}

/** The masks in an artifact; a layer without one is whole. */
export function maskOf(artifact: Artifact, model: Model): Map<string, Uint8Array> {
  const bits = (name: string) => artifact.tensors.get(`mask/${name}`)?.data as Uint8Array | undefined;
  return new Map([...fullMask(model.parameters)].map(([name, full]) => [name, bits(name) ?? full]));
}

/** A mask's tensors, and its census as the result. */
export function maskOutput(
  model: Model,
  mask: ReadonlyMap<string, Uint8Array>,
): Pick<StepOutput, "tensors" | "result"> {
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]));
  const tensors = [...mask].map(
    ([name, data]) => [`mask/${name}`, { dtype: "U8", shape: shapes.get(name)!, data }] as const,
  );
  return { tensors: new Map(tensors), result: { ...census(model.parameters, mask) } };
}
