/** `tombola tokenize`: lines in, ids of a WordPiece vocabulary out. */

import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import { openRegular } from "../../dataset/files/regular.ts";
import { streamLines } from "../../dataset/text/lines.ts";
import { loadTokenizer } from "../../dataset/text/load/tokenizer.ts";
import { type Sequence, sequenceOf, USUAL_LENGTH } from "../../dataset/text/tokenizer/sequence.ts";
import { integer, text } from "../../study/option.ts";
import { addOption, addShared } from "../talk/options.ts";
import { print } from "../talk/output.ts";

interface TokenizeOptions {
  readonly vocab: string;
  readonly length?: number;
  readonly pairs?: boolean;
  readonly json?: boolean;
}

/** Lines that are printed at once. */
const PRINTED = 1000;

/** Adds the verb. */
export function addTokenize(program: Command): void {
  const command = program
    .command("tokenize")
    .argument("[file]", "a text a line (default: standard input)")
    .description("what a BERT model reads of each line: ids, [CLS] and [SEP] included, separated by spaces");
  addOption(command, "--vocab <path>", "vocab.txt, tokenizer.json, or the folder of a model that holds one", text);
  addOption(
    command,
    "--length <n>",
    `most tokens of a line; the longer text is cut (default: ${USUAL_LENGTH})`,
    integer(5, 2 ** 20),
  );
  addOption(command, "--pairs", "a line is two texts, separated by its first tab");
  addShared(command, "json").action(tokenize);
}

async function tokenize(file: string | undefined, options: TokenizeOptions): Promise<void> {
  if (options.vocab === undefined)
    fail("usage", "vocab", { rule: "must be given", remedy: "Name the vocabulary of a BERT model" });
  const tokenizer = await loadTokenizer(options.vocab);
  let printed: string[] = [];
  let line = 0;
  for await (const text of streamLines(file ?? "standard input", await chunksOf(file))) {
    const texts = textsOf(text, { ...options, where: `${file ?? "standard input"} line ${++line}` });
    printed.push(shown(sequenceOf(tokenizer, texts, options.length), options));
    if (printed.length < PRINTED) continue;
    print(printed.join("\n"));
    printed = [];
  }
  if (printed.length > 0) print(printed.join("\n"));
}

async function chunksOf(file: string | undefined): Promise<AsyncIterable<Uint8Array>> {
  if (file === undefined) return process.stdin;
  return (await openRegular(file)).file.createReadStream();
}

/** Of a pair the two texts around the first tab; throws `data` where there is none. */
function textsOf(text: string, { pairs, where }: { pairs?: boolean; where: string }): [string, string?] {
  if (!pairs) return [text];
  const tab = text.indexOf("\t");
  if (tab < 0) fail("data", where, { rule: "must hold two texts with a tab between", remedy: "Leave out --pairs" });
  return [text.slice(0, tab), text.slice(tab + 1)];
}

function shown({ ids, types }: Sequence, { json }: Pick<TokenizeOptions, "json">): string {
  return json ? JSON.stringify({ ids, types }) : ids.join(" ");
}
