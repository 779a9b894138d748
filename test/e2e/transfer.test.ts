/** Masks carried between tasks, from the command to the figures: of pictures, and of texts in files of one's own. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TransferRow } from "../../src/study/transfer/row.ts";
import { newFolder, tombola } from "./tombola.ts";

const { vocabulary } = JSON.parse(
  readFileSync(new URL("../../src/dataset/text/fixtures/tokenizer.json", import.meta.url), "utf8"),
);
const WORDS = ["the", "ticket", "a", "win"];
const line = (i: number) => Array.from({ length: 3 + (i % 9) }, (_, k) => WORDS[(i * 7 + k * 3) % 4]).join(" ");

const figuresIn = (cwd: string) => {
  const [id] = readdirSync(join(cwd, "tombola-store", "runs"));
  const folder = join(cwd, "tombola-store", "runs", id!);
  return readdirSync(join(folder, "figures")).filter((name) => name.endsWith(".svg"));
};

test("the smoke preset of transfer-matrix gives every source on every target", { timeout: 120_000 }, async () => {
  const cwd = newFolder();
  const { code, stdout, stderr } = await tombola("run transfer-matrix --preset smoke --workers 2 --json --quiet", {
    cwd,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { rows, universal } = JSON.parse(stdout) as { rows: TransferRow[]; universal: { least: { n: number } }[] };
  const names = ["synthetic", "synthetic-2"];
  const sources = ["dense", ...names, "oneshot", "random", "reinit"];
  expect(rows.map(({ target, source, replicate }) => `${target} ${source} ${replicate}`)).toEqual(
    names.flatMap((target) =>
      sources.flatMap((source) => [0, 1].map((replicate) => `${target} ${source} ${replicate}`)),
    ),
  );
  for (const row of rows) if (row.level === 2) expect(row.density).toBeLessThan(0.45);
  expect(universal.map(({ least }) => least.n)).toEqual([2, 2, 2, 2, 2]);
  expect(figuresIn(cwd)).toEqual(["matrix.svg"]);
});

test("the smoke preset of bert-tickets reads texts, and going on trains nothing anew", {
  timeout: 120_000,
}, async () => {
  const cwd = newFolder();
  mkdirSync(join(cwd, "vocab"));
  writeFileSync(join(cwd, "vocab", "vocab.txt"), vocabulary.join("\n"));
  writeFileSync(join(cwd, "text.txt"), Array.from({ length: 120 }, (_, i) => line(i)).join("\n"));
  const table = ["text\tlabel", ...Array.from({ length: 60 }, (_, i) => `${line(i)}\t${i % 2}`)];
  writeFileSync(join(cwd, "table.tsv"), table.join("\n"));
  const command =
    "run bert-tickets --preset smoke --data texts:table.tsv?text=text&target=label --mlm mlm:text.txt?train=30 --vocab vocab --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { rows } = JSON.parse(stdout) as { rows: TransferRow[] };
  expect([...new Set(rows.map(({ arm }) => arm))]).toEqual([
    "dense",
    "ticket",
    "transfer",
    "oneshot",
    "random",
    "reinit",
    "layers",
  ]);
  expect(rows.every(({ task, target }) => task === target)).toBe(true);
  expect(figuresIn(cwd)).toEqual(["matrix.svg", "tickets.svg"]);
  const again = await tombola(command, { cwd });
  expect(JSON.parse(again.stdout).rows).toEqual(rows);
});

test("the smoke preset of transfer carries tickets, random ones and weights over, and again trains nothing anew", {
  timeout: 240_000,
}, async () => {
  const cwd = newFolder();
  const command = "run transfer --preset smoke --workers 2 --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { rows } = JSON.parse(stdout) as { rows: TransferRow[] };
  const arms = new Set(rows.map(({ arm }) => arm));
  for (const arm of ["dense", "ticket", "transfer", "weights", "weights-masked", "statistics", "line"])
    expect(arms).toContain(arm);
  expect(new Set(rows.filter(({ level }) => level === 1).map(({ density }) => density))).toEqual(new Set([0.5]));
  expect(figuresIn(cwd)).toEqual(["lines.svg", "matrix.svg", "structure.svg", "tickets.svg"]);
  const again = await tombola(command, { cwd });
  expect(JSON.parse(again.stdout).rows).toEqual(rows);
});

test("the smoke preset of odd-targets chooses a decay, and has a row for every arm", { timeout: 120_000 }, async () => {
  const cwd = newFolder();
  const { code, stdout, stderr } = await tombola("run odd-targets --preset smoke --workers 2 --json --quiet", { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { rows } = JSON.parse(stdout) as { rows: TransferRow[] };
  const tuned = rows.filter(({ arm }) => arm === "l2");
  expect(tuned).toHaveLength(2);
  for (const { chosen } of tuned) expect([0, 0.01]).toContain(chosen);
  expect(figuresIn(cwd)).toEqual(["matrix.svg", "tickets.svg"]);
});
