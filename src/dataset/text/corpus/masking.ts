/**
 * Examples of masked language modelling (Devlin et al. 2019, section 3.1): each token is selected with probability .15; of the
 * selected ones 80 % show [MASK], 10 % another token of the vocabulary, 10 % themselves. What was there is to be told.
 */

import { type Random, randomStream } from "../../../base/random.ts";
import type { Column, Table } from "../../table.ts";
import { integers, raggedColumn } from "../sequences.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** What rows are masked by: the size of the vocabulary, and its special tokens. */
export type Masking = Pick<Tokenizer, "size" | "special">;

/** The label of a position that is not scored. */
export const NOT_SCORED = -100;

const SELECTED = 0.15;
const MASKED = 0.8;
const REPLACED = 0.9;

/** A row as a network sees it, and what is to be told at each place: an id, or -100. */
export interface MaskedRow {
  readonly tokens: Int32Array;
  readonly labels: Int32Array;
}

/** Names the draws of a row: stream `augment`, for masks are drawn as pictures are moved; the item is the row. */
export interface MaskingKey {
  /** 32 bits, from 0. */
  readonly seed: number;
  /** 32 bits, from 0. */
  readonly replicate: number;
  /** The epoch, so that every epoch sees other masks. */
  readonly epoch: number;
}

/** The masks that a network is evaluated under: the same for all seeds and runs. */
export const EVALUATION: MaskingKey = { seed: 0, replicate: 0, epoch: 2 ** 32 - 1 };

/** The same of one row. */
export interface RowMaskingKey extends MaskingKey {
  /** Of the corpus, from 0; below 2^24. */
  readonly row: number;
}

/**
 * Masks the row `row` of a corpus. Special tokens are never selected, [UNK] among them.
 * @throws code `usage` for a field of the key out of range or missing
 */
export function maskRow(
  ids: ArrayLike<number>,
  { size, special }: Masking,
  { seed, replicate, epoch, row }: RowMaskingKey,
): MaskedRow {
  const random = randomStream({ seed, stream: "augment", replicate, step: epoch, item: row });
  const never = new Set(Object.values(special));
  const tokens = Int32Array.from(ids);
  const labels = new Int32Array(tokens.length).fill(NOT_SCORED);
  for (const [i, id] of tokens.entries()) {
    if (never.has(id) || random.uniform() >= SELECTED) continue;
    labels[i] = id;
    tokens[i] = shown(id, { random, size, mask: special.mask });
  }
  return { tokens, labels };
}

function shown(id: number, { random, size, mask }: { random: Random; size: number; mask: number }): number {
  const draw = random.uniform();
  if (draw < MASKED) return mask;
  return draw < REPLACED ? random.below(size) : id;
}

/**
 * A table of corpus rows under the masks of a key: column `tokens` as networks see it, and a ragged column `labels` of equal
 * lengths. The columns beside are as they were.
 * @throws code `usage` for a field of the key out of range or missing
 */
export function maskTable(table: Table, tokenizer: Masking, key: MaskingKey = EVALUATION): Table {
  const { lengths, data } = table.columns.tokens!;
  const [tokens, labels] = [integers(data.length), integers(data.length)];
  let at = 0;
  for (const [row, length] of lengths!.entries()) {
    const masked = maskRow(data.subarray(at, at + length), tokenizer, { ...key, row });
    tokens.set(masked.tokens, at);
    labels.set(masked.labels, at);
    at += length;
  }
  const column = (data: Int32Array): Column => ({ type: "i32", shape: [], data, lengths: lengths! });
  return { count: table.count, columns: { ...table.columns, tokens: column(tokens), labels: column(labels) } };
}

/**
 * The most places of a text of so many tokens that are scored, a quarter of them: more are selected in fewer than one text of a
 * hundred, of 64 tokens, and in fewer than one of a thousand, of 128.
 */
export function scoredPlaces(time: number): number {
  return Math.max(1, Math.ceil(time / 4));
}

/** The first places of a row that are told, at most {@link scoredPlaces}, and of each the id that was there. */
export function placesTold({ labels }: MaskedRow): { readonly places: number[]; readonly ids: number[] } {
  const all = Array.from(labels.keys()).filter((place) => labels[place]! !== NOT_SCORED);
  const places = all.slice(0, scoredPlaces(labels.length));
  return { places, ids: places.map((place) => labels[place]!) };
}

/**
 * A table of corpus rows as it is scored, under the masks of every evaluation: `tokens` as networks see them, ragged columns
 * `places` that are told and `labels`, of each the id that was there and 1 more, and `words`, the rows as they were.
 */
export function scoredTable(table: Table, masking: Masking): Table {
  const { tokens: words, ...beside } = table.columns;
  const masked = maskTable(table, masking).columns;
  const lengths = words!.lengths!;
  let at = 0;
  const told = Array.from(lengths, (length) => {
    const labels = masked.labels!.data.subarray(at, at + length) as Int32Array;
    at += length;
    return placesTold({ tokens: labels, labels });
  });
  const columns = {
    tokens: masked.tokens!,
    places: raggedColumn(told.map(({ places }) => places)),
    // Of shape [1]: a row has no class that could be balanced.
    labels: { ...raggedColumn(told.map(({ ids }) => ids.map((id) => id + 1))), shape: [1] },
    words: words!,
  };
  return { count: table.count, columns: { ...beside, ...columns } };
}
