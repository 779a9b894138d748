/** What the native builds share: where the sources are, which compiler there is, what a build is the result of. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Flags of every translation unit: IEEE operations in the order written, so that every width gives the same bits. */
export const commonFlags = ["-std=c++17", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"];

const X64 = {
  avx512: ["-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mfma", "-mavx2"],
  avx2: ["-mavx2", "-mfma"],
  sse2: ["-O2"], // -O3 copies the emulated FMA for twenty seconds and gains nothing
};

/** Flags by instruction set for a processor as `process.arch` names it; empty where no header exists for it. */
export const isaFlags = (arch = process.arch) => ({ x64: X64, arm64: { neon: [] } })[arch] ?? {};

/** Runs a program to its end: `{ ok, code, stdout, stderr }`, never throwing. */
export const execute = (command, args) =>
  new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ ok: !error, code: error?.code ?? 0, stdout, stderr: stderr || String(error ?? "") }),
    );
  });

/** The first C++ compiler that answers: `{ command, version }`, or undefined. CXX in the environment comes first. */
export async function findCompiler() {
  for (const command of [process.env.CXX, "c++", "g++", "clang++"].filter(Boolean)) {
    const { ok, stdout } = await execute(command, ["--version"]);
    if (ok) return { command, version: stdout.split("\n")[0] };
  }
  return undefined;
}

/** Runs async jobs, at most one for each core at a time; resolves to their results in order. */
export async function inParallel(jobs) {
  const results = new Array(jobs.length);
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const job = next++;
      results[job] = await jobs[job]();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** Paths of the C++ sources and headers in these folders of native/, sorted, relative to native/. */
export const nativeSources = (folders = ["simd", "kernels", "machine", "isa", "glue"]) =>
  folders
    .flatMap((folder) => readdirSync(join(root, "native", folder)).map((file) => `${folder}/${file}`))
    .filter((path) => /\.(h|cpp)$/.test(path))
    .sort();

/** SHA-256 of the sources' contents and of whatever else decides a build's result. */
export function hashBuild(sources, rest) {
  const hash = createHash("sha256").update(JSON.stringify(rest));
  for (const path of sources) hash.update(`\0${path}\0`).update(readFileSync(join(root, "native", path)));
  return hash.digest("hex");
}

/** Sources as the file tree of @yowasp/clang, which has no `..`: includes become relative to native/. */
export function fileTree(sources) {
  const tree = {};
  for (const path of sources) {
    const [folder, file] = path.split("/");
    const text = readFileSync(join(root, "native", path), "utf8");
    (tree[folder] ??= {})[file] = text.replaceAll('#include "../', '#include "');
  }
  return tree;
}

/** A JSON file's contents; undefined where it is missing or cut short. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
