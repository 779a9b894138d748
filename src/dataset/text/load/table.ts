/** Tables of texts of this machine as data sets: named columns of TSV, CSV or JSON lines, as sequences of a vocabulary. */

import { resolve } from "node:path";
import { fail } from "../../../base/errors.ts";
import type { Dataset } from "../../dataset.ts";
import { holdFifth, inOrder } from "../../rows/held.ts";
import type { Role } from "../../rows/role.ts";
import { type FinishedTarget, readTarget, type TaskName } from "../../rows/targets.ts";
import { decoded, pinned } from "../../source/name.ts";
import type { DataName } from "../../source/source.ts";
import type { Table } from "../../table.ts";
import { sequenceColumns } from "../sequences.ts";
import { readTextTable } from "../table/read.ts";
import { sequenceOf } from "../tokenizer/sequence.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { namedLength, namedTokenizer, pinnedPath, textNames, withoutFloats } from "./named.ts";
import { readText, type TextFile } from "./text-file.ts";

/** How the targets of each task that texts are learnt by are read. */
const READ_AS: Readonly<Record<string, TaskName>> = {
  ...{ classification: "classification", regression: "regression", "multi-label": "multi-label" },
  ...{ acceptability: "classification", paraphrase: "classification", similarity: "regression" },
};

/**
 * The data set of `texts:FILE?text=COLUMN,COLUMN&target=COLUMN&task=TASK&vocab=FOLDER&length=128&test=FILE`: columns `tokens`
 * and `types` of one text or of two, and the target. Without a file of test rows the last fifth of the rows in one fixed
 * random order is the test set. Throws `usage` on columns that are not said and on an unknown task, `data` naming file, line
 * and remedy.
 */
export async function loadTextTable(name: DataName): Promise<Dataset> {
  const asked = askedOf(name);
  const { tokenizer, written } = await namedTokenizer(name);
  const length = namedLength(name);
  const test = name.options.test === undefined ? undefined : pinnedPath(name.options.test);
  const [learnt, scored] = [await readText(name.place), test && (await readText(test.path))];
  const reading = readTarget(READ_AS[asked.task]!, asked.target, learnt.where);
  const rows = await read(learnt, asked, reading.role);
  const finished = reading.finish();
  const others = scored && (await read(scored, asked, finished.role));
  const parts = others
    ? { train: inOrder(rows.length), test: inOrder(others.length) }
    : holdFifth(learnt.where, rows.length);
  const table = (from: readonly Read[], which: Int32Array) => tableOf(from, which, { tokenizer, length, finished });
  const testDigits = test && pinned(test.path, { digest: test.digest, found: scored!.sha256 });
  const { target } = finished;
  const names = textNames(
    { ...name, place: resolve(name.place) },
    {
      digest: learnt.sha256,
      options: {
        ...{ set: ["texts"], text: asked.text, target: asked.target, task: [asked.task] },
        ...{ vocab: [tokenizer.digest], length: [String(length)] },
        ...(scored && { test: [scored.sha256] }),
      },
      written: {
        ...{ task: asked.task, vocab: written, length: String(length) },
        ...(test && { test: encodeURIComponent(`${resolve(test.path)}#${testDigits}`) }),
      },
    },
  );
  return {
    ...names,
    ...{ shape: [length], target, outputs: target.kind === "classes" ? target.count : target.names.length },
    ...withoutFloats({ target }),
    ...(asked.task !== READ_AS[asked.task] && { task: asked.task }),
    train: table(rows, parts.train),
    test: table(others ?? rows, parts.test),
  };
}

interface Asked {
  readonly text: readonly string[];
  readonly target: readonly string[];
  readonly task: string;
}

function askedOf({ options: { text, target, task = "classification" } }: DataName): Asked {
  const columns = (text ?? "").split(",").filter(Boolean).map(decoded);
  if (columns.length !== 1 && columns.length !== 2) {
    const remedy = "Write texts:FILE?text=COLUMN, or text=COLUMN,COLUMN for pairs";
    fail("usage", "text", { rule: "must name the column of the text, or two columns", got: text ?? "nothing", remedy });
  }
  const told = (target ?? "").split(",").filter(Boolean).map(decoded);
  if (told.length === 0)
    fail("usage", "target", {
      rule: "must name the column to tell",
      remedy: "Write texts:FILE?text=COLUMN&target=COLUMN",
    });
  if (!(decoded(task) in READ_AS))
    fail("usage", "task", { rule: `of texts must be one of ${Object.keys(READ_AS).join(", ")}`, got: task });
  return { text: columns, target: told, task: decoded(task) };
}

/** A row's texts, and its targets as their role reads them. */
interface Read {
  readonly texts: readonly [string, string?];
  readonly targets: readonly number[];
}

async function read({ where, text }: TextFile, { text: texts, target }: Asked, role: Role): Promise<Read[]> {
  const rows = await readTextTable(where, text, [...texts, ...target]);
  return rows.map(({ line, cells }) => ({
    texts: cells.slice(0, texts.length) as unknown as Read["texts"],
    targets: target.map((column, i) =>
      valueIn(`${where} line ${line}, column ${column}`, cells[texts.length + i]!, role),
    ),
  }));
}

function valueIn(where: string, cell: string, { parse, rule, remedy }: Role): number {
  const value = parse(cell);
  return Number.isNaN(value) ? fail("data", where, { rule, got: cell, remedy: remedy(cell) }) : value;
}

interface TableOptions {
  readonly tokenizer: Tokenizer;
  readonly length: number;
  readonly finished: FinishedTarget;
}

function tableOf(from: readonly Read[], which: Int32Array, { tokenizer, length, finished }: TableOptions): Table {
  const rows = Array.from(which, (row) => from[row]!);
  const sequences = rows.map(({ texts }) => sequenceOf(tokenizer, texts, length));
  const values = rows[0]!.targets.map((_, i) => rows.map(({ targets }) => targets[i]!));
  const target = finished.pack(values, inOrder(rows.length));
  return { count: rows.length, columns: { ...sequenceColumns(sequences), [finished.column]: target } };
}
