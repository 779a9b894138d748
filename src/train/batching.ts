/** How texts come in batches, which is brought in with the first model of texts: pages of images do not load it. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Instance } from "../engine/engine.ts";
import type { Model } from "../model/model.ts";
import type { SectionSource } from "../program/compile.ts";
import type { BatchSource } from "./experiment.ts";
import type { Feed, FeedSources } from "./feed.ts";
import type { Training } from "./training.ts";

/** What of a data set says how its rows are scored. */
export type Rows = Pick<Dataset, "train" | "test" | "shape" | "vocabulary" | "stream" | "masking">;

/** Rows that one section scores, in this order: places among those that were asked for. */
export interface ScoredRows {
  readonly section: string;
  readonly places: Int32Array;
}

/** Batches of texts. */
export interface Batching {
  /** The sections `NAME` and `NAME:LENGTH` of a program, of models that read so many ids each. */
  sections(name: string, dataset: Rows, of: { model: Model; source: SourceOf }): Sections;
  /** The feed of a training step. */
  feed(instance: Instance, training: Training, values: NonNullable<FeedSources["values"]>): Feed;
  /** What scores the rows `indices` of a part of the data set, one after another. */
  scored(instance: Instance, of: { dataset: Rows; part: "train" | "test" }, indices: Int32Array): Iterable<ScoredRows>;
}

/** Makes a section of a model; `source` says where its batches come from, where that is not as usual. */
export type SourceOf = (model: Model, source?: { readonly source: BatchSource }) => SectionSource;

/** Sections by name. */
export type Sections = Readonly<Record<string, SectionSource>>;

let ofTexts: Batching | undefined;

/** Brings in batches of texts. */
export function addTextBatching(batching: Batching): void {
  ofTexts = batching;
}

/** How a data set comes in batches; undefined where its rows are no texts. */
export function batchingOf(dataset?: Pick<Dataset, "vocabulary">): Batching | undefined {
  return dataset?.vocabulary === undefined ? undefined : ofTexts;
}
