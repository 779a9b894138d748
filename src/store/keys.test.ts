import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./open.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-keys-"));
});
afterEach(() => rm(dir, { recursive: true }));

const id = "imp-0123456789";
const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const path = () => join(dir, "runs", id, "keys");

test("keys are kept in the order of asking, each once, over sessions and writers of one process", async () => {
  const store = await openStore(dir);
  expect(await store.readKeys(id)).toEqual([]);
  await Promise.all([store.appendKeys(id, [b, a, b]), store.appendKeys(id, [a]), store.appendKeys(id, [])]);
  await (await openStore(dir)).appendKeys(id, [a, c]);
  expect(await store.readKeys(id)).toEqual([b, a, c]);
  const lines = (await readFile(path(), "utf8")).split("\n");
  expect(lines.map((line) => line.slice(0, 64))).toEqual([b, a, c, ""]);
});

test("a changed digit makes a line no key, and lists from before there were checksums are read", async () => {
  await (await openStore(dir)).appendKeys(id, [a, b]);
  const text = await readFile(path(), "utf8");
  await writeFile(path(), text.replace("aa", "ab"));
  expect(await (await openStore(dir)).readKeys(id)).toEqual([b]);
  await writeFile(path(), `${a}\n${b}\n`);
  const store = await openStore(dir);
  await store.appendKeys(id, [b, c]);
  expect(await store.readKeys(id)).toEqual([a, b, c]);
});

test("a line torn by a killed process counts for nothing, and the next is whole", async () => {
  await (await openStore(dir)).appendKeys(id, [a, b]);
  await writeFile(path(), `${a}\n${b.slice(0, 20)}`);
  const store = await openStore(dir);
  expect(await store.readKeys(id)).toEqual([a]);
  await store.appendKeys(id, [b]);
  expect(await store.readKeys(id)).toEqual([a, b]);
});

test("a line that is cut behind its key is not one from before there were checksums", async () => {
  await (await openStore(dir)).appendKeys(id, [a, b]);
  const text = await readFile(path(), "utf8");
  await writeFile(path(), text.slice(0, text.indexOf(b) + 64).replace("bb", "bc"));
  expect(await (await openStore(dir)).readKeys(id)).toEqual([a]);
  await writeFile(path(), text.slice(0, 64).replace("aa", "ab"));
  expect(await (await openStore(dir)).readKeys(id)).toEqual([]);
});

test("what is no key is refused, and the next keys are still taken", async () => {
  const store = await openStore(dir);
  await expect(store.appendKeys(id, [a, "../x"])).rejects.toMatchObject({ code: "store" });
  await store.appendKeys(id, [b]);
  expect(await store.readKeys(id)).toEqual([b]);
});
