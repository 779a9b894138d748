/** How texts and views come in batches, which is brought in with the first model or task of them: pages of images do not load it. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Instance } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import type { SectionSource } from "../program/compile.ts";
import type { Task } from "../task/task.ts";
import type { BatchSource } from "./experiment.ts";
import type { Feed, FeedSources } from "./feed.ts";
import type { Training } from "./training.ts";

/** What of a data set says how its rows are scored. */
export type Rows = Pick<Dataset, "train" | "test" | "shape" | "vocabulary" | "stream" | "masking">;

/** Rows that one section scores, in this order: places among those that were asked for. */
export interface ScoredRows {
  readonly section: string;
  readonly places: Int32Array;
  /** What the host writes beside, by the number of the batch; absent for nothing. */
  readonly values?: FeedSources["values"];
}

/** Which rows are scored, by which task. */
export interface ScoredPart {
  readonly dataset: Rows;
  readonly part: "train" | "test";
  readonly task?: Task | undefined;
}

/** Batches of a kind. */
export interface Batching {
  /** Whether a data set that is learnt by a task comes so. */
  takes(dataset: Pick<Dataset, "vocabulary">, task?: Task): boolean;
  /** The sections `NAME` and such as `NAME:LENGTH` of a program; of texts they are of models that read so many ids each. */
  sections(name: string, dataset: Rows, of: { model: Model; source: SourceOf }, task?: Task): Sections;
  /** The network with what a training holds beside it; absent for nothing. */
  begin?(network: Network, training: Training): Network;
  /** The feed of a training step. */
  feed(instance: Instance, training: Training, values: NonNullable<FeedSources["values"]>): Feed;
  /** What scores the rows `indices` of a part of the data set, one after another. */
  scored(instance: Instance, of: ScoredPart, indices: Int32Array): Iterable<ScoredRows>;
}

/** Makes a section of a model; `source` says where its batches come from, where that is not as usual. */
export type SourceOf = (model: Model, source?: { readonly source: BatchSource }) => SectionSource;

/** Sections by name. */
export type Sections = Readonly<Record<string, SectionSource>>;

const known = new Set<Batching>();

/** Brings in batches of a kind. */
export function addBatching(batching: Batching): void {
  known.add(batching);
}

/** How a data set comes in batches; undefined where its rows come as they are. */
export function batchingOf(dataset?: Pick<Dataset, "vocabulary">, task?: Task): Batching | undefined {
  return dataset && [...known].find(({ takes }) => takes(dataset, task));
}
