/** Tables of texts: three formats give one data set, targets of every kind, and files that are refused. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkDataset } from "../../check.ts";
import { parseIdentity } from "../../identity.ts";
import { loadDataset } from "../../load.ts";
import { parseDataName } from "../../source/name.ts";
import { tabs, writeFiles } from "../fixtures/files.ts";

const rows = [
  ["the ticket", "a win", "yes", 0.5],
  ['the "a', "win", "no", 1],
  ["lottery", "a, the", "yes", 2],
  ["win", "win", "no", 3],
  ["a", "the", "no", 4],
] as const;

const quoted = (cell: string | number) => `"${String(cell).replaceAll('"', '""')}"`;
const names = ["first", "second", "same", "score"];
const json = (row: readonly (string | number)[]) =>
  JSON.stringify(Object.fromEntries(row.map((cell, i) => [names[i]!, cell])));

const FILES = {
  "rows.tsv": tabs(names, ...rows),
  "rows.csv": `${names.join()}\n${rows.map((row) => `${row.map(quoted).join()}\n`).join("")}`,
  "rows.jsonl.gz": rows.map((row) => `${json(row)}\n`).join("\n"),
  "test.tsv": tabs(names, ["the", "the", "yes", 1], ["win", "a", "no", 0]),
};

async function load(file: string, query: string, folder = writeFiles(FILES)) {
  return checkDataset(
    await loadDataset(`texts:${join(folder, file)}?${query}&vocab=${encodeURIComponent(folder)}&length=12`),
  );
}

const PAIRS = "text=first,second&target=same";

test("TSV, CSV and JSON lines with the same cells hold the same", async () => {
  const [one, ...others] = await Promise.all(
    Object.keys(FILES)
      .slice(0, 3)
      .map((file) => load(file, PAIRS)),
  );
  expect(one!.train.count + one!.test.count).toBe(5);
  expect(one!.target).toEqual({ kind: "classes", count: 2, names: ["no", "yes"] });
  for (const other of others) expect([other!.train, other!.test]).toEqual([one!.train, one!.test]);
});

test("test rows may be named, and the name says what it means", async () => {
  const folder = writeFiles(FILES);
  const dataset = await load(
    "rows.tsv",
    `${PAIRS}&task=paraphrase&test=${encodeURIComponent(join(folder, "test.tsv"))}`,
    folder,
  );
  expect([...dataset.train.columns.labels!.data]).toEqual([1, 0, 1, 0, 0]);
  expect([...dataset.test.columns.labels!.data]).toEqual([1, 0]);
  expect(dataset.task).toBe("paraphrase");
  const name = parseDataName(dataset.source!);
  expect(name.source.means(name, parseIdentity(dataset.name)!)).toBe(true);
  expect((await loadDataset(dataset.source!)).name).toBe(dataset.name);
  const other = await load("rows.tsv", PAIRS, folder);
  expect(name.source.means(name, parseIdentity(other.name)!)).toBe(false);
});

test("targets are numbers or labels, texts are one or two", async () => {
  const numbers = await load("rows.tsv", "text=first&target=score&task=similarity");
  expect(numbers).toMatchObject({ target: { kind: "numbers", names: ["score"] }, task: "similarity", outputs: 1 });
  expect([...numbers.train.columns.targets!.data, ...numbers.test.columns.targets!.data].sort()).toEqual([
    0.5, 1, 2, 3, 4,
  ]);
  expect(numbers.train.columns.types!.data.every((type) => type === 0)).toBe(true);
  const folder = writeFiles({ "rows.tsv": tabs(["t", "a", "b"], ["the", 0, 1], ["win", 1, 1]) });
  const labels = await load("rows.tsv", "text=t&target=a,b&task=multi-label", folder);
  expect(labels.target).toEqual({ kind: "labels", names: ["a", "b"] });
});

describe("is refused:", () => {
  test.each<[string, string, string, string]>([
    [
      "a.tsv",
      "t\tl\nthe\n",
      "text=t&target=l",
      "a.tsv line 2: must have 2 cells or more, got 1. Separate cells by tabs",
    ],
    ["a.tsv", "t\tl\nthe\tx\n", "text=u&target=l", "a.tsv line 1: must name the column u. Its columns are t, l"],
    ["a.csv", 't,l\n"the,x\n', "text=t&target=l", "a.csv line 2: a quote is opened and not closed. Close it"],
    ["a.csv", "t,l\nthe,x,y\n", "text=t&target=l", "a.csv line 2: must have 2 fields as the header has, got 3"],
    ["a.jsonl", '{"t":"the","l":1}\n[]\n', "text=t&target=l", 'a.jsonl line 2: must be a JSON object, got "[]"'],
    [
      "a.jsonl",
      '{"t":"the","l":null}\n',
      "text=t&target=l",
      'a.jsonl line 1, l: must be a text or a number, got "null"',
    ],
    ["a.jsonl", '{"t":"the","l":1}\n', "text=tt&target=l", "a.jsonl line 1: must have the column tt. Did you mean t?"],
    ["a.jsonl", "\n", "text=t&target=l", 'a.jsonl: must hold rows, got "none"'],
    ["a.xls", "t\n", "text=t&target=l", "a.xls: must end in one of tsv, csv, jsonl, ndjson"],
    [
      "a.tsv",
      "t\tl\nthe\tx\na\t\n",
      "text=t&target=l",
      'a.tsv line 3, column l: must name a class, got "". Fill the cell',
    ],
    [
      "a.tsv",
      "t\tl\nthe\tx\na\t1\n",
      "text=t&target=l&task=regression",
      'line 2, column l: must be a number that float32 can hold, got "x"',
    ],
    ["a.tsv", "t\tl\nthe\t1\n", "target=l", 'text: must name the column of the text, or two columns, got "nothing"'],
    ["a.tsv", "t\tl\nthe\t1\n", "text=t", "target: must name the column to tell. Write"],
    [
      "a.tsv",
      "t\tl\nthe\t1\n",
      "text=t&target=l&task=ranking",
      "task: of texts must be one of classification, regression",
    ],
  ])("%s of %j with %s", async (file, text, query, message) => {
    await expect(load(file, query, writeFiles({ [file]: text }))).rejects.toThrow(message);
  });
});
