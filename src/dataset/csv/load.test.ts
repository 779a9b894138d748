/** Proves that CSV files are named by their bytes and by what is learnt from them, wherever they lie. */

import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkDataset } from "../check.ts";
import { parseIdentity } from "../identity.ts";
import { loadDataset } from "../load.ts";
import { dataTitle, parseDataName } from "../source/name.ts";
import { loadCsv } from "./load.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-csv-"));
});

afterEach(() => rm(root, { recursive: true, force: true }));

const text = "a,b,price\n1,2,3\n4,5,6\n7,8,10\n";
const sha256 = (bytes: string) => createHash("sha256").update(bytes).digest("hex");

async function put(name: string, bytes: string): Promise<string> {
  await writeFile(join(root, name), bytes);
  return join(root, name);
}

describe("loadCsv", () => {
  test.each(["?header=none", ":noheader", "?", "?headerless"])(
    "words that it does not have are told, with those that it has: %s",
    async (words) => {
      const hint = " was taken for a part of the path; behind a path may stand :headerless, ?target=, ?task=, ?test=";
      await expect(loadDataset(`csv:${join(tmpdir(), "none.csv")}${words}`)).rejects.toThrow(hint);
    },
  );

  test("tells what cannot be read, and names the file where a cell is wrong", async () => {
    const path = join(root, "none.csv");
    const options = { target: ["price"], task: "regression" } as const;
    await expect(loadCsv({ path, ...options })).rejects.toThrow(`${path}: cannot be read (ENOENT`);
    await expect(loadCsv({ path: root, ...options })).rejects.toThrow(`${root}: must be a file, got "a folder"`);
    const wrong = await put("wrong.csv", text.replace("5", "five"));
    await expect(loadCsv({ path: wrong, ...options })).rejects.toThrow(`${wrong} line 3, column b: must be a number`);
    const rows = await put("rows.csv", text);
    await expect(loadCsv({ path: rows, test: wrong, ...options })).rejects.toThrow(`${wrong} line 3, column b`);
  });

  test("names a data set by bytes, target, task and test file, and by no path", async () => {
    const options = { target: ["price"], task: "regression" } as const;
    const first = await loadCsv({ path: await put("rows.csv", text), ...options });
    expect(first.name).toBe(`csv:${sha256(text)}?target=price&task=regression`);
    const { source, ...moved } = await loadCsv({ path: await put("moved.csv", text), ...options });
    expect({ ...moved, source: source!.replace("moved.csv", "rows.csv") }).toEqual(first);
    expect(source).toMatch(/moved\.csv#[0-9a-f]{12}\?target=price&task=regression$/);
    const other = text.replace("10", "11");
    const test = await put("test.csv", other);
    const tested = await loadCsv({ path: join(root, "rows.csv"), test, ...options, target: ["price", "b"] });
    expect(tested.name).toBe(`csv:${sha256(text)}?target=price,b&task=regression&test=${sha256(other)}`);
    expect(parseIdentity(tested.name)).toMatchObject({ kind: "csv", digest: sha256(text) });
    expect([tested.train.count, tested.test.count]).toEqual([3, 3]);
  });

  test("knows a file without a header from the same bytes with one", async () => {
    const rows = text.replace("a,b,price\n", "");
    const path = await put("rows.data", rows);
    const dataset = await loadDataset(`csv:${path}:headerless?task=regression`);
    expect(dataset.name).toBe(`csv:${sha256(rows)}?header=none&target=3&task=regression`);
    expect(dataset.source).toMatch(/rows\.data:headerless#[0-9a-f]{12}\?target=3&task=regression$/);
    expect(dataTitle(dataset.source!)).toBe("column 3 of rows.data");
    expect([dataset.train.count + dataset.test.count, dataset.shape]).toEqual([3, [2]]);
    const again = await loadDataset(dataset.source!);
    expect(again).toEqual(dataset);
    const { means } = parseDataName(dataset.source!).source;
    const asked = (name: string) => means(parseDataName(name), parseIdentity(dataset.name)!);
    expect([asked(dataset.source!), asked(dataset.source!.replace(":headerless", ""))]).toEqual([true, false]);
    await expect(loadDataset(`csv:${path}?task=regression`)).rejects.toThrow("or write csv:FILE:headerless");
  });

  test("gives what every data set must be, of many pieces too", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i / 7},"${(i * i) % 1000}",class ${i % 300}`);
    const path = await put("large.csv", `\ufeffa,b,kind\r\n${lines.join("\r\n")}\r\n`);
    const dataset = checkDataset(await loadCsv({ path, target: ["kind"], task: "classification" }));
    expect([dataset.train.count, dataset.test.count, dataset.outputs]).toEqual([40_000, 10_000, 300]);
    expect(dataset.train.columns.labels!.type).toBe("i32");
  });
});
