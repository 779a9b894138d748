/** Plug-ins: files that this process's own command line or program names. Nothing that is stored or sent ever loads one. */
import { pathToFileURL } from "node:url";
import { fail } from "../base/errors.ts";
import { bring, NAMED, type PluginExports, SELF_NAMED } from "./bring.ts";
import { identifyPlugin, type PluginIdentity } from "./identity.ts";

/** A plug-in that is loaded, and what it brings: how specifications write each, by kind. */
export interface Plugin extends PluginIdentity {
  readonly brings: Readonly<Record<string, readonly string[]>>;
}

const loaded: Plugin[] = [];

/** The plug-ins of this process, in the order of loading. */
export function plugins(): readonly Plugin[] {
  return loaded;
}

/** A plug-in that another thread has loaded. */
export type PluginPlace = Pick<Plugin, "path" | "sha256">;

/**
 * Loads plug-ins and registers what they bring: files whose default export is what {@link PluginExports} says. One that is
 * loaded already is left alone.
 * @param files paths, or what another thread has loaded, which must be the same here
 * @throws `usage` for one that cannot be followed or loaded, brings something else or under a name that is taken, or that
 *   has changed since it was loaded
 */
export async function loadPlugins(files: readonly (string | PluginPlace)[]): Promise<readonly Plugin[]> {
  const found: Plugin[] = [];
  for (const file of files) {
    const path = typeof file === "string" ? file : file.path;
    const identity = await identifyPlugin(path);
    if (typeof file !== "string" && file.sha256 !== identity.sha256) failChanged(path, identity);
    found.push(await loadOne(path, identity));
  }
  return found;
}

async function loadOne(asked: string, identity: PluginIdentity): Promise<Plugin> {
  const before = loaded.find(({ path }) => path === identity.path);
  if (before) return before.sha256 === identity.sha256 ? before : failChanged(asked, identity);
  const { default: exported } = await importModule(identity.path, asked);
  // What was read must be what is run.
  if ((await identifyPlugin(asked)).sha256 !== identity.sha256) failChanged(asked, identity);
  const plugin = { ...identity, brings: register(exported, asked, identity.sha256) };
  loaded.push(plugin);
  return plugin;
}

function failChanged(asked: string, { sha256 }: PluginIdentity): never {
  const remedy = "Start the command again: what it finished is kept";
  return fail("usage", asked, { rule: "the plug-in has changed since this process loaded it", got: sha256, remedy });
}

async function importModule(path: string, asked: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const remedy = "One that imports tombola-lab must lie where Node finds that package";
    return fail("usage", asked, { rule: `the plug-in must load (${(error as Error).message})`, remedy });
  }
}

const KINDS = [...Object.keys(NAMED), ...Object.keys(SELF_NAMED)];

/** Registers what a plug-in exports; returns the names by kind. */
function register(exported: unknown, where: string, version: string): Plugin["brings"] {
  const members = typeof exported === "object" && exported !== null ? Object.keys(exported) : [];
  const stranger = members.find((member) => !KINDS.includes(member));
  if (members.length === 0 || stranger !== undefined) {
    const rule = `the default export must be an object of ${KINDS.join(", ")}, one or more of them`;
    const got = stranger ?? (exported === undefined ? "no default export" : typeof exported);
    fail("usage", where, { rule, got, remedy: "docs/your-own.md has one of each" });
  }
  const all = exported as PluginExports;
  const brings: Record<string, readonly string[]> = {};
  // Tasks first, for data sets name them.
  for (const kind of ["tasks", "studies"] as const) {
    const things = listOf(all[kind], `${where}: ${kind}`);
    const own = SELF_NAMED[kind] as (typeof SELF_NAMED)["studies"];
    const names = things.map((value, i) => {
      const { name } = (value ?? {}) as { readonly name: string };
      return bring(own, { name, value: value as never, version }, `${where}: ${kind}[${i}]`);
    });
    if (names.length > 0) brings[kind] = names;
  }
  for (const [kind, own] of Object.entries(NAMED)) {
    const things = Object.entries(all[kind as keyof typeof NAMED] ?? {});
    const names = things.map(([name, value]) =>
      bring(own as never, { name, value, version } as never, `${where}: ${kind}.${name}`),
    );
    if (names.length > 0) brings[kind] = names;
  }
  return brings;
}

function listOf(things: unknown, where: string): readonly unknown[] {
  if (things === undefined) return [];
  return Array.isArray(things) ? things : fail("usage", where, { rule: "must be a list", got: typeof things });
}
