/**
 * Runs the snippets of docs/from-python.md with PyTorch, transformers, pandas and DuckDB, files of theirs here and files of ours
 * there, and then the reader of docs/files.md.
 *
 *     npm run interop
 *
 * Makes a virtual environment in the cache, once; TOMBOLA_PYTHON names a Python that has the libraries in its place.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LIBRARIES = ["torch==2.15.*", "transformers", "safetensors", "numpy", "pandas", "pyarrow", "duckdb"];
const page = new URL("../docs/from-python.md", import.meta.url);
const files = new URL("../docs/files.md", import.meta.url);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** The Python of an environment outside the clone, which is made where there is none. */
function python() {
  if (process.env.TOMBOLA_PYTHON) return process.env.TOMBOLA_PYTHON;
  const place = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "tombola", "interop");
  const own = join(place, "bin", "python");
  const done = join(place, "complete");
  const wanted = LIBRARIES.join("\n");
  if (!existsSync(done) || readFileSync(done, "utf8") !== wanted) {
    execFileSync("python3", ["-m", "venv", place], { stdio: "inherit" });
    execFileSync(own, ["-m", "pip", "install", "--quiet", ...LIBRARIES], { stdio: "inherit" });
    writeFileSync(done, wanted);
  }
  return own;
}

/** What the reader of docs/files.md makes of a sparse file must be what the dense one has. */
const CHECK = `
tombola("export", last.artifact, "--format", "safetensors", "--to", "dense.safetensors")
tombola("export", last.artifact, "--format", "sparse", "--to", "sparse.safetensors")
dense, sparse = read("dense.safetensors"), read("sparse.safetensors")
assert dense.keys() == sparse.keys() and any(name.startswith("mask/") for name in dense)
assert all(np.array_equal(dense[name], sparse[name]) for name in dense)
print("ok: docs/files.md", flush=True)
`;

/** The Python of the pages, with what each part is called. */
function program() {
  const [, reader] = /^```python\n(.*?)^```$/ms.exec(readFileSync(files, "utf8"));
  return `${partsOfPage()}\n${reader}\n${CHECK}`;
}

function partsOfPage() {
  const parts = readFileSync(page, "utf8").split(/^## /m).slice(1);
  return parts
    .map((part) => {
      const blocks = [...part.matchAll(/^```python\n(.*?)^```$/gms)].map(([, block]) => block);
      return `${blocks.join("\n")}\nprint(${JSON.stringify(`ok: ${part.split("\n")[0]}`)}, flush=True)\n`;
    })
    .join("\n");
}

if (!existsSync(main)) throw new Error("dist is not there: run npm run build");
const folder = mkdtempSync(join(tmpdir(), "tombola-interop-"));
try {
  // `npx tombola` is found as it is where the package is installed.
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  symlinkSync(main, join(folder, "node_modules", ".bin", "tombola"));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "page.py"), program());
  const env = { ...process.env, HF_HUB_OFFLINE: "1" };
  const { status } = spawnSync(python(), ["page.py"], { cwd: folder, stdio: "inherit", env });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
