/** What a plug-in is by its content, what is refused, and how what it brings is called. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadDataset } from "../dataset/load.ts";
import { modelsLike, parseModel } from "../model/registry.ts";
import { identifyPlugin } from "./identity.ts";
import { loadPlugins, plugins } from "./load.ts";
import { missingPlugins, requirePlugins, usedPlugins } from "./used.ts";

/** Files of these contents in a new folder; returns the path of the first. */
function files(contents: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tombola-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(contents)[0]!);
}

const chain = {
  "plugin.mjs": 'import { b } from "./deep/b.mjs"; import "some-package/part"; export default { scores: { b } };',
  "deep/b.mjs":
    'import data from "../data.json" with { type: "json" }; export const b = () => import("./c.js").then(() => data);',
  "deep/c.js": 'export * from "node:fs";',
  "data.json": "[1]",
  "node_modules/some-package/package.json": '{ "name": "some-package", "version": "2.3.4" }',
};

test("a plug-in is its file, all that it imports by relative paths, and its packages by version", async () => {
  const found = await identifyPlugin(files(chain));
  expect(found).toMatchObject({
    name: "plugin.mjs",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    files: ["plugin.mjs", "deep/b.mjs", "data.json", "deep/c.js"],
    packages: ["some-package@2.3.4"],
  });
  expect((await identifyPlugin(files(chain))).sha256).toBe(found.sha256);
  const { "plugin.mjs": own, ...others } = chain;
  expect((await identifyPlugin(files({ "other.mjs": own, ...others }))).sha256).toBe(found.sha256);
});

test.each([
  ["plugin.mjs", `${chain["plugin.mjs"]} `],
  ["deep/b.mjs", `${chain["deep/b.mjs"]}// a remark`],
  ["deep/c.js", "export const c = 1;"],
  ["data.json", "[2]"],
  ["node_modules/some-package/package.json", '{ "name": "some-package", "version": "2.3.5" }'],
])("it is another one when %s changes", async (name, text) => {
  const [before, after] = [await identifyPlugin(files(chain)), await identifyPlugin(files({ ...chain, [name]: text }))];
  expect(after.sha256).not.toBe(before.sha256);
});

const REFUSED: readonly [string, Readonly<Record<string, string>>, string][] = [
  [
    "a computed name",
    { "p.mjs": "export const x = 1;\nawait import('./' + x);" },
    "p.mjs, line 2: a plug-in must not import by a computed name",
  ],
  [
    "a computed name further down",
    { "p.mjs": 'export * from "./q.mjs";', "q.mjs": "export default import(process.argv[2]);" },
    "q.mjs, line 1: a plug-in must not import by",
  ],
  [
    "Node's module loader",
    { "p.mjs": 'import { createRequire } from "node:module"; export default createRequire;' },
    "must not import Node's module loader",
  ],
  [
    "CommonJS",
    { "p.mjs": 'import "./q.js"; export {};', "q.js": 'module.exports = require("./r");' },
    "q.js: must be an ES module",
  ],
  ["other files", { "p.mjs": 'import "./q.cjs"; export {};', "q.cjs": "" }, "a plug-in is made of ES modules and JSON"],
  [
    "an address",
    { "p.mjs": 'import "https://example.org/q.mjs"; export {};' },
    "imports files by a relative path, packages by name",
  ],
  [
    "a package that is not there",
    { "p.mjs": 'import "@own/none/part"; export {};' },
    "the package @own/none must be installed",
  ],
  ["a file that is not there", { "p.mjs": 'import "./q.mjs"; export {};' }, "a file of the plug-in must be there"],
  ["what is no program", { "p.mjs": "export default {" }, "p.mjs: must be an ES module"],
  ["no default export", { "p.mjs": "export const models = {};" }, 'one or more of them, got "no default export"'],
  ["an unknown kind", { "p.mjs": "export default { model: {} };" }, 'one or more of them, got "model"'],
  [
    "a model that is none",
    { "p.mjs": "export default { models: { wide: 3 } };" },
    "models.wide: must be a function (layers, x, fitting)",
  ],
  [
    "a study that is none",
    { "p.mjs": 'export default { studies: [{ name: "s" }] };' },
    "studies[0]: must be what StudyKind says",
  ],
  ["a list that is none", { "p.mjs": "export default { tasks: {} };" }, "tasks: must be a list"],
  [
    "a name that is none",
    { "p.mjs": 'export default { scores: { "a b": () => {} } };' },
    "name must be of letters, digits",
  ],
  [
    "a name of this package",
    { "p.mjs": "export default { scores: { magnitude: () => {} } };" },
    'two scores must not have one name, got "magnitude"',
  ],
  [
    "a model of this package",
    { "p.mjs": 'export default { models: { "lenet-300-100": () => {} } };' },
    "must not have the name of a model of this package",
  ],
  ["a mistake of its own", { "p.mjs": "export default {}; throw new Error('own');" }, "the plug-in must load (own)"],
];

test.each(REFUSED)("refuses %s", async (_, contents, message) => {
  await expect(loadPlugins([files(contents)])).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(message),
  });
});

test("a family that is brought may be looked for in files of others", async () => {
  const path = files({
    "family.mjs": `
      const build = (layers, x, { outputs }) => layers.linear(x, outputs, "fc", { output: true });
      const variants = ({ linear }) => [\`flat-\${linear.length}\`];
      export default { models: { flat: { grammar: "flat-N", pattern: /^flat-(?<n>\\d+)$/, build, variants } } };`,
  });
  const [plugin] = await loadPlugins([path]);
  const found = [...modelsLike({ linear: [2], biases: true }, { shape: [3], outputs: 2 })];
  expect(found.map(({ name }) => name)).toEqual([`flat-1@${plugin!.sha256}`]);
});

test("brings a model and a data set under names that hold its hash, once, until it changes", async () => {
  const source = `
    const points = { type: "f32", shape: [2], data: Float32Array.of(1, 2, 3, 4) };
    const labels = { type: "u8", shape: [], data: Uint8Array.of(0, 1) };
    const table = { count: 2, columns: { features: points, labels } };
    const two = () => ({ shape: [2], target: { kind: "classes", count: 2 }, outputs: 2, train: table, test: table });
    const line = (layers, x, { outputs }) => layers.linear(x, outputs, "fc", { output: true });
    export default { datasets: { two }, models: { line } };`;
  const path = files({ "lines.mjs": source });
  const [plugin] = await loadPlugins([path, path]);
  expect(plugins().filter((each) => each.path === path)).toEqual([plugin]);
  const { sha256, brings } = plugin!;
  expect(brings).toEqual({ datasets: [`two@${sha256}`], models: [`line@${sha256}`] });

  const dataset = await loadDataset("two");
  expect(dataset.name).toMatch(new RegExp(`^two@${sha256}\\.[0-9a-f]{16}$`));
  expect(dataset.train.columns.features!.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect((await loadDataset(dataset.name)).name).toBe(dataset.name);
  await expect(loadDataset(`${dataset.name.slice(0, -16)}${"0".repeat(16)}`)).rejects.toThrow(
    "its content has changed",
  );
  const model = parseModel("line", dataset);
  expect(model.name).toBe(`line@${sha256}`);
  expect(parseModel(model.name, dataset).parameters).toEqual(model.parameters);
  const other = "0".repeat(64);
  expect(() => parseModel(`line@${other}`, dataset)).toThrow(
    `model: the model line was brought by what has the SHA-256 ${other}, which is not here; the one that is here has another`,
  );

  const used = [{ name: "lines.mjs", sha256 }];
  expect(usedPlugins("imp", { model: model.name }, [])).toEqual(used);
  expect(usedPlugins("imp", { model: "mlp-8" }, [dataset])).toEqual(used);
  expect(usedPlugins("imp", { model: "mlp-8" }, [])).toEqual([]);
  const run = { id: "imp-1", plugins: [...used, { name: "lines.mjs", sha256: other }] };
  expect(missingPlugins(run)).toEqual([{ name: "lines.mjs", sha256: other }]);
  expect(() => requirePlugins(run, "drawing")).toThrow(
    `imp-1: drawing needs the plug-in lines.mjs with SHA-256 ${other}, got "one with ${sha256}". Name it with --plugin`,
  );

  writeFileSync(path, `${source}\n// changed`);
  await expect(loadPlugins([path])).rejects.toThrow("the plug-in has changed since this process loaded it");
  await expect(loadPlugins([{ path, sha256 }])).rejects.toThrow("the plug-in has changed since this process loaded it");
});
