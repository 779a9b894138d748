/** A corpus as a data set of masked language modelling: rows of WordPiece ids, of which a part is masked and to be told. */

import { resolve } from "node:path";
import { fail } from "../../../base/errors.ts";
import { classes, type Dataset } from "../../dataset.ts";
import type { DataName, LoadOptions } from "../../source/source.ts";
import { firstRows } from "../../table.ts";
import { scoredTable } from "../corpus/masking.ts";
import { namedCount } from "./answers.ts";
import { blockTables, loadCorpus } from "./corpus.ts";
import { namedLength, namedTokenizer, textNames } from "./named.ts";

/**
 * The data set of `mlm:wikitext-2?vocab=FOLDER&length=128&train=ROWS&dev=ROWS`, or of `mlm:PATH`, a text or a folder of texts. What is scored is
 * the corpus's test part under masks that never change; a training masks its rows anew in every epoch. Throws `usage` on options
 * that are no numbers, `data` on a text that is shorter than a row.
 */
export async function loadMasked(name: DataName, options: LoadOptions): Promise<Dataset> {
  const isPath = name.place !== "wikitext-2";
  const corpus = await loadCorpus(isPath ? `text:${name.place}` : name.place, options);
  const { tokenizer, written } = await namedTokenizer(name);
  const { size, special } = tokenizer;
  const length = namedLength(name);
  const blocks = blockTables(corpus, tokenizer, length);
  const [first, scored] = [namedCount(name, "train"), namedCount(name, "dev")];
  const table = (part: "train" | "test", count?: number) => {
    const rows = blocks[part];
    if (rows.count === 0)
      fail("data", `${name.place}: ${part}`, { rule: "must hold text", remedy: "Name a longer text" });
    return scoredTable(count === undefined ? rows : firstRows(rows, count), { size, special });
  };
  const said = {
    length: String(length),
    ...(first && { train: String(first) }),
    ...(scored && { dev: String(scored) }),
  };
  const identity = Object.fromEntries(Object.entries(said).map(([option, value]) => [option, [value]] as const));
  return {
    ...textNames(
      { ...name, place: isPath ? resolve(name.place) : name.place },
      {
        digest: corpus.digest,
        options: { set: ["mlm"], vocab: [tokenizer.digest], ...identity },
        written: { vocab: written, ...said },
      },
    ),
    ...{ shape: [length], vocabulary: size, head: "mlm" as const, task: "masked-language", masking: { size, special } },
    ...classes(size),
    train: table("train", first),
    test: table("test", scored),
  };
}
