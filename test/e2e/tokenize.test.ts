/** `tombola tokenize`: lines in, ids out, as a person and a program call it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newFolder, tombola } from "./tombola.ts";

const fixtures = new URL("../../src/dataset/text/fixtures/tokenizer.json", import.meta.url);
const { vocabulary } = JSON.parse(readFileSync(fixtures, "utf8")) as { vocabulary: string[] };
const id = (token: string) => vocabulary.indexOf(token);
const [cls, sep, the, ticket] = ["[CLS]", "[SEP]", "the", "ticket"].map(id);

function folderWith(text: string): string {
  const cwd = newFolder();
  writeFileSync(join(cwd, "vocab.txt"), vocabulary.join("\n"));
  writeFileSync(join(cwd, "lines.txt"), text);
  return cwd;
}

test("a line is a text, an empty one too, and a separator of Unicode ends none", async () => {
  const cwd = folderWith("The ticket\r\n\nthe\u2028ticket");
  const { code, stdout, stderr } = await tombola("tokenize lines.txt --vocab .", { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const both = `${cls} ${the} ${ticket} ${sep}`;
  expect(stdout).toBe(`${both}\n${cls} ${sep}\n${both}\n`);
});

test("pairs lie at both sides of the first tab, and are cut to a length", async () => {
  const cwd = folderWith("the the the\tticket ticket\tticket\n");
  const { stdout } = await tombola("tokenize lines.txt --vocab vocab.txt --pairs --length 7 --json", { cwd });
  expect(JSON.parse(stdout)).toEqual({ ids: [cls, the, the, sep, ticket, ticket, sep], types: [0, 0, 0, 0, 1, 1, 1] });
});

test("a tokenizer_config.json beside the vocabulary says how text is prepared", async () => {
  const cwd = folderWith("New new\n");
  writeFileSync(join(cwd, "tokenizer_config.json"), JSON.stringify({ do_lower_case: false }));
  const { stdout } = await tombola("tokenize lines.txt --vocab vocab.txt", { cwd });
  expect(stdout).toBe(`${cls} ${id("New")} ${id("new")} ${sep}\n`);
});

test.each([
  ["tokenize lines.txt", 2, "--vocab: must be given. Name the vocabulary of a BERT model"],
  ["tokenize lines.txt --vocab vocab.txt --length 4", 2, "--length"],
  [
    "tokenize lines.txt --vocab vocab.txt --pairs",
    1,
    "lines.txt line 2: must hold two texts with a tab between. Leave",
  ],
  ["tokenize no.txt --vocab vocab.txt", 1, "no.txt: cannot be read"],
  ["tokenize lines.txt --vocab lines.txt", 1, "lines.txt: must be a WordPiece vocabulary, one token a line"],
  ["tokenize lines.txt --vocab ..", 1, "..: must hold vocab.txt or tokenizer.json"],
])("%s ends with %i", async (words, code, message) => {
  const result = await tombola(words, { cwd: folderWith("a\tb\nthe\n") });
  expect(result).toMatchObject({ code, stderr: expect.stringContaining(message) });
});
