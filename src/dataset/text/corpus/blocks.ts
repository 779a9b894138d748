/** A corpus as rows of WordPiece ids for masked language modelling: its text end to end, cut into blocks of one length. */

import { checkLength } from "../tokenizer/sequence.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/**
 * A line of WikiText as it was before its words were taken apart: ` @-@ `, ` @,@ ` and ` @.@ ` are the hyphen, comma and point
 * inside a word or a number, and `<unk>` is the token [UNK].
 */
export function writtenBack(line: string): string {
  return line.replace(/ @([-,.])@ /g, "$1").replaceAll("<unk>", "[UNK]");
}

/**
 * Rows `[CLS] ids [SEP]` of `length` tokens of the lines end to end; what is left at the end is a shorter row. A line without
 * text is none.
 */
export function blocksOf(lines: Iterable<string>, { encode, special }: Tokenizer, length: number): number[][] {
  const room = checkLength(length) - 2;
  const rows: number[][] = [];
  let block: number[] = [];
  for (const line of lines)
    for (const id of encode(line).ids) {
      block.push(id);
      if (block.length < room) continue;
      rows.push([special.classify, ...block, special.separate]);
      block = [];
    }
  return block.length > 0 ? [...rows, [special.classify, ...block, special.separate]] : rows;
}
