/**
 * The identity of a plug-in: SHA-256 over its file, every file that it imports by a relative path, however deep, and the
 * names and versions of the packages that any of them imports. Nothing is run for it.
 */
import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ImportSpecifier, init, parse } from "es-module-lexer";
import { fail } from "../base/errors.ts";
import { hashJson, sha256Hex } from "../base/hash.ts";

/** A plug-in as it is on this machine. */
export interface PluginIdentity {
  /** Its file's name, without folders. */
  readonly name: string;
  /** Its file's absolute path. */
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /** The files that it is made of, by their path from its own folder; itself first. */
  readonly files: readonly string[];
  /** The packages that they import, as `NAME@VERSION`, in alphabetical order. */
  readonly packages: readonly string[];
}

/**
 * Reads what a plug-in is made of. Throws `usage` naming the file and the line on an import that cannot be followed: by a
 * computed name, of CommonJS, or of anything but a file, a package or a module of Node's.
 */
export async function identifyPlugin(file: string): Promise<PluginIdentity> {
  await init;
  const path = resolve(file);
  const found: Found = { contents: new Map(), packages: new Set() };
  await follow(path, found, file);
  const folder = dirname(path);
  const named = [...found.contents].map(
    ([each, sha256]) => [relative(folder, each).replaceAll("\\", "/"), sha256] as const,
  );
  const packages = [...found.packages].sort();
  // A plug-in under another name is the same, and one in another folder too.
  const [[, own] = ["", ""], ...others] = named;
  const sha256 = hashJson({ own, others: Object.fromEntries(others), packages });
  return { name: basename(path), path, sha256, files: named.map(([name]) => name), packages };
}

interface Found {
  /** SHA-256 of the bytes of every file, by its absolute path. */
  readonly contents: Map<string, string>;
  readonly packages: Set<string>;
}

async function follow(path: string, found: Found, asked: string): Promise<void> {
  if (found.contents.has(path)) return;
  const bytes = await readFile(path).catch((error: Error) => failUnread(asked, path, error));
  found.contents.set(path, sha256Hex(bytes));
  if (path.endsWith(".json")) return;
  if (!/\.m?js$/.test(path)) {
    const remedy = "Write it as an ES module, .mjs or .js, or as .json";
    fail("usage", asked, { rule: "a plug-in is made of ES modules and JSON", got: path, remedy });
  }
  const source = bytes.toString("utf8");
  for (const each of importsOf(source, path)) await followOne(each, { source, path, found });
}

function failUnread(asked: string, path: string, { message }: Error): never {
  const remedy = "Check its path";
  return fail("usage", asked, { rule: `a file of the plug-in must be there: ${path} (${message})`, remedy });
}

function importsOf(source: string, path: string): readonly ImportSpecifier[] {
  try {
    const [imports, , , isModule] = parse(source, path);
    if (isModule) return imports;
  } catch (error) {
    return fail("usage", path, {
      rule: `must be an ES module (${(error as Error).message})`,
      remedy: "Correct its syntax",
    });
  }
  const remedy = "Write import and export: what CommonJS requires cannot be followed";
  return fail("usage", path, { rule: "must be an ES module, with an import or an export", remedy });
}

interface Site {
  readonly source: string;
  readonly path: string;
  readonly found: Found;
}

async function followOne({ n: name, d: kind, s: start }: ImportSpecifier, site: Site): Promise<void> {
  // What only looks at `import.meta` imports nothing.
  if (kind === -2) return;
  const where = `${site.path}, line ${site.source.slice(0, start).split("\n").length}`;
  if (name === undefined) {
    const remedy = "Write the name between quotes, once for each module that it may be";
    return fail("usage", where, { rule: "a plug-in must not import by a computed name", remedy });
  }
  if (name === "node:module" || name === "module") {
    const rule = "a plug-in must not import Node's module loader, by which files are loaded unseen";
    fail("usage", where, { rule, got: name, remedy: "Use import" });
  }
  if (isBuiltin(name)) return;
  if (/^\.{0,2}\//.test(name)) return follow(resolve(dirname(site.path), decodeURI(name)), site.found, site.path);
  if (name.startsWith("file:")) return follow(fileURLToPath(name), site.found, site.path);
  if (/^(#|[a-z][a-z0-9+.-]*:)/.test(name)) {
    const rule = "a plug-in imports files by a relative path, packages by name, and Node's modules";
    fail("usage", where, { rule, got: name });
  }
  site.found.packages.add(await packageOf(name, site.path, where));
}

/** The package that an import means, found as Node finds it, as `NAME@VERSION`. */
async function packageOf(specifier: string, from: string, where: string): Promise<string> {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    for (const place of [join(folder, "node_modules", name), folder]) {
      const found = await manifestOf(place);
      // A package finds itself by its own name.
      if (found && (place !== folder || found.name === name)) return `${name}@${found.version ?? "0.0.0"}`;
    }
    if (folder === dirname(folder)) break;
  }
  const remedy = `Install it where the plug-in lies: npm install ${name}`;
  return fail("usage", where, { rule: `the package ${name} must be installed`, remedy });
}

async function manifestOf(folder: string): Promise<{ name?: string; version?: string } | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}
