/**
 * Builds the WebAssembly engine with the clang that npm installs: for every group of kernels dist/wasm/GROUP.wasm, which
 * every host with SIMD runs, and GROUP-relaxed.wasm, whose multiply-adds are the host's own (relaxed SIMD).
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commonFlags, fileTree, hashBuild, nativeSources, readJson, root } from "./toolchain.mjs";

const { KERNEL_GROUPS } = await import(join(root, "dist", "program", "kernels.js"));

const target = join(root, "dist", "wasm");
const stamp = join(root, "build", "wasm", "stamp.json");
const STACK = 1 << 20;
/** Room for the data of one module: the signatures and constants of its kernels. */
const DATA = 1 << 16;
const flags = [
  ...["--target=wasm32", ...commonFlags, "-fno-exceptions", "-fno-rtti", "-mbulk-memory", "-nostdlib", "-nostdlibinc"],
  ...["-Wl,--no-entry", "-Wl,--stack-first", `-Wl,-z,stack-size=${STACK}`, "-Wl,--strip-all"],
  `-Wl,--initial-memory=${STACK + DATA * KERNEL_GROUPS.length}`,
];
const simd = { "": ["-msimd128"], "-relaxed": ["-msimd128", "-mrelaxed-simd"] };
const builds = Object.fromEntries(
  KERNEL_GROUPS.flatMap((group, place) =>
    Object.entries(simd).map(([variant, extra]) => [`${group}${variant}.wasm`, [...extra, ...placeOf(group, place)]]),
  ),
);

const sources = nativeSources().filter(
  (path) => /^(kernels|machine)\/.*\.h$/.test(path) || path.startsWith("simd/") || /^(isa|glue)\/wasm\.cpp$/.test(path),
);

/** The memory is that of the first group; the data of the others lie behind its own. */
function placeOf(group, place) {
  const memory = place > 0 ? ["-Wl,--import-memory"] : [];
  return [...memory, `-Wl,--global-base=${STACK + place * DATA}`, `-DTOMBOLA_GROUP=TOMBOLA_KERNELS_${group}`];
}

/** One module's bytes; throws with the compiler's messages. */
async function compile(runClang, extra) {
  let said = "";
  const stderr = (bytes) => void (bytes && (said += new TextDecoder().decode(bytes)));
  const inputs = ["isa/wasm.cpp", "glue/wasm.cpp", "-I.", "-o", "out.wasm"];
  const files = await runClang(["clang++", ...flags, ...extra, ...inputs], fileTree(sources), { stderr }).catch(
    (error) => {
      throw new Error(said || error.message);
    },
  );
  return files["out.wasm"];
}

async function main() {
  const version = readJson(join(root, "node_modules", "@yowasp", "clang", "package.json"))?.version;
  const present = Object.keys(builds).every((file) => existsSync(join(target, file)));
  if (!version) {
    const state = present ? "the WebAssembly engine stays as it is" : "there is no WebAssembly engine";
    return console.error(`tombola: ${state}, since @yowasp/clang, a development dependency, is not installed`);
  }
  const hash = hashBuild(sources, { flags, builds, version });
  if (present && readJson(stamp)?.hash === hash) return;
  const { runClang, runLLVM } = await import("@yowasp/clang");
  await runLLVM(undefined, {}, { fetchProgress() {} }); // only loads the compiler, which otherwise reports every part
  mkdirSync(target, { recursive: true });
  for (const [file, extra] of Object.entries(builds)) {
    writeFileSync(join(target, `${file}.new`), await compile(runClang, extra));
    renameSync(join(target, `${file}.new`), join(target, file));
  }
  mkdirSync(join(stamp, ".."), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ hash }));
  console.error(`tombola: WebAssembly engine built by @yowasp/clang ${version}`);
}

await main();
