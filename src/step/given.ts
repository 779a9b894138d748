/** The step `given`: a network that somebody else trained, known by the SHA-256 of its tensors. */
import { fail } from "../base/errors.ts";
import { sha256OfTensors } from "../model/identity.ts";
import type { Model } from "../model/model.ts";
import { type Network, networkToTensors } from "../model/tensors.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { StepDefinition } from "./definition.ts";
import { identify, keyOf, request } from "./request.ts";

export interface GivenParams {
  readonly model: string;
  /** Of the network's safetensors in the model's names and order, masks included, as {@link sha256Of} has it. */
  readonly sha256: string;
}

/**
 * Nothing computes it: its artifact is written by {@link keepGiven} before what takes it in is asked for, and stays in the
 * store. Whatever file the tensors came from, equal ones have one key.
 */
export const givenStep: StepDefinition<GivenParams> = {
  name: "given",
  version: 1,
  async run({ model, sha256 }) {
    const rule = `tensors with the SHA-256 ${sha256} must be in the store`;
    return fail("store", model, { rule, remedy: "Name its file again, by --from or --trained as the study began" });
  },
};

/** The identity of a network: the SHA-256 of its tensors as safetensors without metadata. */
export function sha256Of(network: Network, { parameters }: Pick<Model, "parameters">): string {
  return sha256OfTensors(networkToTensors(network, parameters));
}

/** Writes a network where the step's request finds it; does nothing where it is there. */
export async function keepGiven(
  store: ArtifactStore,
  network: Network,
  { model, made }: { readonly model: Model; readonly made?: Readonly<Record<string, unknown>> },
): Promise<string> {
  const asked = request(givenStep, { model: model.name, sha256: sha256Of(network, model) });
  // No arithmetic has a part in what is only copied.
  const key = keyOf(asked, "");
  if (await store.has(key)) return key;
  const meta = { ...identify(asked, ""), result: {}, ...(made && { made }) };
  await store.write(key, { meta, tensors: networkToTensors(network, model.parameters) });
  return key;
}
