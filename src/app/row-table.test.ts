/** Rows of runs as a flat table, and the table as CSV, JSON lines and Parquet. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../store/open.ts";
import type { Run, Store } from "../store/store.ts";
import { studyNamed } from "../study/registry.ts";
import { encodeRows } from "./row-files.ts";
import { type RowTable, rowTable } from "./row-table.ts";

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-rows-"));
  store = await openStore(dir);
});
afterEach(() => rm(dir, { recursive: true }));

async function run(study: string, given: object, rows: readonly object[]): Promise<Run> {
  const spec = { ...studyNamed(study).specOf({ model: "mlp-8", data: "synthetic", ...given }) };
  const made = await store.createRun({ study, spec, command: "-", environment: {} });
  await store.writeRows(made.id, rows);
  return made;
}

const network = (level: number, value: number | null) => ({
  ...{ arm: "ticket", replicate: 0, level, density: 0.5 ** level, measure: { name: "accuracy", value } },
  ...{ earlyStop: null, testLoss: Number.NaN, artifact: "a".repeat(64) },
});
const pair = {
  ...{ arm: "dense", replicate: 1, copies: [0, 1], ends: [0.9, 0.8], testAccuracy: [0.9, 0.8], gaps: [0.5, 0.6] },
  ...{ instability: { testError: 0.02 }, artifact: "b".repeat(64) },
};

test("nested fields have dots, two ends .a and .b, options that differ a column, other lists are JSON", async () => {
  const runs = [
    await run("imp", { lr: 0.1, seed: 5 }, [network(0, 0.9)]),
    await run("imp", { lr: 0.2, seed: 5 }, [network(1, null)]),
  ];
  const { kind, columns, rows } = await rowTable(store, runs);
  expect([kind, rows]).toEqual(["network", 2]);
  expect(columns.get("option.lr")).toEqual([0.1, 0.2]);
  expect([...columns.keys()].filter((name) => name.startsWith("option."))).toEqual(["option.lr"]);
  expect(columns.get("measure.value")).toEqual([0.9, null]);
  expect(columns.get("run")).toEqual(runs.map(({ id }) => id));
  const pairs = await rowTable(store, [await run("instability", {}, [pair])]);
  expect(Object.fromEntries([...pairs.columns].map(([name, [cell]]) => [name, cell]))).toMatchObject({
    ...{ "testAccuracy.a": 0.9, "testAccuracy.b": 0.8, "copies.a": 0, "copies.b": 1, gaps: "[0.5,0.6]" },
    ...{ "instability.testError": 0.02 },
  });
});

test("a file has rows of one kind: several are refused by name", async () => {
  const runs = [await run("imp", {}, [network(0, 0.9)]), await run("instability", {}, [pair])];
  await expect(rowTable(store, runs)).rejects.toThrow(
    expect.objectContaining({
      code: "usage",
      message: 'kind: is needed, for the rows are of several kinds, got "network, pair". Name one',
    }),
  );
  expect((await rowTable(store, runs, "pair")).rows).toBe(1);
  await expect(rowTable(store, runs, "mask")).rejects.toThrow('kind: must be one of network, pair, got "mask"');
});

test("a run without rows is told", async () => {
  await expect(rowTable(store, [await run("imp", {}, [])])).rejects.toThrow(/imp-\w+: has no row yet/);
});

const table: RowTable = {
  kind: "network",
  rows: 3,
  columns: new Map<string, readonly (string | number | boolean | null)[]>([
    ["whole", [1, 2, null]],
    ["real", [0.1, Number.NaN, null]],
    ["large", [2 ** 40, 1, 2]],
    ["on", [true, false, null]],
    ["text", ['a,"b"', "\u001b[2J\n", null]],
    ["mixed", [1, "x", null]],
    ["none", [null, null, null]],
  ]),
};

test("Parquet has every value back, whole numbers as such", async () => {
  const bytes = (await encodeRows(table, "parquet")) as Uint8Array;
  const rows = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
  expect(rows[0]).toEqual({ whole: 1, real: 0.1, large: 2 ** 40, on: true, text: 'a,"b"', mixed: "1", none: null });
  expect(rows[1]).toMatchObject({ whole: 2, real: Number.NaN, text: "\u001b[2J\n", mixed: "x" });
  expect(Object.values(rows[2]!).filter((value) => value !== null)).toEqual([2]);
});

test("CSV and JSON lines have them too; what is absent is empty", async () => {
  const [header, first, second, third] = ((await encodeRows(table, "csv")) as string).split("\r\n");
  expect(header).toBe("whole,real,large,on,text,mixed,none");
  expect([first, second]).toEqual([`1,0.1,${2 ** 40},true,"a,""b""",1,`, '2,NaN,1,false,"\u001b[2J\n",x,']);
  expect(third).toBe(",,2,,,,");
  const lines = ((await encodeRows(table, "jsonl")) as string)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ whole: 1, real: 0.1, on: true, text: 'a,"b"', none: null });
  expect(lines[1]).toMatchObject({ real: null, text: "\u001b[2J\n" });
});
