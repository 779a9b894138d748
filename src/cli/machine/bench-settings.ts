/** What `tombola bench` measures with: the engines that work here, and made images, each opened once. */

import { TombolaError } from "../../base/errors.ts";
import { benchDataset } from "../../bench/data.ts";
import type { Family } from "../../bench/families.ts";
import type { Setting } from "../../bench/sources.ts";
import { createEngine } from "../../engine/choose.ts";
import type { HostEngine } from "../../engine/engine.ts";
import { say, warning } from "../talk/output.ts";

/** Engines and threads that were asked for in place of the families' own. */
interface Wanted {
  readonly engines?: readonly string[];
  readonly threads?: number;
  readonly slice: number;
}

/** A setting for every family and engine; engines that nobody asked for and that do not work here are left out, told. */
export async function openSettings(families: readonly Family[], wanted: Wanted): Promise<Setting[]> {
  const dataset = once(benchDataset);
  const open = once((name: string, threads: number) => {
    const engine = createEngine(name, { threads });
    return wanted.engines ? engine : engine.catch(skip);
  });
  const settings: Setting[] = [];
  for (const family of families)
    for (const name of wanted.engines ?? family.engines) {
      const engine: HostEngine | null = await open(name, wanted.threads ?? family.threads);
      if (engine) settings.push({ engine, family, dataset: dataset(family.data), slice: wanted.slice });
    }
  return settings;
}

/** The same function, asked only once for each list of arguments. */
function once<A extends readonly (string | number)[], T>(make: (...args: A) => T): (...args: A) => T {
  const made = new Map<string, T>();
  return (...args) => {
    const key = JSON.stringify(args);
    if (!made.has(key)) made.set(key, make(...args));
    return made.get(key)!;
  };
}

function skip(error: unknown): null {
  if (!(error instanceof TombolaError) || error.code !== "engine") throw error;
  say(warning(`left out: ${error.message}`));
  return null;
}
