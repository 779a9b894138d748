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
  const sections = [lines({ run: id, status, command, started, ...environment }), ...setup(spec)];
  const tables =
    pairs.length > 0
      ? [pairTable(pairs), await linesTable(store, pairs)]
      : rows.length > 0
        ? [accuracyTable(rows), layerTable(rows), artifacts(rows)]
        : ["no network is trained yet"];
  print([...sections, ...tables].filter(Boolean).join("\n\n"));
}

/** A specification; of several networks what they share, then what each has of its own. */
function setup(spec: Run["spec"]): string[] {
  const { networks, ...rest } = spec as Run["spec"] & { networks?: readonly Run["spec"][] };
  if (!networks) return [lines(spec)];
  const { name: _, ...first } = networks[0]!;
  const isShared = ([field, value]: [string, unknown]) => networks.every((each) => shown(each[field]) === shown(value));
  const common = Object.fromEntries(Object.entries(first).filter(isShared));
  const own = networks.map(({ name, ...each }) => {
    return lines({ name, ...Object.fromEntries(Object.entries(each).filter(([field]) => !(field in common))) });
  });
  return [lines({ ...rest, ...common }), ...own];
}

/** Digits of a key that name an artifact for a person. */
const DIGITS = 12;

/** The lines, and the networks that they join and began as. */
async function linesTable(store: Store, pairs: readonly PairRow[]): Promise<string> {
  const cells = pairs.map(async ({ panel, artifact, arm, step, replicate, copies }) => {
    const { inputs } = await store.readMeta(artifact);
    const keys = [artifact, inputs.a!, inputs.b!, inputs.origin!].map((key) => key.slice(0, DIGITS));
    return [...(panel ? [panel] : []), arm, String(step), String(replicate), copies.join(" and "), ...keys];
  });
  const header = ["arm", "k", "replicate", "copies", "line", "first", "second", "at k"];
  return table([...(pairs[0]!.panel ? ["network"] : []), ...header], await Promise.all(cells));
}

function artifacts(rows: readonly RowDetail[]): string {
  const cells = rows.map(({ panel, artifact, arm, replicate, level }) => {
    return [artifact, ...(panel ? [panel] : []), arm, String(replicate), String(level)];
  });
  return table(["artifact", ...(rows[0]!.panel ? ["panel"] : []), "arm", "replicate", "level"], cells);
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

/** What is not text or a number is JSON. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Lines of names and values. */
function lines(values: Readonly<Record<string, unknown>>): string {
  const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`)
    .join("\n");
}
