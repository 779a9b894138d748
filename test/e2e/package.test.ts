/** The package as npm packs it, installed in an empty folder: it imports, type-checks, and runs plug-ins from its examples. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newFolder } from "./tombola.ts";

const exec = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");

/** Runs a command in a folder; on failure the error holds what it said. */
async function run(cwd: string, command: string, ...words: string[]): Promise<string> {
  const { stdout } = await exec(command, words, { cwd, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: "1" } });
  return stdout;
}

/** The dependencies as they are installed here, so that npm needs no network: it keeps what fits and adds the package. */
async function installOffline(app: string): Promise<void> {
  const listed = await run(root, "npm", "ls", "--omit=dev", "--all", "--parseable").catch(({ stdout }) =>
    String(stdout),
  );
  for (const path of listed.split("\n").slice(1).filter(existsSync)) {
    const to = join(app, relative(root, path));
    mkdirSync(dirname(to), { recursive: true });
    if (!existsSync(to)) cpSync(path, to, { recursive: true });
  }
  await run(app, "npm", "pack", "--ignore-scripts", "--silent", root);
  const tarball = readdirSync(app).find((name) => name.endsWith(".tgz"))!;
  await run(app, "npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball);
}

const PROGRAM = `
import { datasetOf, defineModel, named, runPruning, type ScoredNetwork, type TrainNetworkOptions } from "tombola-lab";

const part = { x: Float32Array.of(0, 1, 1, 0), y: [0, 1, 1, 0] };
export const dataset = datasetOf({ shape: [1], target: 2, train: part, test: part });
export const model = defineModel({ name: "line", input: [1], outputs: 2, build: (l, x) => l.linear(x, 2, "fc") });
export const scores = named("size", "1", ({ weights }: ScoredNetwork) => weights);
export const steps: TrainNetworkOptions["steps"] = 3;
export const study = () => runPruning({ dataset, model, scores, levels: 1, store: "own" });
// @ts-expect-error an optimizer has options of its own
export const wrong: TrainNetworkOptions["optimizer"] = { name: "sgd" };
`;

describe("the packed package in an empty folder", { timeout: 300_000 }, () => {
  const app = newFolder(afterAll);
  const own = (name: string) => join("node_modules", "tombola-lab", "examples", "your-own", `${name}.mjs`);
  const tombola = (...words: string[]) => run(app, join(app, "node_modules", ".bin", "tombola"), ...words);

  beforeAll(async () => {
    writeFileSync(join(app, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
    await installOffline(app);
  }, 300_000);

  test("imports", async () => {
    const program = 'import * as all from "tombola-lab"; console.log(Object.keys(all).length);';
    expect(Number(await run(app, process.execPath, "--input-type=module", "--eval", program))).toBeGreaterThan(80);
  });

  test("type-checks", async () => {
    writeFileSync(join(app, "program.ts"), PROGRAM);
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const options = "--noEmit --strict --target es2023 --module nodenext".split(" ");
    const types = ["--exactOptionalPropertyTypes", "program.ts"];
    const said = await run(app, process.execPath, tsc, ...options, ...types).catch(({ stdout }) => String(stdout));
    expect(said).toBe("");
  });

  test("runs a study, a model, data and scores that plug-ins bring, together", async () => {
    // Copied as a user would: beside the package, not in it.
    for (const name of ["data", "model", "score"]) cpSync(join(app, own(name)), join(app, `${name}.mjs`));
    cpSync(join(root, "test", "fixtures", "plugins", "survivors.mjs"), join(app, "survivors.mjs"));
    const plugins = ["survivors", "data", "model", "score"].flatMap((name) => ["--plugin", `${name}.mjs`]);
    const names = "--data spirals --model skip-8 --scores increase --steps 60 --workers 2 --json --quiet".split(" ");
    const { run: id, rows, plugins: used } = JSON.parse(await tombola("run", "survivors", ...plugins, ...names));
    expect(used.map(({ name }: { name: string }) => name)).toEqual([
      "survivors.mjs",
      "data.mjs",
      "model.mjs",
      "score.mjs",
    ]);
    expect(rows).toHaveLength(2);
    expect(await tombola("runs")).toMatch(new RegExp(`^${id} .* complete `, "m"));
    expect(JSON.parse(await tombola("doctor", "--json", ...plugins)).plugins).toHaveLength(4);
  });
});
