/** A data set held in memory: a training and a test table, what an input looks like, and what is learnt of it. */

import { fail } from "../base/errors.ts";
import type { Table } from "./table.ts";
import type { Masking } from "./text/corpus/masking.ts";

export { sharedBytes } from "./table.ts";

/** What is learnt of an input, and the column that holds it. */
export type Target =
  /** One of `count` classes: column `labels`, bytes up to 256 classes, else 32-bit integers. */
  | {
      readonly kind: "classes";
      readonly count: number;
      readonly names?: readonly string[];
      /** What the classes are called elsewhere, in the same order. */
      readonly also?: readonly string[];
    }
  /** Numbers: column `targets`, `[names]` floats. */
  | { readonly kind: "numbers"; readonly names: readonly string[] }
  /** Which of several labels apply: column `labels`, `[names]` bytes, 0 or 1. */
  | { readonly kind: "labels"; readonly names: readonly string[] };

/** Mean and standard deviation of every channel or entry. */
export interface Statistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What float columns are standardised by; decided by the rows trained on. */
export interface Standardised {
  readonly features?: Statistics;
  readonly targets?: Statistics;
}

/** What a network for a data set depends on. */
export interface DatasetDescription extends Partial<Statistics> {
  /**
   * Its identity: a registered name, or kind and SHA-256 of the bytes learnt from, with every option that changes what a
   * batch holds. Never a path.
   */
  readonly name: string;
  /** How a specification writes it, with its place: absent where that is its name. */
  readonly source?: string;
  /**
   * Of one input: `[channels, height, width]` of the column `images`, `[features]` of the column `features`, or `[length]`, the
   * most ids of the ragged column `tokens`.
   */
  readonly shape: readonly number[];
  /** Of texts, how many tokens there are, from 1: ids are below it. Absent for other inputs. */
  readonly vocabulary?: number;
  /** Whether each row goes on where the one before it ends, so that batches keep their order; absent for not. */
  readonly stream?: boolean;
  /** Rows trained on at most, beside those held back for validation; absent for all. */
  readonly trainSize?: number;
  readonly target: Target;
  /**
   * Of texts, what is told of their tokens: where an answer starts and ends (`span`), or what was there before words were
   * masked (`mlm`). Absent: what the target says of a whole text.
   */
  readonly head?: "span" | "mlm";
  /** Of masked words: what the rows that are trained on are masked by, anew in every epoch. */
  readonly masking?: Masking;
  /** The task that is learnt of it, by name; absent: the one for its kind of target. */
  readonly task?: string;
  /** What a model for it gives for every example: classes, targets or labels. */
  readonly outputs: number;
  /** Whether `images` are floats, taken as they are; absent for bytes, and for a data set without images. */
  readonly pixels?: "floats";
}

/**
 * A training and a test table of the same columns. `mean` and `std` are those of images, per channel, of bytes scaled to
 * 0..1 or floats as they are; floats of features and targets are standardised by the rows trained on, which a split decides:
 * `standardise` adds that.
 */
export interface Dataset extends DatasetDescription {
  readonly train: Table;
  readonly test: Table;
  /** Absent where no split has decided it yet. */
  readonly standardised?: Standardised;
}

/** How a specification writes a data set. */
export function sourceOf({ source, name }: Pick<DatasetDescription, "source" | "name">): string {
  return source ?? name;
}

/** The data set of a name or source among those that are loaded; throws `data` where it is not. */
export function datasetNamed(datasets: readonly Dataset[], name: string): Dataset {
  const loaded = datasets.map(sourceOf).join(", ");
  return (
    datasets.find((dataset) => dataset.name === name || dataset.source === name) ??
    fail("data", name, { rule: `the data set must be loaded (loaded: ${loaded})` })
  );
}

/** One of `count` classes, and as many outputs. */
export function classes(count: number, names?: readonly string[]): Pick<DatasetDescription, "target" | "outputs"> {
  return { target: { kind: "classes", count, ...(names && { names }) }, outputs: count };
}
