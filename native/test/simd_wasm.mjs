/**
 * Compiles simd_test.cpp to a WASI command with the flags given, once for the same sources, and runs it:
 * `node --no-warnings native/test/simd_wasm.mjs -msimd128 -mrelaxed-simd`. Exits as simd_test.cpp does.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { WASI } from "node:wasi";
import { commonFlags, fileTree, hashBuild, nativeSources, root } from "../../scripts/toolchain.mjs";

const sources = nativeSources(["simd", "test"]);
const define = ["-DTOMBOLA_ISA=wasm", '-DTOMBOLA_HEADER="simd/wasm.h"', "-I."];
const args = ["clang++", ...commonFlags, ...process.argv.slice(2), ...define, "test/simd_test.cpp", "-o", "out.wasm"];
const folder = join(root, "build", "test");
const path = join(folder, `simd-wasm-${hashBuild(sources, args).slice(0, 16)}.wasm`);

if (!existsSync(path)) {
  const { runClang, runLLVM } = await import("@yowasp/clang");
  await runLLVM(undefined, {}, { fetchProgress() {} });
  const files = await runClang(args, fileTree(sources));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, files["out.wasm"]);
}
const bytes = readFileSync(path);
if (!WebAssembly.validate(bytes)) setFlagsFromString("--experimental-wasm-relaxed-simd"); // hidden in Node 20
if (!WebAssembly.validate(bytes)) process.exit(77);
const wasi = new WASI({ version: "preview1", returnOnExit: true });
const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(instance);
