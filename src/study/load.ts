/** Kinds of study from outside this package: modules that an environment variable or a program names. */
import { delimiter, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../base/errors.ts";
import type { StudyKind } from "./kind.ts";
import { registerStudy } from "./registry.ts";

const modules: string[] = [];

/** The modules that TOMBOLA_STUDIES names, separated as the paths of PATH are. */
export function namedModules(): string[] {
  return (process.env.TOMBOLA_STUDIES ?? "").split(delimiter).filter(Boolean);
}

/** The modules that were loaded, as URLs, for workers to load them too. */
export function studyModules(): readonly string[] {
  return modules;
}

/**
 * Loads modules, paths or URLs, whose default export is a kind of study or a list of them, and registers these.
 * Throws `usage` for a module that cannot be loaded or brings something else.
 */
export async function loadStudies(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const url = /^(file|data|node):/.test(name) ? name : pathToFileURL(resolve(name)).href;
    if (modules.includes(url)) continue;
    const { default: found } = await importModule(url, name);
    for (const kind of Array.isArray(found) ? found : [found]) registerStudy(checkKind(kind, name));
    modules.push(url);
  }
}

async function importModule(url: string, name: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(url);
  } catch (error) {
    return fail("usage", name, { rule: `the module of a study must load (${(error as Error).message})` });
  }
}

function checkKind(kind: unknown, name: string): StudyKind {
  const { plan, specOf, rows } = (kind ?? {}) as Partial<StudyKind>;
  if ([plan, specOf, rows].every((part) => typeof part === "function")) return kind as StudyKind;
  return fail("usage", name, { rule: "the default export must be a kind of study or a list of them" });
}
