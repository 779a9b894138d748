/**
 * Builds dist/: the TypeScript, then the WebAssembly engine. Between them it writes native/kernels/calls.h, which is
 * committed, where the kernel table says something else. npm runs it as `prepare`; what is up to date is left alone.
 */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { execute, root } from "./toolchain.mjs";

const entry = join(root, "dist", "index.js");
const command = join(root, "dist", "cli", "main.js");
const header = join(root, "native", "kernels", "calls.h");
const memory = join(root, "build", "tsc.tsbuildinfo");

/** Runs a Node script of this folder or package, passing on what it says; exits where it fails. */
async function node(...args) {
  const { ok, stdout, stderr } = await execute(process.execPath, args);
  process.stderr.write(stdout + stderr);
  if (!ok) process.exit(1);
}

/** The TypeScript compiler's script, or undefined where development dependencies are left out. */
function findTypeScript() {
  try {
    return createRequire(import.meta.url).resolve("typescript/bin/tsc");
  } catch {
    return undefined;
  }
}

const tsc = findTypeScript();
if (!tsc) {
  console.error(
    `tombola: dist/ ${existsSync(entry) ? "stays as it is" : "is missing"}: no TypeScript compiler is installed`,
  );
  process.exit(existsSync(entry) ? 0 : 1);
}
if (!existsSync(entry)) rmSync(memory, { force: true }); // else tsc believes that dist/ is complete
await node(tsc, "-p", join(root, "tsconfig.build.json"), "--incremental", "--tsBuildInfoFile", memory);
if (existsSync(command)) chmodSync(command, 0o755);
const { addViewKernels } = await import(join(root, "dist", "program", "view-kernels.js"));
addViewKernels();
const { callsHeader } = await import(join(root, "dist", "program", "calls-header.js"));
if (!existsSync(header) || readFileSync(header, "utf8") !== callsHeader()) {
  writeFileSync(header, callsHeader());
  console.error("tombola: native/kernels/calls.h written; `npm run install` builds the native engine with it");
}
await node(join(root, "scripts", "build-wasm.mjs"));
