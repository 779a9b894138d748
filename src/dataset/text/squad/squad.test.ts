/** SQuAD: what its files must hold, windows that lose no answer, and answers cut from the original text. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTable } from "../../check-table.ts";
import { tabs, writeFiles } from "../fixtures/files.ts";
import { answersOf, loadSquad, squadPart } from "../load/squad.ts";
import { createTokenizer } from "../tokenizer/tokenizer.ts";
import { readVocabulary } from "../tokenizer/vocabulary.ts";
import { answerOf, bestSpan, LONGEST_ANSWER } from "./answer.ts";
import { type Question, readSquad } from "./read.ts";
import { windowsOf } from "./windows.ts";

const { vocabulary } = JSON.parse(readFileSync(new URL("../fixtures/tokenizer.json", import.meta.url), "utf8"));
const tokenizer = createTokenizer(readVocabulary("vocab.txt", vocabulary.join("\n")));

const file = (context: string, ...answers: { text: string; answer_start: number }[]) =>
  JSON.stringify({
    data: [{ title: "T", paragraphs: [{ context, qas: [{ id: "q1", question: "the win?", answers }] }] }],
  });

describe("a file", () => {
  test("gives questions with answers, whose places are counted in code points", () => {
    const [question] = readSquad("dev.json", file("\u{1f600} the ticket", { text: "ticket", answer_start: 6 }));
    expect(question).toEqual({
      ...{ id: "q1", question: "the win?", context: "\u{1f600} the ticket" },
      answers: [{ text: "ticket", start: 7 }],
    });
  });

  test.each<[string, string, string]>([
    ["no JSON", "{", "dev.json: must be JSON"],
    ["another layout", "[]", "dev.json: must be an object of SQuAD's layout"],
    ["no articles", "{}", "dev.json: must have a list called data"],
    ["no question", '{"data":[]}', 'dev.json: must hold questions, got "none"'],
    ["no answer", file("the"), "article 1, paragraph 1, question 1: must have an answer. SQuAD 1.1 has no questions"],
    [
      "an answer elsewhere",
      file("the win", { text: "win", answer_start: 3 }),
      'question 1: the answer "win" must be in the context, from its character answer_start on, got "3". Correct',
    ],
    ["an answer before it", file("the", { text: "the", answer_start: -1 }), "must be in the context"],
    [
      "no context",
      JSON.stringify({ data: [{ paragraphs: [{ qas: [] }] }] }),
      "paragraph 1: must have a text called context",
    ],
  ])("with %s is refused", (_, text, message) => {
    expect(() => readSquad("dev.json", text)).toThrow(message);
    expect(() => readSquad("dev.json", text)).toThrow(expect.objectContaining({ code: "data" }));
  });
});

/** A context of words, and one to three of them as the answer. */
const asked = fc
  .record({
    words: fc.array(fc.constantFrom("the", "ticket", "win", "naïve", "東京", "Caféxyz", "(a)"), {
      minLength: 1,
      maxLength: 120,
    }),
    question: fc.constantFrom("a?", "the win ", "lottery ".repeat(80)),
    from: fc.nat(),
    count: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ words, question, from, count }): Question => {
    const first = from % words.length;
    const before = words
      .slice(0, first)
      .map((word) => `${word} `)
      .join("");
    const text = words.slice(first, first + count).join(" ");
    return { id: "q", question, context: words.join(" "), answers: [{ text, start: before.length }] };
  });

/** Logits that are highest at the answer of a window. */
const knowing = (part: ReturnType<typeof squadPart>) =>
  part.windows.map(({ ids, answer: [first, last] }) => {
    const [start, end] = [new Float32Array(ids.length), new Float32Array(ids.length)];
    if (first > 0) [start[first], end[last]] = [1, 1];
    return { start, end };
  });

test("windows hold the whole context, overlap by half or more, and one who knows the answer gives its text", () => {
  fc.assert(
    fc.property(
      asked,
      fc.integer({ min: 48, max: 90 }),
      fc.integer({ min: 1, max: 60 }),
      (question, length, stride) => {
        const part = squadPart([question], { tokenizer, length, stride });
        const context = tokenizer.encode(question.context).ids;
        const held = new Set<number>();
        const { starts } = tokenizer.encode(question.context);
        for (const window of part.windows) {
          const from = starts.indexOf(window.starts[0]!);
          expect(window.ids.length).toBeLessThanOrEqual(length);
          const own = window.ids.slice(window.first, window.first + window.count);
          expect(own).toEqual(context.slice(from, from + window.count));
          expect(window.types.filter((type) => type === 1)).toHaveLength(window.count + 1);
          for (let t = 0; t < window.count; t++) held.add(from + t);
        }
        expect(held.size).toBe(context.length);
        expect(answersOf(part, knowing(part))).toEqual([question.answers[0]!.text]);
      },
    ),
  );
});

test("rows are windows; where one does not hold the answer, its places are those of [CLS]", () => {
  const context = `${"the ".repeat(30)}ticket`;
  const question = { id: "q", question: "a", context, answers: [{ text: "ticket", start: 120 }] };
  const { table, questionOf } = squadPart([question, question], { tokenizer, length: 20 });
  const windows = windowsOf(tokenizer, question, { length: 20 });
  expect(table.count).toBe(2 * windows.length);
  checkTable("squad", table);
  expect([...questionOf]).toEqual([...windows.map(() => 0), ...windows.map(() => 1)]);
  const labels = [...table.columns.spans!.data].slice(0, 2 * windows.length);
  expect(labels.slice(0, -2).every((place) => place === 0)).toBe(true);
  const last = windows.at(-1)!;
  expect(last.ids[labels.at(-1)!]).toBe(tokenizer.encode("ticket").ids[0]);
});

test("an answer has at most 30 tokens, the first of equally good ones, and none is empty", () => {
  const context = "the ".repeat(40).trim();
  const [window] = windowsOf(tokenizer, { id: "q", question: "a", context, answers: [{ text: "the", start: 0 }] });
  const zero = new Float32Array(window!.ids.length);
  expect(bestSpan(window!, { start: zero, end: zero })).toEqual({ start: 0, end: 3, score: 0 });
  const [start, end] = [zero.slice(), zero.slice()];
  start[window!.first] = 5;
  end[window!.first + LONGEST_ANSWER] = 9;
  end[window!.first + LONGEST_ANSWER - 1] = 3;
  const best = bestSpan(window!, { start, end })!;
  // From the second token to the thirty-first: 9 alone is more than 5 + 3.
  expect(best).toEqual({ start: 4, end: 4 * LONGEST_ANSWER + 3, score: 9 });
  end[window!.first + LONGEST_ANSWER] = 0;
  expect(answerOf(context, [undefined, bestSpan(window!, { start, end })])).toBe("the ".repeat(30).trim());
  expect(answerOf("", [undefined])).toBe("");
});

test("a folder in the official layout is read, with fewer questions where asked", async () => {
  const text = file("the ticket", { text: "ticket", answer_start: 4 });
  const dataDir = writeFiles({ "squad-v1.1/train-v1.1.json": text, "squad-v1.1/dev-v1.1.json.gz": text });
  const told: string[] = [];
  const { train, dev } = await loadSquad({ tokenizer, dataDir, onNotice: (note) => told.push(note) });
  expect([train.questions.length, dev.table.count]).toEqual([1, 1]);
  expect(told).toHaveLength(2);
  await expect(loadSquad({ tokenizer, dataDir, train: 2 })).rejects.toThrow(
    "questions: must be an integer from 1 to 1",
  );
  await expect(loadSquad({ tokenizer, dataDir: writeFiles({ "a.tsv": tabs(["a"]) }) })).rejects.toThrow(
    "SQuAD 1.1: its files train-v1.1.json, dev-v1.1.json are in none of",
  );
});
