/** `tombola runs`: the runs of a store. */

import type { Command } from "commander";
import type { Run } from "../store/store.ts";
import { existingStore } from "./folder.ts";
import { addShared, type SharedOptions } from "./options.ts";
import { print, printJson } from "./output.ts";
import { table } from "./table.ts";

/** Adds the verb. */
export function addRuns(program: Command): void {
  const command = program.command("runs").description("list the runs of a store, the latest first").action(list);
  addShared(command, "store", "json");
}

async function list(options: SharedOptions): Promise<void> {
  const runs = (await (await existingStore(options)).listRuns()).map(lineOf);
  if (options.json) return printJson(runs);
  const header = ["id", "model", "data", "arms", "levels", "replicates", "status", "started"];
  const cells = runs.map((line) => header.map((key) => String(line[key as keyof typeof line])));
  print(table(header, cells));
}

function lineOf({ id, study, spec, status, sessions }: Run) {
  const { model, data, arms, levels, replicates } = spec;
  return { id, study, model, data, arms, levels, replicates, status, started: sessions[0]!.started };
}
