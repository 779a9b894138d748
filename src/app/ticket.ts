/** The ticket of a trained network of a store: the weights it was trained from, behind its mask, and how that was done. */
import { fail } from "../base/errors.ts";
import type { Tensor } from "../base/safetensors.ts";
import { sha256OfTensors } from "../model/identity.ts";
import { STATE_PREFIX } from "../step/networks.ts";
import { plainTraining, recipeMetadata } from "../step/recipe.ts";
import { type TrainParams, trainStep } from "../step/train.ts";
import type { Artifact, ArtifactMeta, ArtifactStore } from "../store/store.ts";

type Tensors = ReadonlyMap<string, Tensor>;

/** What a file of a ticket holds. */
export interface Ticket {
  /** Weights in the order of the model's parameters, cut ones 0, then masks; of a dense network weights alone. */
  readonly tensors: Tensors;
  /** The recipe. */
  readonly metadata: Readonly<Record<string, string>>;
}

const MASK = "mask/";
const REMEDY = "`tombola show RUN` lists the networks of a run";

/**
 * Throws `usage` for what is not a training under one mask that never changes, and for one that diverged; `store` where an
 * artifact is not there.
 */
export async function ticketOf(store: ArtifactStore, key: string): Promise<Ticket> {
  const { meta, tensors: trained } = await store.read(key);
  const params = paramsOf(meta);
  const start = await startOf(store, meta);
  const init = await initialiserOf(store, meta);
  const recipe = {
    ...{ key, arithmetic: meta.arithmetic!, params, ...(init && { init }) },
    ...{ start: sha256OfTensors(start), trained: sha256OfTensors(trained) },
  };
  return { tensors: start, metadata: recipeMetadata(recipe) };
}

function paramsOf({ step, version, params, result }: ArtifactMeta) {
  if (step !== trainStep.name)
    fail("usage", "artifact", { rule: "must be a trained network", got: `the result of ${step}`, remedy: REMEDY });
  if (result.diverged !== undefined)
    fail("usage", "artifact", { rule: "must have been trained to its end, and it diverged", remedy: REMEDY });
  if (version !== trainStep.version)
    fail("usage", "artifact", { rule: `must be of version ${trainStep.version} of the step train`, got: version });
  const plain = plainTraining(params as unknown as TrainParams);
  if (!("more" in plain)) return plain;
  const rule = "a ticket is trained under one mask from its start to its end, and this network was not";
  return fail("usage", "artifact", { rule, got: plain.more, remedy: "Name a network of another arm" });
}

/** What the training began with. */
async function startOf(store: ArtifactStore, { inputs }: ArtifactMeta): Promise<Tensors> {
  const network = await store.read(inputs.network!);
  const own = entriesOf(network);
  const masks = inputs.mask === undefined ? own : entriesOf(await store.read(inputs.mask));
  const bits = new Map(masks.filter(([name]) => name.startsWith(MASK)));
  const weights = own.filter(([name]) => !name.startsWith(MASK));
  return new Map([...weights.map(([name, tensor]) => [name, behind(tensor, bits.get(MASK + name))] as const), ...bits]);
}

function entriesOf({ tensors }: Artifact): [string, Tensor][] {
  return [...tensors].filter(([name]) => !name.startsWith(STATE_PREFIX));
}

function behind(tensor: Tensor, mask: Tensor | undefined): Tensor {
  if (!mask || tensor.dtype !== "F32") return tensor;
  return { ...tensor, data: tensor.data.map((value, i) => (mask.data[i] === 1 ? value : 0)) };
}

/** What the first weights were drawn by; undefined where they came from elsewhere, or what they became is not there. */
async function initialiserOf(store: ArtifactStore, meta: ArtifactMeta): Promise<string | undefined> {
  if (meta.step === "initialise") return String(meta.params.init);
  const { network } = meta.inputs;
  return network !== undefined && (await store.has(network))
    ? initialiserOf(store, await store.readMeta(network))
    : undefined;
}
