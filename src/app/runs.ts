/** What a run in a store is: its kind of study, its title, its rows with what figures need, and its result table. */

import { join } from "node:path";
import type { Run, Store } from "../store/store.ts";
import type { StudyKind, StudyRow, StudySpec, TextTable } from "../study/kind.ts";
import { findStudy } from "../study/registry.ts";
import type { Measure } from "../task/task.ts";
import { measureOf } from "./task.ts";

/** A part of a specification, with a model and data of its own. */
export type SpecPart = Readonly<Record<string, unknown>>;

/** The parts of a specification that have models and data of their own; the specification itself where it is one. */
export function partsOf({ study, spec }: Pick<Run, "study" | "spec">): readonly SpecPart[] {
  const field = findStudy(study)?.parts;
  return field === undefined ? [spec] : (spec[field] as readonly SpecPart[]);
}

/** What a run is about, in words; the study's name where this is not registered. */
export function titleOf({ study, spec }: Pick<Run, "study" | "spec">): string {
  return findStudy(study)?.title(spec as unknown as StudySpec) ?? study;
}

/** The rows that a run has so far, with what figures need beside them. */
export async function detailsOf(store: Store, { id, study }: Pick<Run, "id" | "study">): Promise<readonly StudyRow[]> {
  return withDetails(store, study, (await store.readRows(id)) as unknown as readonly StudyRow[]);
}

/** Rows with what figures need beside them. */
export async function withDetails(
  store: Store,
  study: string,
  rows: readonly StudyRow[],
): Promise<readonly StudyRow[]> {
  return (await findStudy(study)?.details?.(rows, store)) ?? rows;
}

/** What a study's JSON says beside its rows, which have no details here; nothing where it says no more. */
export async function summaryOf(
  store: Store,
  run: Pick<Run, "study" | "task">,
  rows: readonly StudyRow[],
): Promise<Readonly<Record<string, unknown>>> {
  const details = await withDetails(store, run.study, rows);
  const { rows: _, ...rest } = findStudy(run.study)?.json?.(details, measureOf(run)) ?? {};
  return rest;
}

/** The result table of a study; of one that is not registered, what its rows have in common, as it stands. */
export function resultTable(run: Pick<Run, "study" | "task">, rows: readonly StudyRow[]): TextTable {
  const kind = findStudy(run.study);
  return kind ? tableOf(kind, rows, measureOf(run)) : plainTable(rows);
}

/** The tables of a run that have rows, the result table first. */
export async function tablesOf(store: Store, run: Pick<Run, "study" | "task">, rows: readonly StudyRow[]) {
  const more = (await findStudy(run.study)?.tables?.(rows, store, measureOf(run))) ?? [];
  return [resultTable(run, rows), ...more].filter(({ cells }) => cells.length > 0);
}

/** What a study says below its result table. */
export async function remarksOf(store: Store, run: Pick<Run, "study">, rows: readonly StudyRow[]) {
  return (await findStudy(run.study)?.remarks?.(rows, store)) ?? [];
}

function tableOf(
  { columns, lines = (all) => all.map((row) => [row]) }: StudyKind,
  rows: readonly StudyRow[],
  measure: Measure,
): TextTable {
  const shown = columns.filter(({ has }) => has?.(rows) ?? true);
  const cells = lines(rows).map((group) => shown.map((column) => column.cell(group, measure)));
  const header = shown.map((column) => (typeof column.header === "string" ? column.header : column.header(measure)));
  return { header, cells };
}

function plainTable(rows: readonly StudyRow[]): TextTable {
  const isPlain = ([, value]: [string, unknown]) => typeof value !== "object" || value === null;
  const header = [
    ...new Set(
      rows.flatMap((row) =>
        Object.entries(row)
          .filter(isPlain)
          .map(([name]) => name),
      ),
    ),
  ];
  const cells = rows.map((row) => header.map((name) => String((row as unknown as SpecPart)[name] ?? "-")));
  return { header, cells };
}

/** What a run says of steps that were not carried out; nothing where all were. */
export function leftOutNote({ leftOut = 0 }: Pick<Run, "leftOut">): string[] {
  return leftOut > 0 ? [`Left out, since what they take in diverged: ${leftOut} steps.`] : [];
}

/** The folder of a run's files. */
export function runFolder(store: Store, { id }: Pick<Run, "id">): string {
  return join(store.dir, "runs", id);
}

/** The command, time and environment of a run's last session. */
export function madeWith({ sessions }: Run): Record<string, unknown> {
  const { command, environment, started } = sessions.at(-1)!;
  return { command, started, ...environment };
}
