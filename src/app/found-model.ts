/** Which model a file of weights is of, where nobody says: by names and shapes, then by what fits score. */
import { requireFields } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import { listed } from "../base/printable.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { splitTrain } from "../dataset/split.ts";
import { standardise } from "../dataset/standardisation.ts";
import type { Engine } from "../engine/engine.ts";
import { candidatesFor } from "../foreign/candidates.ts";
import { networkIn } from "../foreign/fit.ts";
import type { WeightsFile } from "../foreign/open.ts";
import { checkOutputNames } from "../foreign/output-names.ts";
import type { ForeignTensors } from "../foreign/tensor.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import type { Network } from "../model/tensors.ts";
import { requireFolder } from "../plugin/load-bert.ts";
import { taskOf } from "../task/registry.ts";
import { allIndices, evaluate } from "../train/evaluate.ts";
import { scoringSections } from "../train/experiment.ts";
import { checkAll, compileFor, openWith } from "../train/open.ts";

/** A model that a file may be of, and the mean loss there; null where it is the only one, or its loss is not finite. */
export interface Candidate {
  readonly model: string;
  readonly loss: number | null;
}

/** A file's network, and the models that were found for it, the best first. */
export interface FoundNetwork {
  readonly model: Model;
  readonly network: Network;
  readonly candidates: readonly Candidate[];
}

/** Training images that candidates are scored on: the first ones. */
const SCORED = 1000;
/** The second-best loss must be so much larger, or the data do not tell the models apart. */
const APART = 1.05;

/** What a file is looked at with. */
export interface FindOptions {
  /** What candidates must fit, and are scored on. */
  readonly dataset: Dataset;
  /** Scores them. */
  readonly engine: Engine;
  /** The model, where somebody says; its names and shapes must be the file's. Default every model that fits. */
  readonly model?: string | undefined;
  /** Those of a file of masks alone; default the masks that the file itself has. */
  readonly masks?: ForeignTensors | undefined;
}

/**
 * The network in a file. Without a name, that which the file says, else the registry's model of its names and shapes; of
 * several the one with the least loss.
 * @throws `usage` where no model fits, and where two are less than 5 % of the loss apart; `data` where the file's outputs have
 *   other names than the data set's, and as {@link networkIn}
 */
export async function findNetwork(file: WeightsFile, options: FindOptions): Promise<FoundNetwork> {
  requireFields("findNetwork", options, ["dataset", "engine"]);
  const { dataset, masks } = options;
  checkOutputNames(file, dataset);
  const said = options.model ?? file.metadata.model;
  if (said !== undefined) requireFolder(said);
  const models = said === undefined ? candidatesFor(file, dataset) : [parseModel(said, dataset)];
  if (models.length === 0) failNone(file, dataset);
  const networks = new Map<Model, Network>();
  for (const model of models) networks.set(model, await networkIn(file, model, masks));
  const scored = [];
  for (const model of models)
    scored.push({ model, loss: models.length > 1 ? await lossOf(model, networks.get(model)!, options) : null });
  scored.sort((a, b) => (a.loss ?? Number.MAX_VALUE) - (b.loss ?? Number.MAX_VALUE));
  const candidates = scored.map(({ model, loss }) => ({ model: model.name, loss }));
  const [{ model }] = scored as [(typeof scored)[0]];
  if (models.length > 1) checkApart(file, candidates);
  return { model, network: networks.get(model)!, candidates };
}

async function lossOf(model: Model, network: Network, { dataset: asked, engine }: FindOptions): Promise<number | null> {
  checkAll({ model, dataset: asked }, { network });
  const dataset = standardise(asked, splitTrain(asked, 0).train);
  const sections = scoringSections(model, { dataset, task: taskOf(dataset) });
  const instance = await openWith(engine, compileFor(dataset, sections, network.mask), network.weights);
  try {
    const rows = allIndices(Math.min(SCORED, dataset.train.count));
    const { loss } = await evaluate(instance, { dataset, part: "train" }, rows);
    return Number.isFinite(loss) ? loss : null;
  } finally {
    instance.close();
  }
}

function checkApart({ name }: WeightsFile, [first, second]: readonly Candidate[]): void {
  if (first!.loss !== null && (second!.loss === null || second!.loss >= APART * first!.loss)) return;
  const rule = `several models have the tensors of ${name}, and the first ${SCORED} training images do not tell them apart`;
  const got = [first!, second!].map(candidateText).join(", ");
  fail("usage", "model", { rule: `${rule}: ${got}`, remedy: "Name the model, and what pixels are normalised by" });
}

function candidateText({ model, loss }: Candidate): string {
  return `${model} (loss ${loss === null ? "not finite" : loss.toPrecision(4)})`;
}

/** Which model was found, in a sentence; of several, their losses. */
export function foundText({ name }: WeightsFile, candidates: readonly Candidate[]): string {
  const [first, ...others] = candidates as [Candidate, ...Candidate[]];
  if (others.length === 0) return `${name} has the tensors of ${first.model}`;
  const losses = candidates.map(candidateText).join(", ");
  return `${name} has the tensors of ${candidates.length} models, of which ${first.model} scores best: ${losses}`;
}

function failNone({ name, tensors }: WeightsFile, { name: data, shape, outputs }: Dataset): never {
  const names = listed([...tensors.keys()].sort());
  const rule = `must be named, for none has the names and shapes of ${name} with the inputs [${shape}] and ${outputs} outputs of ${data}`;
  return fail("usage", "model", {
    rule: `${rule}; its tensors are ${names}`,
    remedy: "docs/foreign-networks.md has the names that are known",
  });
}
