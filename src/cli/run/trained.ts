/** `--trained FILE` of a study: the network in the file, and the options that say which one it is. */

import { basename } from "node:path";
import { findNetwork, foundText } from "../../app/found-model.ts";
import { fail } from "../../base/errors.ts";
import type { Dataset, DatasetDescription } from "../../dataset/dataset.ts";
import type { Normalisation } from "../../dataset/normalisation.ts";
import { createEngine } from "../../engine/choose.ts";
import { networkIn } from "../../foreign/fit.ts";
import type { WeightsFile } from "../../foreign/open.ts";
import { checkOutputNames } from "../../foreign/output-names.ts";
import type { ForeignTensors } from "../../foreign/tensor.ts";
import { UNREAD } from "../../model/identity.ts";
import type { Model } from "../../model/model.ts";
import { parseModel } from "../../model/registry.ts";
import type { Network } from "../../model/tensors.ts";
import { dataFor } from "../../plugin/load-bert.ts";
import { sha256Of } from "../../step/given.ts";
import type { StudyKind, StudySpec } from "../../study/kind.ts";
import { trainedConstants } from "../networks/ends.ts";
import { askedData, type SharedOptions } from "../talk/options.ts";
import { say } from "../talk/output.ts";
import { weightsAt } from "../talk/weights.ts";
import type { AskedOptions } from "./study-options.ts";

/** A network and its model. */
interface Trained {
  readonly model: Model;
  readonly network: Network;
}

/** What a study is asked for, and the network that is written into its store. */
export interface Asked {
  readonly asked: StudySpec;
  readonly trained?: Trained;
}

/** A file of weights, and the tensors of one with their masks alone. */
interface Files {
  readonly file: WeightsFile;
  readonly masks?: ForeignTensors | undefined;
}

export interface Machine extends Pick<SharedOptions, "engine" | "quiet"> {
  describe(data: string): Promise<DatasetDescription>;
  load(data: string): Promise<Dataset>;
}

/**
 * The specification that options make, with the network of level 0 where a file of weights is among them. A file whose
 * model nobody names is looked for among the registry's; its data set must then be named.
 */
export async function withTrained(kind: StudyKind, { given, named }: AskedOptions, machine: Machine): Promise<Asked> {
  const { trained: path, ...said } = given;
  if (path === undefined) return { asked: kind.specOf(given, named) };
  const file = await weightsAt(String(path));
  const name = basename(String(path));
  const rest = { ...said, ...(await constantsSaid(file, said, machine)) };
  // What the specification says of model and data does not depend on whose weights they are.
  const specOf = (model: unknown, sha256: string) =>
    kind.specOf({ ...rest, ...(model !== undefined && { model }), trained: { name, sha256 } }, named);
  const model = given.model ?? file.metadata.model;
  const trained =
    model === undefined
      ? await found({ file }, rest, machine)
      : await readAs({ file }, specOf(model, UNREAD), machine, (data) => checkOutputNames(file, data));
  return { asked: specOf(trained.model.name, sha256Of(trained.network, trained.model)), trained };
}

/** What the file says that pixels were normalised by, where nothing is asked for and the data set has pixels. */
async function constantsSaid(file: WeightsFile, given: SharedOptions, { describe }: Machine): Promise<Normalisation> {
  const isAsked = [given.mean, given.std, given.normalise].some((asked) => asked !== undefined);
  const said = trainedConstants(file);
  if (isAsked || Object.keys(said).length === 0) return {};
  const data = askedData(given) ?? file.metadata.data;
  return data !== undefined && (await describe(data)).mean ? { ...said } : {};
}

/**
 * The network in a file whose model a specification names.
 * @param check refuses data that the file does not go with
 */
export async function readAs(
  { file, masks }: Files,
  spec: StudySpec,
  { describe }: Machine,
  check?: (data: DatasetDescription) => void,
): Promise<Trained> {
  const { model: name, data } = spec as StudySpec & { readonly model: string; readonly data: string };
  const description = await describe(dataFor(name, data));
  check?.(description);
  const model = parseModel(name, description);
  return { model, network: await networkIn(file, model, masks) };
}

/** The network in a file whose model nobody names. */
export async function found(
  { file, masks }: Files,
  given: SharedOptions,
  { load, engine, quiet }: Machine,
): Promise<Trained> {
  const data = askedData(given);
  if (data === undefined)
    return fail("usage", "data", { rule: "is needed where the model of the weights is not named", fields: ["model"] });
  const options = { dataset: await load(data), engine: await createEngine(engine ?? "auto"), masks };
  const { model, network, candidates } = await findNetwork(file, options);
  if (!quiet) say(foundText(file, candidates));
  return { model, network };
}
