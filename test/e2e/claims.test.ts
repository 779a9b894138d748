/** The claims of the field, as a command prints them. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { newFolder, tombola } from "./tombola.ts";

const file = JSON.parse(readFileSync(new URL("../../src/claims.json", import.meta.url), "utf8"));

test("all of them are one JSON array, and no store is made", async () => {
  const cwd = newFolder();
  const { code, stdout, stderr } = await tombola("claims --json", { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual(file);
  expect(readdirSync(cwd)).toEqual([]);
});

test("a table names each, with lines that a terminal holds", async () => {
  const { code, stdout, stderr } = await tombola("claims");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^id +claim +verdict +n +where$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  const ids = lines.flatMap((line) => /^\d+[a-e]?(?= )/.exec(line)?.[0] ?? []);
  expect(ids).toEqual(file.map(({ id }: { id: string }) => id));
});

test.each([
  ["claims --jsn", "unknown option '--jsn'\n(Did you mean --json?)"],
  ["claims 3", "too many arguments for 'claims'"],
])("%s ends with 2", async (words, message) => {
  const { code, stdout, stderr } = await tombola(words);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
});
