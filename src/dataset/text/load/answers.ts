/** SQuAD 1.1 as a data set: a row a window, of which it is learnt where the answer starts and ends. */

import { resolve } from "node:path";
import { checkInteger } from "../../../base/checks.ts";
import type { Dataset } from "../../dataset.ts";
import type { DataName, DataOption, LoadOptions } from "../../source/source.ts";
import { SQUAD_LENGTH, SQUAD_STRIDE } from "../squad/windows.ts";
import { namedLength, namedTokenizer, textNames } from "./named.ts";
import { loadSquad } from "./squad.ts";

/** The place of the official files, found as other sets are. */
const OFFICIAL = "v1.1";

/**
 * The data set of `squad:v1.1?vocab=FOLDER&length=384&stride=128&train=4000&dev=1000`, or of `squad:FOLDER` with the two files:
 * columns `tokens` and `types` (ragged), `spans`, and those that answers are cut and scored by. Scored is the development set.
 * Throws `usage` on options that are no numbers, `data` on files that are missing or not in order.
 */
export async function loadAnswers(name: DataName, options: LoadOptions): Promise<Dataset> {
  const { tokenizer, written } = await namedTokenizer(name);
  const length = namedLength(name, SQUAD_LENGTH);
  const stride = namedCount(name, "stride") ?? SQUAD_STRIDE;
  const [first, scored] = [namedCount(name, "train"), namedCount(name, "dev")];
  const taken = { ...(first && { train: first }), ...(scored && { dev: scored }) };
  const isPath = name.place !== OFFICIAL;
  const from = isPath ? { ...options, dataDir: resolve(name.place) } : options;
  const { digest, train, dev } = await loadSquad({ ...from, ...taken, tokenizer, length, stride });
  const said = { length: String(length), stride: String(stride), ...texts(taken) };
  const identity = Object.fromEntries(Object.entries(said).map(([option, value]) => [option, [value]] as const));
  return {
    ...textNames(
      { ...name, place: isPath ? resolve(name.place) : OFFICIAL },
      {
        digest,
        options: { set: ["squad"], vocab: [tokenizer.digest], ...identity },
        written: { vocab: written, ...said },
      },
    ),
    ...{ shape: [length], vocabulary: tokenizer.size, head: "span" as const, task: "answers" },
    ...{ target: { kind: "labels" as const, names: ["start", "end"] }, outputs: 2 },
    train: train.table,
    test: dev.table,
  };
}

const texts = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).map(([option, count]) => [option, String(count)]));

/** A whole number from 1 that a name says; undefined where it says none. */
export function namedCount({ options }: Pick<DataName, "options">, option: DataOption): number | undefined {
  const text = options[option];
  return text === undefined ? undefined : checkInteger(option, Number(text), { min: 1 });
}
