/** ARCHITECTURE.md's line of folders, held to: imports go only leftwards, and Node's modules stay where they are allowed. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const source = resolve(import.meta.dirname, "../src");
const line = ["base", "dataset", "graph", "model", "program", "engine", "train", "prune"];
const order = [...line, "connectivity", "study", "store", "runner", "figure", "export", "bench", "cli"];

/** Files that may use Node's own modules. */
const host =
  /^(dataset\/(load|files|fetch\/|csv\/load)|engine\/native\/|engine\/wasm\/node|store\/|runner\/|figure\/png|bench\/|cli\/)/;
/** The store's interface holds no code of the file system; studies speak to it. */
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
  const pattern = /^(?:import|export) (type )?(?:[^;]*?from )?"([^"]+)";/gms;
  return [...text.matchAll(pattern)].map((match) => {
    const to = match[2]!;
    const inside = to.startsWith(".") ? relative(source, resolve(source, dirname(file), to)) : to;
    return { from: file, to: inside.replaceAll("\\", "/"), typeOnly: match[1] !== undefined };
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
