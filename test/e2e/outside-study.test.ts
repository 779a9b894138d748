/** A study of one folder outside src, with a step of its own: it is helped, run, listed, shown, drawn and reported. */
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newFolder, type Outcome, tombola } from "./tombola.ts";

const module = (name: string) => fileURLToPath(new URL(`../fixtures/outside-study/${name}`, import.meta.url));
const env = { TOMBOLA_STUDIES: module("index.mjs") };
const cwd = newFolder(afterAll);
const outside = (words: string) => tombola(words, { cwd, env });

describe("a study from outside", { timeout: 60_000 }, () => {
  let first: Outcome;
  let id: string;
  const runFile = (...names: string[]) => join(cwd, "tombola-store", "runs", id, ...names);

  beforeAll(async () => {
    first = await outside("run norms --preset two --workers 2 --json");
    id = readdirSync(join(cwd, "tombola-store", "runs"))[0]!;
  }, 60_000);

  test("stands in the help, with its own options, presets and examples alone", async () => {
    const all = (await outside("run --help")).stdout;
    expect(all).toMatch(/^ {2}norms \[options\] +how long the weights of fresh networks are/m);
    expect(all).toMatch(/^ {2}norms --preset two +two initialisers, twice$/m);
    const own = (await outside("run norms --help")).stdout;
    expect(own).toMatch(/--inits <names> +of glorot-normal/);
    expect(own).toContain("tombola run norms --model mlp-8-4 --inits uniform\n");
    expect(own).toContain("Norms are of all parameters.");
    expect(own).not.toContain("--levels");
  });

  test("runs its step on worker threads, and each once", async () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain("glorot-uniform, replicate 1: ");
    const { run, store, study, spec, rows } = JSON.parse(first.stdout);
    expect({ run, store, study }).toEqual({ run: id, store: join(cwd, "tombola-store"), study: "norms" });
    expect(Object.keys(JSON.parse(first.stdout)).slice(0, 2)).toEqual(["run", "store"]);
    expect(spec).toMatchObject({ model: "mlp-8", data: "synthetic", replicates: 2 });
    expect(rows).toHaveLength(4);
    for (const { norm } of rows) expect(norm).toBeGreaterThan(1);
    const shown = JSON.parse((await outside(`show ${rows[0].artifact} --json`)).stdout);
    expect(shown).toMatchObject({ step: "norm", version: 1, params: { power: 2 }, result: { norm: rows[0].norm } });
    const again = await outside("run norms --preset two --json --quiet");
    expect(again).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  });

  test("is known in advance", async () => {
    const { stdout } = await outside("run norms --preset two --replicates 3 --dry-run --json");
    expect(JSON.parse(stdout)).toMatchObject({ networks: 6, stored: 4 });
  });

  test("is listed and shown with its columns", async () => {
    expect((await outside("runs")).stdout).toMatch(new RegExp(`^${id} +mlp-8 +synthetic .* complete `, "m"));
    const { stdout } = await outside(`show ${id}`);
    expect(stdout).toMatch(/^init +n +norm$/m);
    expect(stdout).toMatch(/^glorot-normal +2 +\d+\.\d{3}$/m);
  });

  test("has its figure and its words in the report", async () => {
    expect((await outside(`figure ${id} --name norms --format csv,png`)).stdout).toContain("norms.csv");
    expect(readFileSync(runFile("figures", "norms.csv"), "utf8")).toMatch(/^init,norm\r\nglorot-normal,/);
    const report = readFileSync(runFile("report.html"), "utf8");
    for (const part of [
      "mlp-8: 2 initialisers",
      "The mean norm is",
      "All norms",
      '<figure id="norms">',
      "<dt>Norm</dt>",
    ])
      expect(report).toContain(part);
  });

  test("that is not here any more leaves its runs to be listed and shown plainly", async () => {
    expect((await tombola("run norms", { cwd })).stderr).toContain("unknown command 'norms'");
    expect((await tombola("runs", { cwd })).stdout).toMatch(new RegExp(`^${id} .* complete `, "m"));
    const { code, stdout } = await tombola(`show ${id}`, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^init +replicate +norm +artifact$/m);
    expect(await tombola(`figure ${id}`, { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("its study must be known here"),
    });
  });
});

describe("modules that bring no study", { timeout: 60_000 }, () => {
  test.each([
    [module("clash.mjs"), 'step: two steps must not have one name, got "train"'],
    [module("missing.mjs"), "missing.mjs: the module of a study must load"],
    [module("nothing.mjs"), "the default export must be a kind of study or a list of them"],
    [[module("index.mjs"), module("clash.mjs")].join(delimiter), "two steps must not have one name"],
  ])("%s", async (modules, message) => {
    const { code, stderr } = await tombola("runs", { cwd, env: { TOMBOLA_STUDIES: modules } });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});
