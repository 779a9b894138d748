/** SQuAD 1.1 (Rajpurkar et al. 2016): questions on paragraphs, whose answers are stretches of these. */

import { fail } from "../../../base/errors.ts";

/** An answer, and where it begins in the context, in UTF-16 units. */
export interface Answer {
  readonly text: string;
  readonly start: number;
}

/** A question with all answers that were given to it, one or more. */
export interface Question {
  readonly id: string;
  readonly question: string;
  readonly context: string;
  readonly answers: readonly Answer[];
}

/**
 * The questions of the file called `where`, of which `text` is the content. Throws `data` naming file, article, paragraph and
 * question where a field is missing, and where an answer is not what the context holds at its place.
 */
export function readSquad(where: string, text: string): Question[] {
  const { data } = object(where, parsed(where, text));
  const questions = list(where, "data", data).flatMap((article, a) => {
    const at = `${where}, article ${a + 1}`;
    return list(at, "paragraphs", object(at, article).paragraphs).flatMap((paragraph, p) =>
      paragraphOf(`${at}, paragraph ${p + 1}`, object(at, paragraph)),
    );
  });
  if (questions.length > 0) return questions;
  return fail("data", where, { rule: "must hold questions", got: "none", remedy: "Get the file again" });
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return fail("data", where, { rule: `must be JSON (${(cause as Error).message})`, remedy: "Get the file again" });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function paragraphOf(where: string, { context, qas }: Fields): Question[] {
  const passage = string(where, "context", context);
  const unit = unitsOf(passage);
  return list(where, "qas", qas).map((asked, q) => {
    const at = `${where}, question ${q + 1}`;
    const { id, question, answers } = object(at, asked);
    const given = list(at, "answers", answers).map((each) => answerOf(at, object(at, each), { passage, unit }));
    if (given.length === 0) {
      const remedy = "SQuAD 1.1 has no questions without answers; leave them out";
      fail("data", at, { rule: "must have an answer", remedy });
    }
    return { id: string(at, "id", id), question: string(at, "question", question), context: passage, answers: given };
  });
}

interface Passage {
  readonly passage: string;
  readonly unit: (codePoint: number) => number;
}

function answerOf(where: string, { text, answer_start }: Fields, { passage, unit }: Passage): Answer {
  const said = string(where, "text", text);
  const start = unit(Number.isSafeInteger(answer_start) ? (answer_start as number) : -1);
  if (said !== "" && passage.startsWith(said, start) && start >= 0) return { text: said, start };
  const rule = `the answer ${JSON.stringify(said.slice(0, 40))} must be in the context, from its character answer_start on`;
  return fail("data", where, {
    rule,
    got: JSON.stringify(answer_start) ?? "nothing",
    remedy: "Correct answer_start, counted in code points from 0",
  });
}

/** From places in code points, as Python counts, to places in UTF-16 units. */
function unitsOf(text: string): (codePoint: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (place) => place;
  const places: number[] = [];
  let unit = 0;
  for (const char of text) {
    places.push(unit);
    unit += char.length;
  }
  return (place) => places[place] ?? -1;
}

function object(where: string, value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  return fail("data", where, { rule: "must be an object of SQuAD's layout", remedy: "Get the file again" });
}

function list(where: string, field: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return fail("data", where, { rule: `must have a list called ${field}`, remedy: "Get the file again" });
}

function string(where: string, field: string, value: unknown): string {
  if (typeof value === "string") return value;
  return fail("data", where, { rule: `must have a text called ${field}`, remedy: "Get the file again" });
}
