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

const REMEDY = "Check its path; one that imports tombola-lab must lie where Node finds that package";

async function importModule(url: string, name: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(url);
  } catch (error) {
    return fail("usage", name, {
      rule: `the module of a study must load (${(error as Error).message})`,
      remedy: REMEDY,
    });
  }
}

const isText = (value: unknown) => typeof value === "string";
const isMade = (value: unknown) => typeof value === "function";

/** What every kind has. */
const PARTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...{ name: isText, summary: isText },
  ...{ options: Array.isArray, presets: Array.isArray, examples: Array.isArray },
  ...{ columns: Array.isArray, figures: Array.isArray },
  ...{ specOf: isMade, parse: isMade, plan: isMade, rows: isMade, say: isMade, title: isMade },
};

function checkKind(kind: unknown, name: string): StudyKind {
  const own = (kind ?? {}) as Readonly<Record<string, unknown>>;
  const missing = Object.entries(PARTS).find(([part, is]) => !is(own[part]));
  if (!missing) return kind as StudyKind;
  const rule = "the default export must be a kind of study or a list of them";
  const got = kind === undefined ? "no default export" : `${missing[0]}: ${String(own[missing[0]])}`;
  return fail("usage", name, { rule, got, remedy: "Write what StudyKind says, as test/fixtures/outside-study does" });
}
