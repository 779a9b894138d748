/** SQuAD 1.1 as tables of windows, with the questions that they are of. */

import { checkInteger } from "../../../base/checks.ts";
import { fail } from "../../../base/errors.ts";
import type { LoadOptions } from "../../source/source.ts";
import type { Table } from "../../table.ts";
import { integers, sequenceColumns } from "../sequences.ts";
import { answerOf, bestSpan, type SpanLogits } from "../squad/answer.ts";
import { answerColumns } from "../squad/columns.ts";
import { type Question, readSquad } from "../squad/read.ts";
import { type Window, type WindowOptions, windowsOf } from "../squad/windows.ts";
import type { Pieces, Tokenizer } from "../tokenizer/tokenizer.ts";
import { findTexts } from "./find.ts";
import { digestOf } from "./text-file.ts";

/** How SQuAD is read. */
export interface SquadOptions extends WindowOptions, LoadOptions {
  /** Of the network that reads the windows. */
  readonly tokenizer: Tokenizer;
  /** The first so many questions of the training part, from 1; default all. */
  readonly train?: number;
  /** The first so many questions of the development set, from 1; default all. */
  readonly dev?: number;
}

/** Questions and their windows. */
export interface SquadPart {
  /** In the order of the file. */
  readonly questions: readonly Question[];
  /** Of all questions in turn. */
  readonly windows: readonly Window[];
  /** The question of every window. */
  readonly questionOf: Int32Array;
  /**
   * A row a window: columns `tokens` and `types`, ragged, and `spans`, `[2]`, the places of the first and the last token of
   * the answer, both 0 where the window does not hold it; and columns of the texts that answers are cut from.
   */
  readonly table: Table;
}

/** Both parts, of which the development set is scored, and the SHA-256 of the files. */
export interface Squad {
  readonly digest: string;
  readonly train: SquadPart;
  readonly dev: SquadPart;
}

const FILES = ["train-v1.1.json", "dev-v1.1.json"];

/** Loads SQuAD 1.1, found as other sets are; throws `data` on files that are missing or not in order. */
export async function loadSquad(options: SquadOptions): Promise<Squad> {
  const wanted = { name: "SQuAD 1.1", folder: "squad-v1.1", within: ["squad"], files: [FILES] };
  const files = await findTexts(wanted, options);
  const [train, dev] = FILES.map((name) => files.get(name)!).map(({ where, text }) => readSquad(where, text));
  return {
    digest: digestOf([...files]),
    train: squadPart(first(train!, options.train), options),
    dev: squadPart(first(dev!, options.dev), options),
  };
}

function first(questions: Question[], count = questions.length): Question[] {
  return questions.slice(0, checkInteger("questions", count, { min: 1, max: questions.length }));
}

/** Questions in windows. */
export function squadPart(
  questions: readonly Question[],
  { tokenizer, ...options }: WindowOptions & { tokenizer: Tokenizer },
): SquadPart {
  const remembering = rememberLast(tokenizer);
  const cut = questions.map((question) => windowsOf(remembering, question, options));
  const windows = cut.flat();
  const questionOf = integers(windows.length);
  questionOf.set(cut.flatMap((own, question) => own.map(() => question)));
  const spans = integers(2 * windows.length);
  for (const [row, { answer }] of windows.entries()) spans.set(answer, 2 * row);
  const columns = {
    ...sequenceColumns(windows),
    spans: { type: "i32", shape: [2], data: spans } as const,
    ...answerColumns(windows, questions, questionOf),
  };
  return { questions, windows, questionOf, table: { count: windows.length, columns } };
}

/** A tokenizer that takes a text apart once where it comes several times but for one text between, as contexts do. */
function rememberLast(tokenizer: Tokenizer): Tokenizer {
  let kept: { readonly text: string; readonly pieces: Pieces }[] = [];
  const encode = (text: string) => {
    const pieces = kept.find((each) => each.text === text)?.pieces ?? tokenizer.encode(text);
    kept = [{ text, pieces }, ...kept.filter((each) => each.text !== text)].slice(0, 2);
    return pieces;
  };
  return { ...tokenizer, encode };
}

/**
 * The answer to every question, by the logits of every window in the order of the table.
 * @throws code `usage` for more or fewer logits than windows
 */
export function answersOf(part: SquadPart, logits: Iterable<SpanLogits>): string[] {
  const spans = part.questions.map((): ReturnType<typeof bestSpan>[] => []);
  let row = 0;
  const rule = `must be of the ${part.windows.length} windows, one each`;
  for (const each of logits) {
    if (row === part.windows.length) fail("usage", "logits", { rule, got: "more" });
    spans[part.questionOf[row]!]!.push(bestSpan(part.windows[row++]!, each));
  }
  if (row < part.windows.length) fail("usage", "logits", { rule, got: row });
  return part.questions.map(({ context }, question) => answerOf(context, spans[question]!));
}
