/** `tombola doctor`: what works on this machine, and why the rest does not. */

import { constants, readFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import type { Command } from "commander";
import { splitVersion } from "../../base/registry.ts";
import { findFolder } from "../../dataset/fetch/sources.ts";
import { datasetInfo, datasetNames } from "../../dataset/registry.ts";
import { createEngine } from "../../engine/choose.ts";
import { loadAddon } from "../../engine/native/addon.ts";
import { wasmState } from "../../engine/wasm/node.ts";
import { plugins } from "../../plugin/load.ts";
import { exists } from "../../store/files.ts";
import { STORE_VERSION } from "../../store/open.ts";
import { environment } from "../talk/environment.ts";
import { existingStore, isStore, storeFolder } from "../talk/folder.ts";
import { addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";

/** One finding: whether it works, and the details or the reason. */
interface Finding {
  readonly works: boolean;
  readonly detail: string;
}

type Findings = Readonly<Record<string, Finding>>;

/** Adds the verb. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("tell which engines and data sets work here, and why not")
    .action(examine);
  addShared(command, "store", "dataDir", "json");
}

async function examine(options: SharedOptions): Promise<void> {
  const engines = {
    native: native(),
    wasm: await wasm(),
    reference: works("plain float64, slow: the oracle of the others"),
  };
  const auto = await createEngine("auto").then(
    ({ name }) => name,
    () => "none",
  );
  const data = Object.fromEntries(
    await Promise.all(datasetNames.map(async (name) => [name, await dataset(name, options)] as const)),
  );
  const found = { ...environment({ auto }), engines, data, store: await store(options), plugins: pluginsHere() };
  if (options.json) return printJson(found);
  const { tombola, node, platform, cpu, cores } = found as Record<string, unknown>;
  const machine = `tombola ${tombola}, Node ${node}, ${platform}, ${cpu}, ${cores} cores`;
  print(
    [
      machine,
      "",
      `engines (auto is ${auto})`,
      lines(engines),
      "",
      "data sets",
      lines(data),
      "",
      "store",
      lines({ store: found.store }),
      ...(found.plugins.length > 0 ? ["", "plug-ins", pluginLines(found.plugins)] : []),
    ].join("\n"),
  );
}

/** What was named with --plugin, and what it brings. */
function pluginsHere() {
  return plugins().map(({ name, path, sha256, files, packages, brings }) => {
    return { name, path, sha256, files: [...files], packages: [...packages], brings };
  });
}

function pluginLines(found: ReturnType<typeof pluginsHere>): string {
  const brought = (brings: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(brings).map(([kind, names]) => `${kind} ${names.map((name) => splitVersion(name).base).join(", ")}`);
  return found
    .map(({ path, sha256, packages, brings }) =>
      [
        `  ${path}`,
        `    SHA-256 ${sha256}`,
        ...[...brought(brings), ...(packages.length > 0 ? [`imports ${packages.join(", ")}`] : [])].map(
          (line) => `    ${line}`,
        ),
      ].join("\n"),
    )
    .join("\n");
}

function works(detail: string): Finding {
  return { works: true, detail };
}

function fails(detail: string): Finding {
  return { works: false, detail };
}

function native(): Finding {
  const state = loadAddon();
  if (state.addon) return works(`${state.addon.isas().join(", ")} of ${state.addon.all().join(", ")}`);
  const status = buildStatus();
  return fails(status?.reason ? `${status.reason}. ${status.remedy}` : state.reason);
}

/** What the installation left where it could not build the addon. */
function buildStatus(): { reason: string | null; remedy: string | null } | null {
  try {
    return JSON.parse(readFileSync(new URL("../../../build/native/status.json", import.meta.url), "utf8"));
  } catch {
    return null;
  }
}

async function wasm(): Promise<Finding> {
  const state = await wasmState();
  if (!state.works) return fails(state.reason);
  return works(
    state.relaxed
      ? "relaxed SIMD, results as native"
      : "SIMD without fused multiply-add, results differ from native in the last bits",
  );
}

async function dataset(name: string, { dataDir }: SharedOptions): Promise<Finding> {
  const { archive } = datasetInfo(name);
  if (!archive) return works("made by a program");
  try {
    const folder = await findFolder(name, archive, dataDir);
    return folder ? works(folder) : fails("not on this machine; the first run downloads it");
  } catch (error) {
    return fails((error as Error).message);
  }
}

async function store(options: SharedOptions): Promise<Finding> {
  const dir = storeFolder(options);
  try {
    if (!(await isStore(dir))) {
      await access(await nearest(dir), constants.W_OK);
      return works(`${dir}, not made yet`);
    }
    const found = await existingStore(options);
    const detail = `${dir}, ${(await found.listRuns()).length} runs`;
    if (found.version < STORE_VERSION) return works(`${detail}, of version ${found.version}: it can only be read`);
    await access(dir, constants.W_OK);
    return works(detail);
  } catch (error) {
    return fails((error as Error).message);
  }
}

/** The deepest folder of a path that exists. */
async function nearest(path: string): Promise<string> {
  return (await exists(path)) ? path : nearest(dirname(path));
}

function lines(findings: Findings): string {
  const width = Math.max(...Object.keys(findings).map((name) => name.length));
  return Object.entries(findings)
    .map(([name, { works, detail }]) => `  ${name.padEnd(width)}  ${works ? "yes" : "no "}  ${detail}`)
    .join("\n");
}
