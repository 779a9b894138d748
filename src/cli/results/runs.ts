/** `tombola runs`: the runs of a store. */

import type { Command } from "commander";
import { partsOf } from "../../app/runs.ts";
import { shortName } from "../../base/registry.ts";
import type { Run } from "../../store/store.ts";
import { existingStore } from "../talk/folder.ts";
import { addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { table } from "../talk/table.ts";

const FIELDS = ["model", "data", "arms", "levels", "replicates"] as const;
const WIDEST = 40;

/** Adds the verb. */
export function addRuns(program: Command): void {
  const command = program.command("runs").description("list the runs of a store, the latest first").action(list);
  addShared(command, "store", "json");
}

async function list(options: SharedOptions): Promise<void> {
  const runs = (await (await existingStore(options)).listRuns()).map(lineOf);
  if (options.json) return printJson(runs);
  const header = ["id", ...FIELDS, "status", "started"];
  const cells = runs.map((line) =>
    header.map((key) => short(shortName(String(line[key as keyof typeof line] ?? "-")))),
  );
  print(table(header, cells));
}

/** A study may be of many models. */
function short(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

/** Of a study of several networks, a field that differs between them is the list of its values. */
function lineOf(run: Run) {
  const { id, study, status, sessions } = run;
  const networks = partsOf(run);
  const shared = (key: string) => {
    const values = [...new Map(networks.map((each) => [JSON.stringify(each[key]), each[key]])).values()];
    return values.length === 1 ? values[0] : values;
  };
  const fields = Object.fromEntries(FIELDS.map((key) => [key, shared(key)]));
  return { id, study, ...fields, status, started: sessions[0]!.started };
}
