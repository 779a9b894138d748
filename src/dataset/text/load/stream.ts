/** A corpus as a data set of a language model: rows of words that follow one another, and of each the next. */

import { resolve } from "node:path";
import { checkInteger } from "../../../base/checks.ts";
import { fail } from "../../../base/errors.ts";
import { classes, type Dataset } from "../../dataset.ts";
import type { DataName, LoadOptions } from "../../source/source.ts";
import type { Table } from "../../table.ts";
import { integers } from "../sequences.ts";
import { loadCorpus, NAMED_CORPORA, wordStreams } from "./corpus.ts";
import { textNames } from "./named.ts";

/** Words of a row where nothing is said: what one update sees (Zaremba et al. 2014). */
const USUAL_LENGTH = 35;

/** The columns in which a stream is scored (sequence/batching.ts): scores by others have other names. */
const SCORED = "16";

/**
 * The data set of `corpus:wikitext-2?vocabulary=4000&tokens=500000&length=35`, of `corpus:synthetic` or of `corpus:PATH`: columns `tokens` and
 * `labels`, `[length]`. Throws `usage` on options that are no numbers, `data` on a text that is shorter than a row.
 */
export async function loadStream(name: DataName, options: LoadOptions): Promise<Dataset> {
  const isPath = !NAMED_CORPORA.includes(name.place);
  const corpus = await loadCorpus(isPath ? `text:${name.place}` : name.place, options);
  const [words, tokens] = [numberIn(name, "vocabulary"), numberIn(name, "tokens")];
  const length = numberIn(name, "length") ?? USUAL_LENGTH;
  const { vocabulary, train, test } = wordStreams(corpus, { ...(words && { words }), ...(tokens && { tokens }) });
  const said = {
    ...(words && { vocabulary: String(words) }),
    ...(tokens && { tokens: String(tokens) }),
    length: String(length),
  };
  const named = Object.entries(said).map(([option, value]) => [option, [value]] as const);
  const place = isPath ? resolve(name.place) : name.place;
  return {
    ...textNames(
      { ...name, place },
      {
        digest: corpus.digest,
        options: { set: ["corpus"], scored: [SCORED], ...Object.fromEntries(named) },
        written: said,
      },
    ),
    ...{
      shape: [length],
      vocabulary: vocabulary.length,
      stream: true,
      task: "language",
      ...classes(vocabulary.length),
    },
    train: rowsOf(`${name.place}: train`, train, length),
    test: rowsOf(`${name.place}: test`, test, length),
  };
}

function numberIn({ options }: DataName, option: "vocabulary" | "tokens" | "length"): number | undefined {
  const text = options[option];
  return text === undefined ? undefined : checkInteger(option, Number(text), { min: 2 });
}

/** Whole rows of a stream; the words behind the last are left out. */
function rowsOf(where: string, stream: Int32Array, length: number): Table {
  const count = Math.floor((stream.length - 1) / length);
  if (count < 1) {
    const remedy = "Name a longer text or a smaller length";
    fail("data", where, { rule: `must hold more than ${length} words`, got: stream.length, remedy });
  }
  const column = (from: number) => {
    const data = integers(count * length);
    data.set(stream.subarray(from, from + count * length));
    return { type: "i32", shape: [length], data } as const;
  };
  return { count, columns: { tokens: column(0), labels: column(1) } };
}
