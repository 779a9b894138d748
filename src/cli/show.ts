/** `tombola show`: what a run found, or what an artifact is. */

import type { Command } from "commander";
import { finalAccuracy, summarise } from "../figure/statistics.ts";
import type { Run, Store } from "../store/store.ts";
import type { PairRow } from "../study/pair.ts";
import type { CurvePoint, RowDetail } from "../study/row.ts";
import { withDetails } from "./details.ts";
import { existingStore } from "./folder.ts";
import { addShared, type SharedOptions } from "./options.ts";
import { print, printJson } from "./output.ts";
import { accuracyTable, layerTable, pairTable } from "./summary.ts";
import { table } from "./table.ts";

/** Adds the verb. */
export function addShow(program: Command): void {
  const command = program
    .command("show")
    .description("show a run's specification, environment and results, or an artifact's origin and learning curve")
    .argument("<name>", "a run's id or its beginning, or 4 or more digits of an artifact's key")
    .action(show);
  addShared(command, "store", "json");
}

async function show(name: string, options: SharedOptions): Promise<void> {
  const store = await existingStore(options);
  const runs = await store.listRuns();
  const isRun = runs.some(({ id, study }) => id.startsWith(name) || id.slice(study.length + 1).startsWith(name));
  const isKey = /^[0-9a-f]{4,64}$/i.test(name);
  return isRun || !isKey ? showRun(store, await store.readRun(name), options) : showArtifact(store, name, options);
}

async function showRun(store: Store, run: Run, { json }: SharedOptions): Promise<void> {
  const { rows, pairs = [] } = await withDetails(store, await store.readRows(run.id));
  if (json) {
    if (pairs.length > 0) return printJson({ ...run, rows: pairs });
    const table = rows.map(({ curve: _, ...row }) => row);
    return printJson({ ...run, rows: table, summary: summarise(rows, finalAccuracy) });
  }
  const { id, status, spec, sessions } = run;
  const { command, started, environment } = sessions.at(-1)!;
  const sections = [lines({ run: id, status, command, started, ...environment }), lines(spec)];
  const tables =
    pairs.length > 0
      ? [pairTable(pairs), await linesTable(store, pairs)]
      : rows.length > 0
        ? [accuracyTable(rows), layerTable(rows), artifacts(rows)]
        : ["no network is trained yet"];
  print([...sections, ...tables].filter(Boolean).join("\n\n"));
}

/** Digits of a key that name an artifact for a person. */
const DIGITS = 12;

/** The lines, and the networks that they join and began as. */
async function linesTable(store: Store, pairs: readonly PairRow[]): Promise<string> {
  const cells = pairs.map(async ({ artifact, arm, step, replicate, copies }) => {
    const { inputs } = await store.readMeta(artifact);
    const keys = [artifact, inputs.a!, inputs.b!, inputs.origin!].map((key) => key.slice(0, DIGITS));
    return [arm, String(step), String(replicate), copies.join(" and "), ...keys];
  });
  return table(["arm", "k", "replicate", "copies", "line", "first", "second", "at k"], await Promise.all(cells));
}

function artifacts(rows: readonly RowDetail[]): string {
  const cells = rows.map(({ artifact, arm, replicate, level }) => [artifact, arm, String(replicate), String(level)]);
  return table(["artifact", "arm", "replicate", "level"], cells);
}

async function showArtifact(store: Store, prefix: string, { json }: SharedOptions): Promise<void> {
  const key = await store.findByPrefix(prefix);
  const [meta, curve] = await Promise.all([store.readMeta(key), store.readMetrics(key)]);
  if (json) return printJson({ key, ...meta, curve });
  const { step, version, params, inputs, result } = meta;
  const sections = [
    lines({ artifact: key, step: `${step}, version ${version}` }),
    lines(inputs),
    lines(params),
    lines(result),
  ];
  print([...sections, curve.length > 0 ? curveTable(curve) : ""].filter(Boolean).join("\n\n"));
}

function curveTable(curve: readonly CurvePoint[]): string {
  const loss = (value?: number | null) => value?.toFixed(4) ?? "-";
  const accuracy = (value?: number) => (value === undefined ? "-" : (100 * value).toFixed(2));
  const header = ["iteration", "train loss", "validation loss", "validation %", "test loss", "test %"];
  const cells = curve.map((point) => {
    const { step, trainLoss, validationLoss, validationAccuracy, testLoss, testAccuracy } = point;
    const validation = [loss(validationLoss), accuracy(validationAccuracy)];
    return [String(step), loss(trainLoss), ...validation, loss(testLoss), accuracy(testAccuracy)];
  });
  return table(header, cells);
}

/** Lines of names and values; what is not text or a number is JSON. */
function lines(values: Readonly<Record<string, unknown>>): string {
  const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
  const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`)
    .join("\n");
}
