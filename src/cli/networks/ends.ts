/** The two ends of a path: networks of a store, or files of weights that somebody else trained. */

import { findNetwork, foundText } from "../../app/found-model.ts";
import { placeOf } from "../../app/place.ts";
import { fail } from "../../base/errors.ts";
import { unionMask } from "../../connectivity/path.ts";
import { openScorer, requireFinite, type ScorerOptions } from "../../connectivity/scorer.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { type Normalisation, numbersOf } from "../../dataset/normalisation.ts";
import { splitTrain, type Trained, trainedImages } from "../../dataset/split.ts";
import { standardise } from "../../dataset/standardisation.ts";
import { validationCount } from "../../dataset/validation.ts";
import { createEngine } from "../../engine/choose.ts";
import type { Engine } from "../../engine/engine.ts";
import { networkIn } from "../../foreign/fit.ts";
import type { WeightsFile } from "../../foreign/open.ts";
import { checkOutputNames } from "../../foreign/output-names.ts";
import type { Model } from "../../model/model.ts";
import type { Network } from "../../model/tensors.ts";
import { networkOf } from "../../step/networks.ts";
import type { Artifact, Store } from "../../store/store.ts";
import { existingStore } from "../talk/folder.ts";
import type { SharedOptions } from "../talk/options.ts";
import { say } from "../talk/output.ts";
import { weightsIfThere } from "../talk/weights.ts";

/**
 * What two networks must agree on: names of the model and the data set; and the images that both were trained on, those of
 * the one that had fewer without those that either held back.
 */
export interface Subject extends Trained {
  readonly model: string;
  readonly data: string;
}

/** One end as it was found: what its artifact says of it, nothing for a file, and how to read it as a model's network. */
export interface End {
  /** As the user wrote it. */
  readonly name: string;
  /** What it is, as figures say it: `ticket, level 3, replicate 0`; absent of files, and of networks that no run lists. */
  readonly title?: string;
  readonly known: Partial<Subject>;
  /** The file, where it is one. */
  readonly file?: WeightsFile;
  read(model: Model): Promise<Network>;
}

/** Finds an end: a file of this name, else the artifact whose key begins so. Throws `data` or `store` where neither is. */
export async function findEnd(name: string, options: Pick<SharedOptions, "store">): Promise<End> {
  const file = await weightsIfThere(name);
  if (file) {
    const { model } = file.metadata;
    const known = { ...trainedRows(file), ...(model !== undefined && { model }) };
    return { name, known, file, read: (of) => networkIn(file, of) };
  }
  if (!/^[0-9a-f]{4,64}$/i.test(name)) {
    const remedy = "An artifact of a store is named by 4 or more digits of its key";
    fail("data", name, { rule: "the file must exist", remedy });
  }
  const store = await existingStore(options);
  const key = await store.findByPrefix(name);
  const artifact = await store.read(key);
  const title = await titleIn(store, key);
  const params: Partial<Subject> = artifact.meta.params;
  const known = params.data === undefined ? params : { ...params, data: await placeOf(store, params.data) };
  return { name, known, ...(title && { title }), read: async (model) => read(artifact, model) };
}

/** What the rows of a store's runs say of a network; undefined where none is of it. */
async function titleIn(store: Store, key: string): Promise<string | undefined> {
  for (const run of await store.listRuns()) {
    const row = (await store.readRows(run.id)).find(({ artifact }) => artifact === key);
    if (!row) continue;
    const { panel, arm, level, replicate } = row as Readonly<Record<string, unknown>>;
    const parts = [
      panel,
      arm,
      level !== undefined && `level ${level}`,
      replicate !== undefined && `replicate ${replicate}`,
    ];
    return parts.filter(Boolean).join(", ") || undefined;
  }
  return undefined;
}

/** What a file that `export` wrote says of the rows it was trained on; nothing of files from elsewhere. */
export function trainedRows({ metadata: { validation, trainSize } }: Pick<WeightsFile, "metadata">): Partial<Trained> {
  return {
    ...(validation !== undefined && { validation: Number(validation) }),
    ...(trainSize !== undefined && { trainSize: Number(trainSize) }),
  };
}

/** What such a file says that pixels were normalised by. */
export function trainedConstants({ metadata: { mean, std } }: Pick<WeightsFile, "metadata">): Normalisation {
  return {
    ...(mean !== undefined && { mean: numbersOf("mean", mean) }),
    ...(std !== undefined && { std: numbersOf("std", std) }),
  };
}

/** The names of ends as figures have them: what they are, a file's without its folder; of what is alike with its key, too. */
export function namesOf(ends: readonly Pick<End, "name" | "title">[]): string[] {
  return ends.map(({ name, title }) => {
    const short = name.replace(/^.*\//, "").slice(0, 12);
    if (title === undefined) return short;
    return ends.filter((other) => other.title === title).length > 1 ? `${title} (${short.slice(0, 8)})` : title;
  });
}

function read(artifact: Artifact, model: Model): Network {
  if (artifact.tensors.has(model.parameters[0]!.name)) return networkOf(artifact, model);
  const remedy = "`tombola show RUN` lists the networks of a run";
  return fail("usage", "artifact", { rule: "must be a network", got: `the result of ${artifact.meta.step}`, remedy });
}

/**
 * The model that is asked for or, where nobody names one, that which the first file is found to be of; absent where the
 * data set is not named either. What is found is said.
 */
export async function modelAsked(
  ends: readonly End[],
  { model, data, load, engine = "auto", quiet }: Searched,
): Promise<string | undefined> {
  const file = ends.find((end) => end.file)?.file;
  if (model !== undefined || data === undefined || !file || ends.some(({ known }) => known.model)) return model;
  const found = await findNetwork(file, { dataset: await load(data), engine: await createEngine(engine) });
  if (!quiet) say(foundText(file, found.candidates));
  return found.model.name;
}

interface Searched extends Pick<SharedOptions, "engine" | "quiet"> {
  readonly model?: string;
  readonly data: string | undefined;
  load(data: string): Promise<Dataset>;
}

/** What both ends are about, by their artifacts and the options; throws `usage` where these differ or say nothing. */
export function subjectOf(
  ends: readonly End[],
  options: { readonly model?: string; readonly data?: string | undefined },
): Subject {
  const sizes = ends.flatMap(({ known }) => known.trainSize ?? []);
  return {
    model: agreed("model", ends, options.model),
    data: agreed("data", ends, options.data),
    validation: Math.max(...ends.map(({ known }) => known.validation ?? 0)),
    ...(sizes.length > 0 && { trainSize: Math.min(...sizes) }),
  };
}

/**
 * What ends are scored on: the data set, its floats standardised by the rows trained on, and training images. Throws `data`
 * where a file's outputs have other names than the data set's.
 */
export function scoredOn(
  dataset: Dataset,
  { ends, subject }: { readonly ends: readonly End[]; readonly subject: Subject },
  images: { most: number; trainImages?: number },
): Pick<ScorerOptions, "dataset" | "train"> {
  for (const { file } of ends) if (file) checkOutputNames(file, dataset);
  const trained = trainedOn(dataset, ends, subject);
  const { train } = splitTrain(dataset, trained.validation, trained.trainSize);
  return { dataset: standardise(dataset, train), train: trainImages(dataset, trained, images) };
}

/**
 * What the artifacts say was trained on. Files say nothing: of a data set with floats these are then the rows that a run
 * trains on where nothing is asked.
 */
function trainedOn({ train }: Dataset, ends: readonly End[], subject: Subject): Trained {
  const isSaid = ends.some(({ known }) => known.validation !== undefined);
  const hasFloats = Object.values(train.columns).some(({ type }) => type === "f32");
  return isSaid || !hasFloats ? subject : { ...subject, validation: validationCount(undefined, train.count) };
}

/** Throws `diverged` naming the first of the networks, by the names that the user gave, that scores no finite loss. */
export async function requireScores(
  engine: Engine,
  options: ScorerOptions,
  named: readonly (readonly [name: string, network: Network])[],
): Promise<void> {
  const networks = Object.fromEntries(named);
  const mask = unionMask(named.map(([, network]) => network));
  const scorer = await openScorer(engine, { ...options, statistics: null }, { networks, mask });
  try {
    for (const [name, { weights }] of named) {
      scorer.load(weights);
      requireFinite(name, await scorer.score());
    }
  } finally {
    scorer.close();
  }
}

/** Of the images that all ends were trained on, the first of each class: `trainImages`, else at most `most`. */
function trainImages(
  dataset: Dataset,
  trained: Trained,
  { most, trainImages: asked }: { most: number; trainImages?: number },
): Int32Array {
  const available = trainedImages(dataset, trained).length;
  return trainedImages(dataset, trained, asked ?? Math.min(most, available));
}

const WORDS = { model: "a model", data: "a data set" } as const;

function agreed(what: keyof typeof WORDS, ends: readonly End[], option: string | undefined): string {
  const said = ends.flatMap(({ name, known }) => (known[what] === undefined ? [] : [{ name, value: known[what] }]));
  const all = option === undefined ? said : [...said, { name: `--${what}`, value: option }];
  const [first, ...rest] = all;
  if (!first) return fail("usage", `--${what}`, { rule: `is needed: files do not name ${WORDS[what]}` });
  const other = rest.find(({ value }) => value !== first.value);
  if (!other) return first.value;
  const rule = `both networks must have the same ${what === "data" ? "data set" : what}; ${first.name} has ${first.value}`;
  return fail("usage", other.name, { rule, got: other.value });
}
