/** Tasks of GLUE as data sets: their files, found and read, as sequences of a BERT vocabulary. */

import { fail } from "../../../base/errors.ts";
import type { Dataset, DatasetDescription } from "../../dataset.ts";
import { inOrder } from "../../rows/held.ts";
import { packClasses, packFloats } from "../../rows/pack.ts";
import type { DataName, LoadOptions } from "../../source/source.ts";
import type { Table } from "../../table.ts";
import { type Example, glueRows, splitMrpc } from "../glue/rows.ts";
import { GLUE, type GluePart, type GlueTask, glueName } from "../glue/tasks.ts";
import { sequenceColumns } from "../sequences.ts";
import { sequenceOf } from "../tokenizer/sequence.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { type Found, findTexts } from "./find.ts";
import { namedLength, namedTokenizer, textNames } from "./named.ts";
import { digestOf, type TextFile } from "./text-file.ts";

/**
 * The data set of `glue:TASK?vocab=FOLDER&length=128`: columns `tokens`, `types` (ragged) and `labels` or `targets`. What is
 * scored is the development set, as papers do; with `glue:TASK:test` it is the test set, of the three tasks whose test labels
 * are public. Its identity is the SHA-256 of the files, that of the vocabulary and the length. Throws `usage` on an unknown
 * task, `data` on files that are missing or not in order, naming file and line.
 */
export async function loadGlue(name: DataName, options: LoadOptions): Promise<Dataset> {
  const called = glueName(name.place) ?? unknownTask(name.place);
  const task = GLUE[called]!;
  const scored = scoredPart(called, task, name.words.includes("test"));
  const { tokenizer, written } = await namedTokenizer(name);
  const length = namedLength(name);
  const files = await findTexts({ name: `glue:${called}`, ...placesOf(task, scored) }, options);
  const texts = textsIn(files, [task.train, scored]);
  const table = ({ where, text }: Text, part: GluePart) =>
    tableOf(glueRows(where, text, { task, part, onNotice: options.onNotice }), { tokenizer, length, task });
  const digest = digestOf([...files].map(([file, found]) => [`${task.folder}/${file}`, found]));
  const part = scored === task.dev ? {} : { scored: ["test"] };
  return {
    ...textNames(
      { ...name, place: called },
      {
        digest,
        options: { set: [`glue:${called}`], vocab: [tokenizer.digest], length: [String(length)], ...part },
        written: { vocab: written, length: String(length) },
      },
    ),
    ...{ shape: [length], vocabulary: tokenizer.size, ...targetOf(task), ...(task.task && { task: task.task }) },
    train: table(texts[0]!, task.train),
    test: table(texts[1]!, scored),
  };
}

type Text = Pick<TextFile, "where" | "text">;

function unknownTask(place: string): never {
  const rule = `the tasks of GLUE are ${Object.keys(GLUE).join(", ")}`;
  return fail("usage", "data set", { rule, got: place, remedy: "Write one such as glue:sst-2" });
}

function scoredPart(called: string, { dev, test }: GlueTask, isTest: boolean): GluePart {
  if (!isTest) return dev;
  const public_ = Object.keys(GLUE).filter((name) => GLUE[name]!.test);
  const rule = `test labels are public of ${public_.join(", ")} alone`;
  return test ?? fail("usage", "data set", { rule, got: `glue:${called}:test`, remedy: `Write glue:${called}` });
}

/** MRPC comes as its authors published it, or as GLUE's rule cuts it. */
function placesOf({ folder, train, dev }: GlueTask, scored: GluePart) {
  const others = scored === dev ? [] : [scored.file];
  const made = folder === "MRPC" ? [[...MRPC, ...others]] : [];
  const files = [[train.file, ...(others.length > 0 ? others : [dev.file])], ...made];
  return { folder, within: ["glue", "GLUE", "glue_data"], files };
}

const MRPC = ["msr_paraphrase_train.txt", "dev_ids.tsv"];

function textsIn(files: Found, parts: readonly GluePart[]): Text[] {
  const [published, ids] = MRPC.map((file) => files.get(file));
  const made = published && ids && splitMrpc(published.text, ids.text);
  const where = `${published?.where}, by ${ids?.where}`;
  return parts.map(({ file }) => files.get(file) ?? { where, text: made![file === "dev.tsv" ? "dev" : "train"] });
}

interface TableOptions {
  readonly tokenizer: Tokenizer;
  readonly length: number;
  readonly task: Pick<GlueTask, "classes">;
}

function tableOf(examples: readonly Example[], { tokenizer, length, task: { classes } }: TableOptions): Table {
  const targets = examples.map(({ target }) => target);
  const rows = inOrder(examples.length);
  const target = classes
    ? { labels: packClasses(targets, rows, classes.length) }
    : { targets: packFloats([targets], rows) };
  const sequences = examples.map(({ texts }) => sequenceOf(tokenizer, texts, length));
  return { count: examples.length, columns: { ...sequenceColumns(sequences), ...target } };
}

function targetOf({ classes, called }: GlueTask): Pick<DatasetDescription, "target" | "outputs"> {
  if (!classes) return { target: { kind: "numbers", names: ["score"] }, outputs: 1 };
  const target = { kind: "classes", count: classes.length, names: classes, ...(called && { also: called }) } as const;
  return { target, outputs: classes.length };
}
