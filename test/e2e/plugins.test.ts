/** Plug-ins on the command line: docs/your-own.md's programs, all together, without them, and once they have changed. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newFolder, type Outcome, tombola } from "./tombola.ts";

const example = (name: string) => fileURLToPath(new URL(`../../examples/your-own/${name}.mjs`, import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/plugins/${name}.mjs`, import.meta.url));
const PAGE = readFileSync(new URL("../../docs/your-own.md", import.meta.url), "utf8");
const NAMES = ["data", "model", "score", "task", "study"];
const SMALL = "--steps 60it --levels 1 --arms ticket --workers 2 --json --quiet";

describe("docs/your-own.md", { timeout: 120_000 }, () => {
  const blocks = [...PAGE.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!);

  test.each(NAMES)("has the program %s as it is in examples, in 30 lines at most", (name) => {
    const program = readFileSync(example(name), "utf8");
    expect(blocks).toContain(program);
    expect(program.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  });

  test.each([
    ["data", `run imp --data spirals --model mlp-8-8 ${SMALL}`, { data: /^spirals@[0-9a-f]{64}\.[0-9a-f]{16}$/ }],
    ["model", `run imp --model skip-8 --data synthetic ${SMALL}`, { model: /^skip-8@[0-9a-f]{64}$/ }],
    [
      "score",
      `run imp --scores increase --model mlp-8 --data synthetic ${SMALL}`,
      { scores: /^increase@[0-9a-f]{64}$/ },
    ],
    [
      "task",
      `run imp --task tanh --model mlp-8 --data synthetic ${SMALL}`,
      { data: /^synthetic\?task=tanh@[0-9a-f]{64}$/ },
    ],
    ["study", "run norms --replicates 2 --workers 2 --json --quiet", { study: /^norms$/ }],
  ])("%s runs as the page says, and again from the store", async (name, words, spec) => {
    expect(PAGE).toContain(`--plugin ${name}.mjs`);
    const cwd = newFolder();
    const command = words.replace("run ", `run --plugin ${example(name)} `);
    const first = await tombola(command, { cwd });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const told = JSON.parse(first.stdout);
    for (const [field, pattern] of Object.entries(spec)) expect(told.spec[field]).toMatch(pattern);
    expect(told.plugins).toEqual([{ name: `${name}.mjs`, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(told.rows.length).toBeGreaterThan(1);
    const before = artifacts(cwd);
    expect((await tombola(command, { cwd })).stdout).toBe(first.stdout);
    expect(artifacts(cwd)).toEqual(before);
  });
});

/** The keys of a store's artifacts. */
function artifacts(cwd: string): string[] {
  const all = readdirSync(join(cwd, "tombola-store", "artifacts"), { recursive: true, encoding: "utf8" });
  return all.filter((name) => name.endsWith(".safetensors")).sort();
}

describe("all of them together", { timeout: 120_000 }, () => {
  const cwd = newFolder(afterAll);
  const all = [...NAMES.map(example), fixture("training"), fixture("survivors")]
    .map((file) => `--plugin ${file}`)
    .join(" ");
  const words = `--data spirals --model skip-8 --scores increase --task tanh --schedule saw --optimizer plain --lr 0.03 ${SMALL}`;
  let first: Outcome;
  let id: string;

  beforeAll(async () => {
    first = await tombola(`run imp ${all} ${words}`, { cwd });
    id = readdirSync(join(cwd, "tombola-store", "runs"))[0]!;
  }, 120_000);

  test("a model, data, scores, a task, a schedule and an optimizer make one run, with figures and a report", () => {
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const { spec, plugins, task, rows } = JSON.parse(first.stdout);
    expect(spec.schedule.name).toMatch(/^saw@[0-9a-f]{64}$/);
    expect(spec.optimizer).toEqual({ name: expect.stringMatching(/^plain@/), beta1: 0.9, beta2: 0.99, weightDecay: 0 });
    expect(plugins.map(({ name }: { name: string }) => name)).toEqual(
      "data.mjs model.mjs score.mjs task.mjs training.mjs".split(" "),
    );
    expect(task).toMatchObject({ name: "tanh", measures: [{ name: "accuracy" }] });
    for (const { measure } of rows) expect(measure.value).toBeGreaterThan(0.6);
    const report = readFileSync(join(cwd, "tombola-store", "runs", id, "report.html"), "utf8");
    expect(report).toMatch(/skip-8@[0-9a-f]{8} on spirals@[0-9a-f]{8} \(task tanh@[0-9a-f]{8}\)/);
  });

  test("without them its run is listed and shown, and neither drawn nor continued", async () => {
    const [{ name, sha256 }] = JSON.parse(first.stdout).plugins;
    expect((await tombola("runs", { cwd })).stdout).toMatch(
      new RegExp(`^${id} +skip-8@[0-9a-f]{8} +spirals@[0-9a-f]{8}`, "m"),
    );
    const shown = await tombola(`show ${id}`, { cwd });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ticket +1 +/m) });
    const needs = `the plug-in ${name} with SHA-256 ${sha256}`;
    expect(await tombola(`figure ${id}`, { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`drawing needs ${needs}`),
    });
    const refused = await tombola(`run imp --data spirals ${SMALL}`, { cwd });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`spirals was of ${needs} in ${id}`) });
    const drawn = await tombola(`figure ${id} ${all} --name accuracy --format csv`, { cwd });
    expect(drawn).toMatchObject({ code: 0, stdout: expect.stringContaining("accuracy.csv") });
  });

  test("a study takes a model, data and scores of other plug-ins, and its steps run on worker threads", async () => {
    const { code, stdout } = await tombola(
      `run survivors ${all} --model skip-8 --data spirals --scores increase --workers 2 --json --quiet`,
      { cwd },
    );
    expect(code).toBe(0);
    const { rows, spec } = JSON.parse(stdout);
    expect(spec.scores).toMatch(/^increase@/);
    const weights = 2 * 8 + 8 * 8 + 8 * 2;
    for (const { layers } of rows) expect(Object.values<number>(layers).reduce((a, b) => a + b, 0)).toBe(weights / 2);
    const artifact = JSON.parse((await tombola(`show ${rows[0].artifact} --json`, { cwd })).stdout);
    expect(artifact.step).toMatch(/^census@[0-9a-f]{64}$/);
    const table = await tombola(`show ${JSON.parse(stdout).run}`, { cwd });
    expect(table.stdout).toMatch(/^replicate +artifact$/m);
    expect((await tombola("run survivors", { cwd })).stderr).toContain("survivors was of the plug-in");
  });

  test("doctor and help tell what is here", async () => {
    const { plugins } = JSON.parse((await tombola(`doctor ${all} --json`, { cwd })).stdout);
    expect(plugins).toHaveLength(7);
    expect(plugins[5]).toMatchObject({ name: "training.mjs", files: ["training.mjs", "teeth.mjs"], packages: [] });
    expect(plugins[0].packages).toEqual([expect.stringMatching(/^tombola-lab@\d/)]);
    expect((await tombola(`doctor ${all}`, { cwd })).stdout).toMatch(/^plug-ins$[\s\S]*^ {4}datasets spirals$/m);
    const help = (await tombola(`run imp ${all} --help --all`, { cwd })).stdout.replace(/\s+/g, " ");
    for (const part of ["skip-WIDTH", "spirals", "increase", "tanh", "saw", "plain", "--plugin <file>"])
      expect(help).toContain(part);
    expect(JSON.parse((await tombola("doctor --json", { cwd })).stdout).plugins).toEqual([]);
  });
});

test("a plug-in that has changed, itself or what it imports, is never served what the old one made", {
  timeout: 120_000,
}, async () => {
  const cwd = newFolder();
  const [own, inner] = [join(cwd, "training.mjs"), join(cwd, "teeth.mjs")];
  copyFileSync(fixture("training"), own);
  copyFileSync(fixture("teeth"), inner);
  const run = async () => {
    const { stdout } = await tombola(
      `run imp --plugin training.mjs --schedule saw --model mlp-8 --data synthetic ${SMALL}`,
      { cwd },
    );
    const { run: id, rows } = JSON.parse(stdout);
    return { id, rows: rows.map(({ artifact, test }: { artifact: string; test: number }) => [artifact, test]) };
  };
  const first = await run();
  expect(await run()).toEqual(first);
  writeFileSync(inner, "export const teeth = 2;\n");
  const second = await run();
  expect(second.id).not.toBe(first.id);
  for (const [i, [artifact]] of second.rows.entries()) expect(artifact).not.toBe(first.rows[i][0]);
  copyFileSync(fixture("teeth"), inner);
  expect(await run()).toEqual(first);
  // What the plug-in does not touch keeps its keys: fresh networks are those of any run.
  const plain = await tombola(`run imp --plugin training.mjs --model mlp-8 --data synthetic ${SMALL}`, { cwd });
  const without = await tombola(`run imp --model mlp-8 --data synthetic ${SMALL}`, { cwd });
  expect(JSON.parse(plain.stdout)).toEqual(JSON.parse(without.stdout));
});
