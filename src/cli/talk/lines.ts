/** Texts of a file or of standard input, a line each, as sequences of a vocabulary. */

import { fail } from "../../base/errors.ts";
import { openRegular } from "../../dataset/files/regular.ts";
import { streamLines } from "../../dataset/text/lines.ts";
import { type Sequence, sequenceOf } from "../../dataset/text/tokenizer/sequence.ts";
import type { Tokenizer } from "../../dataset/text/tokenizer/tokenizer.ts";

/** How lines are read. */
export interface LineOptions {
  readonly tokenizer: Tokenizer;
  /** The most tokens of a line; default the usual. */
  readonly length?: number | undefined;
  /** Whether a line is two texts with a tab between. */
  readonly pairs?: boolean | undefined;
}

/** The sequence of each line; throws `data` where there is no reading, and naming the line that is no pair. */
export async function* sequencesIn(
  file: string | undefined,
  { tokenizer, length, pairs = false }: LineOptions,
): AsyncGenerator<Sequence> {
  const where = file ?? "standard input";
  let line = 0;
  for await (const text of streamLines(where, await chunksOf(file)))
    yield sequenceOf(tokenizer, textsOf(text, { pairs, where: `${where} line ${++line}` }), length);
}

async function chunksOf(file: string | undefined): Promise<AsyncIterable<Uint8Array>> {
  if (file === undefined) return process.stdin;
  return (await openRegular(file)).file.createReadStream();
}

/** Of a pair the two texts around the first tab; throws `data` where there is none. */
function textsOf(text: string, { pairs, where }: { pairs: boolean; where: string }): [string, string?] {
  if (!pairs) return [text];
  const tab = text.indexOf("\t");
  if (tab < 0) fail("data", where, { rule: "must hold two texts with a tab between", remedy: "Leave out --pairs" });
  return [text.slice(0, tab), text.slice(tab + 1)];
}
