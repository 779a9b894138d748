/** A labelled image data set held in memory as bytes; a kernel gathers, normalises and lays out batches from it. */

import { fail } from "../base/errors.ts";

/** Images and labels that are used together. */
export interface Split {
  readonly count: number;
  /** `[count][channels][height][width]`, 0 to 255, on shared memory so that every worker reads one copy. */
  readonly images: Uint8Array;
  /** `[count]`, class indices. */
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly name: string;
  /** `[channels, height, width]`. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** What a model for it gives for each example. */
  readonly outputs: number;
  /** Per channel, of pixels scaled to 0..1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly train: Split;
  readonly test: Split;
}

/** The data set of a name among those that are loaded; throws `data` where it is not. */
export function datasetNamed(datasets: readonly Dataset[], name: string): Dataset {
  const loaded = datasets.map((dataset) => dataset.name).join(", ");
  return (
    datasets.find((dataset) => dataset.name === name) ??
    fail("data", name, { rule: `the data set must be loaded (loaded: ${loaded})` })
  );
}

/** `length` zero bytes on shared memory, or on plain memory in a browser page that may not share. */
export function sharedBytes(length: number): Uint8Array {
  const shares = typeof SharedArrayBuffer !== "undefined";
  return new Uint8Array(shares ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
}
