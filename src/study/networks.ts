/** Networks and masks as artifacts of the store hold them. */
import type { Model } from "../model/model.ts";
import { type Network, networkFromTensors } from "../model/tensors.ts";
import { fullMask } from "../prune/prune.ts";
import type { Artifact } from "../store/store.ts";

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
