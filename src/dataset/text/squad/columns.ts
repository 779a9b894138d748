/**
 * What scoring a window needs beside its tokens, as columns, so that every worker reads one copy: its question, the stretch of the
 * context that it shows, where its tokens begin and end there, and all answers that were given.
 */

import { type Column, type ColumnData, columnOf, sharedBytes, type Table } from "../../table.ts";
import { integers, raggedColumn, raggedRows } from "../sequences.ts";
import type { Question } from "./read.ts";
import type { Window } from "./windows.ts";

/** A window as it is scored: `text` is the stretch of the context from its first to its last token, in which places count. */
export interface AnswerText extends Pick<Window, "first" | "count" | "starts" | "ends"> {
  /** The index of its question in the table's part. */
  readonly question: number;
  readonly text: string;
  readonly given: readonly string[];
}

/** The windows of a table. */
export interface AnswerTexts {
  at(row: number): AnswerText;
}

/** The columns of windows; `questionOf` is the index of each one's question. */
export function answerColumns(
  windows: readonly Window[],
  questions: readonly Question[],
  questionOf: Int32Array,
): Readonly<Record<"question" | "first" | "starts" | "ends" | "text" | "given", Column>> {
  const first = integers(windows.length);
  first.set(windows.map((window) => window.first));
  const stretches = windows.map(({ starts, ends }) => [starts[0] ?? 0, ends.at(-1) ?? 0] as const);
  const own = (row: number) => questions[questionOf[row]!]!;
  const places = (of: "starts" | "ends") =>
    raggedColumn(windows.map((window, row) => window[of].map((place) => place - stretches[row]![0])));
  return {
    question: { type: "i32", shape: [], data: questionOf },
    first: { type: "i32", shape: [], data: first },
    starts: places("starts"),
    ends: places("ends"),
    text: textColumn(stretches.map(([from, to], row) => own(row).context.slice(from, to))),
    given: textColumn(windows.map((_, row) => JSON.stringify(own(row).answers.map(({ text }) => text)))),
  };
}

/** Texts as a ragged column of bytes, in UTF-8. */
function textColumn(texts: readonly string[]): Column {
  const encoder = new TextEncoder();
  const encoded = texts.map((text) => encoder.encode(text));
  const lengths = integers(texts.length);
  for (const [row, { length }] of encoded.entries()) lengths[row] = length;
  const data = sharedBytes(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const bytes of encoded) {
    data.set(bytes, at);
    at += bytes.length;
  }
  return { type: "u8", shape: [], data, lengths };
}

/** The windows that a table of {@link answerColumns} holds; throws `data` where it has no such columns. */
export function answerTexts(table: Table): AnswerTexts {
  const whole = (name: string) => columnOf(table, name).data as Int32Array;
  const [question, first] = [whole("question"), whole("first")];
  const [starts, ends] = [raggedRows(table, "starts"), raggedRows(table, "ends")];
  const [text, given] = [raggedRows(table, "text"), raggedRows(table, "given")];
  const decoder = new TextDecoder();
  // Text on shared memory is decoded from a copy.
  const textAt = (rows: (row: number) => ColumnData, row: number) => decoder.decode(Uint8Array.from(rows(row)));
  return {
    at: (row) => ({
      question: question[row]!,
      first: first[row]!,
      count: starts(row).length,
      starts: Array.from(starts(row)),
      ends: Array.from(ends(row)),
      text: textAt(text, row),
      given: JSON.parse(textAt(given, row)) as string[],
    }),
  };
}
