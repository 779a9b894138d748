/** `tombola show`: what a run found, or what an artifact is. */

import type { Command } from "commander";
import { constantsOfData, constantsOfRun, constantsText } from "../../app/constants.ts";
import { detailsOf, leftOutNote, partsOf, remarksOf, tablesOf } from "../../app/runs.ts";
import { measureOf } from "../../app/task.ts";
import type { Run, Store } from "../../store/store.ts";
import { findStudy } from "../../study/registry.ts";
import type { Measure } from "../../task/task.ts";
import { ACCURACY, digits, shown as shownValue, unitOf } from "../../task/words.ts";
import type { CurvePoint } from "../../train/curve.ts";
import { existingStore } from "../talk/folder.ts";
import { addShared, type SharedOptions } from "../talk/options.ts";
import { oneLine, print, printJson } from "../talk/output.ts";
import { table, textTable } from "../talk/table.ts";

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
  const kind = findStudy(run.study);
  const rows = await detailsOf(store, run);
  const normalised = constantsOfRun(run);
  const { tags, ...note } = await store.readNote(run.id);
  const written = { ...note, ...(tags.length > 0 && { tags }) };
  if (json) return printJson({ ...run, ...written, normalised, ...(kind?.json?.(rows, measureOf(run)) ?? { rows }) });
  const { id, status, sessions } = run;
  const { command, started, environment } = sessions.at(-1)!;
  const sections = [
    lines({ run: id, ...written, status, command, started, ...environment }),
    ...setup(run),
    constantsText(normalised),
  ];
  const tables = rows.length > 0 ? (await tablesOf(store, run, rows)).map(textTable) : [nothing(run)];
  const remarks = [...(await remarksOf(store, run, rows)), ...leftOutNote(run)];
  print([...sections, ...tables, ...remarks].filter(Boolean).join("\n\n"));
}

function nothing({ study }: Run): string {
  return findStudy(study) ? "no network is trained yet" : `no study of the name ${study} is known here`;
}

/** A specification; of several networks what they share, then what each has of its own. */
function setup(run: Run): string[] {
  const parts = partsOf(run);
  const field = findStudy(run.study)?.parts;
  if (field === undefined) return [lines(run.spec)];
  const { [field]: _, ...rest } = run.spec;
  const { name: __, ...first } = parts[0]!;
  const isShared = ([name, value]: [string, unknown]) => parts.every((each) => shown(each[name]) === shown(value));
  const common = Object.fromEntries(Object.entries(first).filter(isShared));
  const own = parts.map(({ name, ...each }) => {
    return lines({ name, ...Object.fromEntries(Object.entries(each).filter(([field]) => !(field in common))) });
  });
  return [lines({ ...rest, ...common }), ...own];
}

async function showArtifact(store: Store, prefix: string, { json }: SharedOptions): Promise<void> {
  const key = await store.findByPrefix(prefix);
  const [meta, curve] = await Promise.all([store.readMeta(key), store.readMetrics(key)]);
  const normalised = await constantsOfData(store, meta.params.data);
  if (json) return printJson({ key, ...meta, ...(normalised && { normalised }), curve });
  const { step, version, params, inputs, result } = meta;
  const sections = [
    lines({ artifact: key, step: `${step}, version ${version}` }),
    lines(inputs),
    lines(params),
    lines(result),
    constantsText(normalised ? [normalised] : []),
  ];
  print([...sections, curve.length > 0 ? curveTable(curve, measured(result)) : ""].filter(Boolean).join("\n\n"));
}

function curveTable(curve: readonly CurvePoint[], measure: Pick<Measure, "unit">): string {
  const loss = (value?: number | null) => value?.toFixed(4) ?? "-";
  const own = (value?: number) => (value === undefined ? "-" : digits(measure, shownValue(measure, value)));
  const unit = unitOf(measure);
  const header = ["iteration", "train loss", "validation loss", `validation${unit}`, "test loss", `test${unit}`];
  const cells = curve.map((point) => {
    const { step, trainLoss, validationLoss, validation, testLoss, test } = point;
    return [String(step), loss(trainLoss), loss(validationLoss), own(validation), loss(testLoss), own(test)];
  });
  return table(header, cells);
}

/** An artifact says by name alone what was measured. */
function measured({ measure }: Readonly<Record<string, unknown>>): Pick<Measure, "unit"> {
  const { name } = (measure ?? ACCURACY) as { readonly name: string };
  return { unit: name === ACCURACY.name ? ACCURACY.unit : null };
}

/** What is not text or a number is JSON. */
function shown(value: unknown): string {
  return typeof value === "string" ? oneLine(value) : JSON.stringify(value);
}

/** Lines of names and values. */
function lines(values: Readonly<Record<string, unknown>>): string {
  const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
  return Object.entries(values)
    .map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`)
    .join("\n");
}
