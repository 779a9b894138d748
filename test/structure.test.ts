/** ARCHITECTURE.md's line of folders, held to: imports go only leftwards, and Node's modules stay where they are allowed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const source = resolve(import.meta.dirname, "../src");
const line = [
  "base",
  "statistics",
  "dataset",
  "graph",
  "model",
  "foreign",
  "program",
  "engine",
  "task",
  "train",
  "sequence",
  "pretrain",
  "prune",
];
const order = [
  ...line,
  "strong",
  "connectivity",
  "step",
  "store",
  "figure",
  "study",
  "plugin",
  "runner",
  "app",
  "export",
  "bench",
  "cli",
];

/** Files that may use Node's own modules. */
const host =
  /^(dataset\/(files\/|text\/load\/|fetch\/|folder\/|official\/(files|load|mat|tiny-imagenet|tree)|csv\/load|arrays\/load)|engine\/native\/|engine\/wasm\/node|store\/|runner\/|figure\/draw\/png|plugin\/(identity|load)|app\/(run|results|memory|study)|bench\/|cli\/)/;
/** The store's interface holds no code of the file system; steps and studies speak to it. */
const interfaces = new Set(["store/store.ts"]);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("fixtures/"));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), "utf8");
  const pattern = /^(?:import|export) (type )?(?:[^;]*?from )?"([^"]+)"(?: with \{[^}]*\})?;/gms;
  const later = [...text.matchAll(/import\("(\.[^"]+)"\)/g)].map(([, to]) => ({ to: to!, typeOnly: false }));
  const first = [...text.matchAll(pattern)].map((match) => ({ to: match[2]!, typeOnly: match[1] !== undefined }));
  return [...first, ...later].map(({ to, typeOnly }) => {
    const inside = to.startsWith(".") ? relative(source, resolve(source, dirname(file), to)) : to;
    return { from: file, to: inside.replaceAll("\\", "/"), typeOnly };
  });
}

const imports = files.flatMap(importsOf);
const folder = (path: string) => path.split("/")[0]!;

test("every folder has its place in the line", () => {
  expect(imports.length).toBeGreaterThan(files.length);
  const folders = new Set(files.filter((file) => file.includes("/")).map(folder));
  expect([...folders].filter((name) => !order.includes(name))).toEqual([]);
});

test("imports go only leftwards along the line of folders", () => {
  const wrong = imports
    .filter(({ from, to }) => from.includes("/") && order.includes(folder(to)) && !interfaces.has(to))
    .filter(({ from, typeOnly }) => !(typeOnly && interfaces.has(from)))
    .filter(({ from, to }) => order.indexOf(folder(to)) > order.indexOf(folder(from)));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("Node's modules are used only where a browser never comes", () => {
  const wrong = imports.filter(({ from, to }) => to.startsWith("node:") && !host.test(from));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("the browser entry reaches none of Node's modules, nor libraries of schemas, documents and figures", () => {
  const reached = new Set(["browser.ts"]);
  // A set is walked in the order of adding, and what is added on the way is walked too.
  for (const file of reached)
    for (const { to, typeOnly } of imports.filter(({ from }) => from === file)) if (!typeOnly) reached.add(to);
  const outside = [...reached].filter((path) => !path.endsWith(".ts"));
  expect(reached.size).toBeGreaterThan(100);
  expect(outside.toSorted()).toEqual(["@noble/hashes/sha2.js", "@noble/hashes/utils.js", "munkres"]);
});

test("studies are found in their registry: what runs, lists, shows and draws them names none", () => {
  const general = /^(base|step|store|figure|plugin|runner|app|cli\/(run|results|talk|main))/;
  const known = new Set(
    ["asked", "comparison", "data-options", "kind", "option", "plan", "registry"].map((name) => `study/${name}.ts`),
  );
  const wrong = imports.filter(({ from, to }) => general.test(from) && to.startsWith("study/") && !known.has(to));
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("scripts that measure use no part of the command line", () => {
  const folder = resolve(import.meta.dirname, "../bench");
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  expect(scripts.filter((name) => readFileSync(join(folder, name), "utf8").includes('from "../dist/cli/'))).toEqual([]);
});

test("every link between documents leads somewhere", () => {
  const root = resolve(import.meta.dirname, "..");
  const inside = ["docs", "docs/results"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  const pages = [...readdirSync(root), ...inside].filter((name) => name.endsWith(".md"));
  const links = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)#:\s]+)[^)]*\)/g)].map(([, to]) => ({
      page,
      to: to!,
    })),
  );
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter(({ page, to }) => !existsSync(join(root, dirname(page), to)))).toEqual([]);
});
