/** Shows that the project's own lint rule fires, and where: on functions whose last bit JavaScript engines may differ in. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const project = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "tombola-lint-"));
afterAll(() => rmSync(folder, { recursive: true }));

const refused = {
  "src/train/call.ts": "export const a = Math.cos(1);",
  "src/study/kind/value.ts": "export const a = [1].map(Math.exp);",
  "src/base/apart.ts": "const { log } = Math;\nexport const a = log(2);",
  "src/prune/global.ts": "export const a = globalThis.Math.tan(1);",
  "src/dataset/square.ts": "export const a = (x: number) => x ** 2;",
  "src/model/assigned.ts": "export let a = 3;\na **= 2;",
};

const allowed = {
  "src/train/exact.ts": "export const a = (x: number) => Math.sqrt(Math.abs(x)) * 2 ** x + Math.PI;",
  "src/train/own.test.ts": "export const a = Math.cos(1);",
  "src/engine/reference/oracle.ts": "export const a = Math.exp(1);",
  "src/figure/axis.ts": "export const a = Math.log10(1) ** 3;",
};

/** What biome prints, which has a status of its own where it refuses. */
function lint(): string {
  const biome = join(project, "node_modules/@biomejs/biome/bin/biome");
  try {
    const options = ["lint", `--config-path=${project}`, "--max-diagnostics=none", "."];
    return execFileSync(process.execPath, [biome, ...options], { cwd: folder, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

test("what is not exact is refused where results are made, and nowhere else", () => {
  for (const [name, text] of Object.entries({ ...refused, ...allowed })) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  const found = [...lint().matchAll(/^(\S+):\d+:\d+ plugin /gm)].map((match) => match[1]);
  expect(new Set(found)).toEqual(new Set(Object.keys(refused)));
});
