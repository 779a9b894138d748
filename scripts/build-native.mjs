/**
 * Builds the native engine, build/native/tombola.node, when the package is installed. It never fails an installation:
 * without a compiler it says so and leaves the reason in build/native/status.json, and the WebAssembly engine serves.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  commonFlags,
  execute,
  findCompiler,
  hashBuild,
  inParallel,
  isaFlags,
  nativeSources,
  readJson,
  root,
} from "./toolchain.mjs";

const folder = join(root, "build", "native");
const addon = join(folder, "tombola.node");
const again = "then `npm rebuild tombola-lab` (in a clone: `npm run install`)";
const install = `To have it, install a C++ compiler (g++ or clang++, or name one in CXX), ${again}.`;
const change = `Another compiler may do: name it in CXX, ${again}.`;

/** Every unit that makes the addon: `{ source, flags }`, sources relative to native/. */
function units(include) {
  const isas = Object.entries(isaFlags()).map(([name, flags]) => ({ source: `isa/${name}.cpp`, flags }));
  const machine = nativeSources(["machine"]).filter((path) => path.endsWith(".cpp"));
  return [
    ...isas,
    ...machine.map((source) => ({ source, flags: [] })),
    { source: "glue/addon.cpp", flags: ["-isystem", include] },
  ];
}

const darwin = process.platform === "darwin";
const platformFlags = darwin ? ["-arch", process.arch === "x64" ? "x86_64" : "arm64"] : [];
const buildFlags = [...commonFlags, ...platformFlags, "-fPIC", "-fvisibility=hidden", "-pthread"];
// Node's own symbols are found when the addon is loaded; `now` has the trial load find all that are missing.
const hostFlags = darwin ? ["-undefined", "dynamic_lookup"] : ["-Wl,-z,now"];
const linkFlags = ["-shared", "-pthread", ...platformFlags, ...hostFlags];

const firstError = (text) => text.split("\n").find((line) => /error/i.test(line)) ?? text.split("\n")[0];

/** Compiles, links and tries the addon; resolves to undefined, or to the reason that it failed. */
async function compile({ command }, include) {
  const objects = join(folder, "objects");
  mkdirSync(objects, { recursive: true });
  const all = units(include).map((unit) => ({
    ...unit,
    object: join(objects, `${unit.source.replaceAll("/", "-")}.o`),
  }));
  const build = ({ source, flags, object }) =>
    execute(command, [...buildFlags, ...flags, "-c", join(root, "native", source), "-o", object]);
  const results = await inParallel(all.map((unit) => () => build(unit)));
  const failed = results.findIndex(({ ok }) => !ok);
  if (failed >= 0) return `${all[failed].source} does not compile: ${firstError(results[failed].stderr)}`;
  const linked = await execute(command, [...linkFlags, ...all.map(({ object }) => object), "-o", `${addon}.new`]);
  if (!linked.ok) return `the addon does not link: ${firstError(linked.stderr)}`;
  renameSync(`${addon}.new`, addon);
  const loaded = await execute(process.execPath, ["-p", "require(process.argv[1]).isas()", addon]);
  return loaded.ok ? undefined : `the addon does not load: ${firstError(loaded.stderr)}`;
}

/** Keeps what `tombola doctor` tells, and says it; a stale addon does not outlive a failed build. */
function report(status) {
  if (!status.built) rmSync(addon, { force: true });
  writeFileSync(join(folder, "status.json"), `${JSON.stringify(status, null, 2)}\n`);
  if (status.built) return console.error(`tombola: native engine built by ${status.compiler}`);
  console.error(
    `tombola: no native engine, since ${status.reason}. The WebAssembly engine will serve. ${status.remedy}`,
  );
}

async function main() {
  mkdirSync(folder, { recursive: true });
  const flags = { common: buildFlags, link: linkFlags, isa: isaFlags() };
  const fail = (reason, remedy, compiler = null) => report({ built: false, reason, remedy, compiler, flags });

  if (process.platform === "win32") return fail("it is not built on Windows yet", "WSL has it.");
  if (Object.keys(flags.isa).length === 0) return fail(`it has no kernels for ${process.arch} processors`, "");
  const compiler = await findCompiler();
  if (!compiler) return fail("no C++ compiler was found", install);

  const require = createRequire(import.meta.url);
  const { version } = require("node-api-headers/package.json");
  const hash = hashBuild(nativeSources(), { flags, compiler, headers: version });
  const stamp = join(folder, "stamp.json");
  if (existsSync(addon) && readJson(stamp)?.hash === hash) return;
  rmSync(stamp, { force: true });
  const reason = await compile(compiler, require("node-api-headers").include_dir);
  if (reason) return fail(reason, change, compiler.version);
  report({ built: true, reason: null, remedy: null, compiler: compiler.version, flags });
  writeFileSync(stamp, JSON.stringify({ hash }));
}

await main().catch((error) =>
  console.error(`tombola: no native engine, since ${error.message}. The WebAssembly engine will serve.`),
);
