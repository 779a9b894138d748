/** `tombola rm` and `tombola gc`: runs that go, and what no run asks for any more. */

import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { runsNamed, sweepNamed } from "../../app/find-runs.ts";
import { fail } from "../../base/errors.ts";
import { findGarbage, type Garbage, removeGarbage } from "../../store/collect.ts";
import { existingStore } from "../talk/folder.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say } from "../talk/output.ts";
import { sizeText } from "../talk/table.ts";

/** Adds both verbs. */
export function addRemove(program: Command): void {
  const rm = program
    .command("rm")
    .description("remove runs: their rows, figures and reports; `tombola gc` then frees what no other run asks for")
    .argument("<runs...>", "ids or their beginnings, or a sweep's id for its runs and its list")
    .action(removeRuns);
  addShared(rm, "store", "json");
  const gc = program
    .command("gc")
    .description("remove what no run of a store asks for: networks, masks, curves and states")
    .action(collect);
  addOption(gc, "--yes", "do not ask");
  addShared(gc, "store", "json");
}

async function removeRuns(names: readonly string[], options: SharedOptions): Promise<void> {
  const store = await existingStore(options, { readOnly: false });
  const runs = await runsNamed(store, names);
  const sweeps = (await Promise.all(names.map((name) => sweepNamed(store, name)))).filter(
    (sweep) => sweep !== undefined,
  );
  const running = runs.find(({ status }) => status === "running");
  if (running)
    fail("usage", running.id, {
      rule: "must not be running",
      got: "running",
      remedy: "Stop it with Ctrl-C first, or wait for its end",
    });
  for (const { id } of runs) await store.removeRun(id);
  for (const { id } of sweeps) await store.removeSweep(id);
  const removed = [...runs, ...sweeps].map(({ id }) => id);
  if (options.json) return printJson({ store: store.dir, removed });
  print(removed.map((id) => `removed ${id}`).join("\n"));
}

async function collect(options: SharedOptions & { readonly yes?: boolean }): Promise<void> {
  const store = await existingStore(options, { readOnly: false });
  const found = await findGarbage(store);
  const told = textOf(found);
  if (!options.json)
    say(found.files.length > 0 ? `no run of ${store.dir} asks for ${told}` : `all that ${store.dir} holds is of a run`);
  const isAgreed = found.files.length > 0 && (options.yes || (await agreed(told)));
  const removed = isAgreed ? await removeGarbage(store, found) : { files: [], bytes: 0 };
  if (options.json) return printJson({ store: store.dir, found: counts(found), removed: counts(removed) });
  if (found.files.length > 0) print(isAgreed ? `removed ${textOf(removed)}` : "nothing is removed");
}

const counts = ({ files, bytes }: Garbage) => ({ files: files.length, bytes });

function textOf({ files, bytes }: Garbage): string {
  return `${files.length} file${files.length > 1 ? "s" : ""}, ${sizeText(bytes)}`;
}

/** Asks; throws `usage` where there is nobody to ask. */
async function agreed(what: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    fail("usage", "yes", {
      rule: `is needed where nobody can be asked whether to remove ${what}`,
      remedy: "Give --yes",
    });
  const talk = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await talk.question(`Remove ${what}? [y/N] `)).trim());
  } finally {
    talk.close();
  }
}
