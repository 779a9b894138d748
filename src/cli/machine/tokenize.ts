/** `tombola tokenize`: lines in, ids of a WordPiece vocabulary out. */

import type { Command } from "commander";
import { fail } from "../../base/errors.ts";
import { loadTokenizer } from "../../dataset/text/load/tokenizer.ts";
import { type Sequence, USUAL_LENGTH } from "../../dataset/text/tokenizer/sequence.ts";
import { integer, text } from "../../study/option.ts";
import { sequencesIn } from "../talk/lines.ts";
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
  for await (const sequence of sequencesIn(file, { ...options, tokenizer })) {
    printed.push(shown(sequence, options));
    if (printed.length < PRINTED) continue;
    print(printed.join("\n"));
    printed = [];
  }
  if (printed.length > 0) print(printed.join("\n"));
}

function shown({ ids, types }: Sequence, { json }: Pick<TokenizeOptions, "json">): string {
  return json ? JSON.stringify({ ids, types }) : ids.join(" ");
}
