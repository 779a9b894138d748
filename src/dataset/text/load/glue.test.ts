/** GLUE's tasks from small files in the official layout: what becomes rows, what is told, and what is refused. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkDataset } from "../../check.ts";
import type { Dataset } from "../../dataset.ts";
import { parseIdentity } from "../../identity.ts";
import { loadDataset } from "../../load.ts";
import { inOrder } from "../../rows/held.ts";
import { parseDataName } from "../../source/name.ts";
import { standardise } from "../../standardisation.ts";
import { tabs, writeFiles } from "../fixtures/files.ts";

/** Headers as the official files have them; `label` rows are written per task below. */
const pairs = (first: string, second: string, label: string, rows: (string | number)[][]) =>
  tabs(["index", first, second, label], ...rows.map((row, i) => [i, ...row]));

const cola = tabs(["gj04", 1, "", "the ticket"], ["gj04", 0, "*", 'a "win']);
const mrpcHead = ["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"];
const mrpc = [
  [1, 10, 11, 'the " ticket', "a ticket"],
  [0, 12, 13, "the", "win"],
  [1, 14, 15, "win", "win"],
];
const stsb = (scores: number[]) =>
  tabs(
    ["index", "genre", "filename", "year", "old_index", "source1", "source2", "sentence1", "sentence2", "score"],
    ...scores.map((score, i) => [i, "main", "MSRvid", "2012test", i, "none", "none", "the a", "win", score]),
  );
const mnliHead = ["index", "sentence1", "sentence2", "label1", "gold_label"];
const mnli = (...labels: string[]) => tabs(mnliHead, ...labels.map((label, i) => [i, "the", "a", "neutral", label]));
const qqpHead = ["id", "qid1", "qid2", "question1", "question2", "is_duplicate"];

const FILES = {
  "CoLA/train.tsv": cola,
  "CoLA/dev.tsv": cola,
  "glue/SST-2/train.tsv.gz": tabs(["sentence", "label"], ["the ticket ", 1], ["a win", 0], ["lottery", 1]),
  "glue/SST-2/dev.tsv": tabs(["sentence", "label"], ["win ", 0]),
  "glue/SST-2/test-labeled.tsv": tabs(["sentence", "label"], ["the", 1], ["a", 1]),
  "MRPC/msr_paraphrase_train.txt": `\ufeff${tabs(mrpcHead, ...mrpc)}`,
  "MRPC/dev_ids.tsv": tabs([12, 13]),
  "MRPC/msr_paraphrase_test.txt": `\ufeff${tabs(mrpcHead, mrpc[0]!)}`,
  "STS-B/train.tsv": stsb([5, 2.5]),
  "STS-B/dev.tsv": stsb([0]),
  "STS-B/sts-test.tsv": tabs(["main", "MSRvid", "2012test", "0024", "2.500", "the a", "win"]),
  "QQP/train.tsv": `${tabs(qqpHead, [1, 2, 3, "the?", "a?", 0])}2\tbroken\n${tabs([3, 4, 5, "win", "win", 1])}`,
  "QQP/dev.tsv": tabs(qqpHead, [1, 2, 3, "the?", "a?", 1]),
  "glue_data/MNLI/train.tsv": mnli("neutral", "contradiction", "entailment"),
  "glue_data/MNLI/dev_matched.tsv": mnli("entailment"),
  "glue_data/MNLI/dev_mismatched.tsv": mnli("contradiction", "neutral"),
  "QNLI/train.tsv": pairs("question", "sentence", "label", [["a", "the", "entailment"]]),
  "QNLI/dev.tsv": pairs("question", "sentence", "label", [["a", "the", "not_entailment"]]),
  "RTE/train.tsv": pairs("sentence1", "sentence2", "label", [["a", "the", "not_entailment"]]),
  "RTE/dev.tsv": pairs("sentence1", "sentence2", "label", [["a", "the", "entailment"]]),
  "WNLI/train.tsv": pairs("sentence1", "sentence2", "label", [["a", "the", 1]]),
  "WNLI/dev.tsv": pairs("sentence1", "sentence2", "label", [["a", "the", 0]]),
};

async function load(name: string, dataDir = writeFiles(FILES), query = "") {
  const told: string[] = [];
  const onNotice = (text: string) => told.push(text);
  const dataset = await loadDataset(`glue:${name}?vocab=${join(dataDir, "vocab.txt")}${query}`, { dataDir, onNotice });
  return { dataset: checkDataset(dataset), told, dataDir };
}

const allRows = ({ train }: Dataset) => inOrder(train.count);

const targets = ({ train, test }: Dataset) =>
  [train, test].map(({ columns }) => [...(columns.labels ?? columns.targets)!.data]);

test.each<[string, number[], number[], string | undefined]>([
  ["cola", [1, 0], [1, 0], "acceptability"],
  ["sst-2", [1, 0, 1], [0], undefined],
  ["sst-2:test", [1, 0, 1], [1, 1], undefined],
  ["mrpc", [1, 1], [0], "paraphrase"],
  ["mrpc:test", [1, 1], [1], "paraphrase"],
  ["sts-b", [5, 2.5], [0], "similarity"],
  ["sts-b:test", [5, 2.5], [2.5], "similarity"],
  ["qqp", [0, 1], [1], "paraphrase"],
  ["mnli", [1, 2, 0], [0], undefined],
  ["mnli-mismatched", [1, 2, 0], [2, 1], undefined],
  ["qnli", [0], [1], undefined],
  ["rte", [1], [0], undefined],
  ["wnli", [1], [0], undefined],
])("glue:%s", async (name, train, scored, task) => {
  const { dataset } = await load(name);
  expect(targets(dataset)).toEqual([train, scored]);
  expect(dataset.task).toBe(task);
  expect(standardise(dataset, allRows(dataset)).standardised).toEqual(
    name.startsWith("sts-b") ? { targets: { mean: [3.75], std: [1.25] } } : {},
  );
  expect(dataset.outputs).toBe(name.startsWith("sts-b") ? 1 : name.startsWith("mnli") ? 3 : 2);
});

test("rows are sequences of ids with types, of the text as it stands between tabs", async () => {
  const { dataset } = await load("mrpc");
  const { tokens, types } = dataset.train.columns;
  // [CLS] the " ticket [SEP] a ticket [SEP], and [CLS] win [SEP] win [SEP].
  expect([...tokens!.lengths!]).toEqual([8, 5]);
  expect([...types!.data]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1]);
  expect(tokens!.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(tokens!.data[0]).toBe(3);
});

test("names have other spellings, and mean what they pin wherever it lies", async () => {
  const [one, other] = [await load("sst2"), await load("SST-2")];
  expect(one.dataset.name).toBe(other.dataset.name);
  expect(one.dataset.source).toContain("glue:sst-2#");
  const identity = parseIdentity(one.dataset.name)!;
  const name = parseDataName(one.dataset.source!);
  expect(name.source.means(name, identity)).toBe(true);
  const again = await loadDataset(one.dataset.source!, { dataDir: one.dataDir });
  expect(again.name).toBe(one.dataset.name);
  const others = [(await load("sst-2", undefined, "&length=6")).dataset, (await load("sst-2:test")).dataset];
  expect(others.map((dataset) => name.source.means(name, parseIdentity(dataset.name)!))).toEqual([false, false]);
});

test("what is pinned and has changed is refused, files and vocabulary", async () => {
  const { dataset, dataDir } = await load("cola");
  writeFileSync(join(dataDir, "CoLA", "dev.tsv"), tabs(["gj04", 0, "", "the ticket"]));
  await expect(loadDataset(dataset.source!, { dataDir })).rejects.toThrow("its content has changed");
  writeFileSync(join(dataDir, "CoLA", "dev.tsv"), cola);
  writeFileSync(join(dataDir, "vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
  await expect(loadDataset(dataset.source!, { dataDir })).rejects.toThrow("its content has changed");
});

test("other bytes than the official ones and broken rows of QQP are told", async () => {
  expect((await load("cola")).told).toEqual([
    expect.stringMatching(/train\.tsv: its bytes are not the official ones \(SHA-256 \w{12}, not cb368ebeb9f2\)/),
    expect.stringMatching(/dev\.tsv: its bytes are not/),
  ]);
  const { told } = await load("qqp");
  expect(told).toEqual([expect.stringContaining("train.tsv: 1 broken row is left out, as everybody does")]);
});

describe("is refused:", () => {
  test.each<[string, Record<string, string>, string]>([
    ["cola", { "CoLA/dev.tsv": "gj04\t1\tthe\n" }, "dev.tsv line 1: must have 4 cells or more, got 3. Separate"],
    ["cola", { "CoLA/train.tsv": `${cola}gj\t2\t\ta\n` }, 'train.tsv line 3: the label must be one of 0, 1, got "2"'],
    ["rte", { "RTE/dev.tsv": "index\tsentence1\tlabel\n" }, "dev.tsv line 1: must name the column sentence2. Its"],
    ["rte", { "RTE/dev.tsv": tabs(["sentence1", "sentence2", "label"]) }, 'dev.tsv: must hold rows, got "none"'],
    ["sts-b", { "STS-B/dev.tsv": stsb([Number.NaN]) }, 'dev.tsv line 2: the score must be a number, got "NaN"'],
  ])("%s with %o", async (name, changes, message) => {
    await expect(load(name, writeFiles({ ...FILES, ...changes }))).rejects.toThrow(message);
  });

  test("a task that there is not, a test set without labels, no vocabulary, files that are not there", async () => {
    await expect(load("cole")).rejects.toThrow("data set: the tasks of GLUE are cola, sst-2");
    await expect(load("rte:test")).rejects.toThrow("test labels are public of sst-2, mrpc, sts-b alone");
    await expect(loadDataset("glue:rte")).rejects.toThrow(
      "vocab: must name a vocabulary for the texts. Write glue:rte?",
    );
    const dataDir = writeFiles(FILES);
    rmSync(join(dataDir, "RTE", "dev.tsv"));
    await expect(load("rte", dataDir)).rejects.toThrow("glue:rte: its files train.tsv, dev.tsv are in none of");
    await expect(load("wnli", dataDir, "&length=4")).rejects.toThrow("length: must be an integer from 5");
  });

  test("bytes that are no UTF-8", async () => {
    const dataDir = writeFiles(FILES);
    writeFileSync(join(dataDir, "CoLA", "dev.tsv"), Uint8Array.of(0xc3, 0x28));
    await expect(load("cola", dataDir)).rejects.toThrow("dev.tsv: must be text in UTF-8. Save it in that encoding");
  });
});
