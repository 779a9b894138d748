/** What is left when a study is done: figures, their numbers, the specification beside them, and the report. */

import { join } from "node:path";
import { requireFields } from "../base/checks.ts";
import { type Band, DEFAULT_BAND } from "../figure/band.ts";
import { type AbsentFigure, type Figure, isFigure } from "../figure/figure.ts";
import { writeAtomic } from "../store/files.ts";
import type { Run, Store } from "../store/store.ts";
import type { StudyReport, StudyRow, StudySpec } from "../study/kind.ts";
import { findStudy } from "../study/registry.ts";
import { detailsOf, leftOutNote, madeWith, runFolder, titleOf, withDetails } from "./runs.ts";
import { measureOf } from "./task.ts";

/** The files that a figure can be. */
export const FORMATS = ["svg", "png", "csv"] as const;
export type FigureFormat = (typeof FORMATS)[number];

/** Pixels of a PNG per px of the SVG. */
const SCALE = 2;

/** Where figures go, and as what. */
export interface FigureTarget {
  /** The folder, made where there is none. */
  readonly dir: string;
  /** Files of each figure. */
  readonly formats: readonly FigureFormat[];
}

/**
 * Writes figures as `NAME.FORMAT` into a folder, and beside a CSV the values of replicates as `NAME-replicates.csv`;
 * resolves to the paths. Absent figures are left out.
 * @throws code `store` where a file of these names cannot be written
 */
export async function writeFigures(
  figures: readonly (Figure | AbsentFigure)[],
  target: FigureTarget,
): Promise<string[]> {
  requireFields("writeFigures", target, ["dir", "formats"]);
  const { dir, formats } = target;
  const files = figures.filter(isFigure).flatMap((figure) => formats.flatMap((format) => filesOf(figure, format)));
  for (const { name, contents } of files) await writeAtomic(join(dir, name), await contents());
  return files.map(({ name }) => join(dir, name));
}

interface FigureFile {
  readonly name: string;
  contents(): string | Promise<Uint8Array>;
}

function filesOf({ name, svg, csv, replicates }: Figure, format: FigureFormat): FigureFile[] {
  const file = { name: `${name}.${format}` };
  if (format === "svg") return [{ ...file, contents: () => svg }];
  if (format === "png") return [{ ...file, contents: () => pngOf(svg) }];
  const values = replicates === undefined ? [] : [{ name: `${name}-replicates.csv`, contents: () => replicates }];
  return [{ ...file, contents: () => csv }, ...values];
}

async function pngOf(svg: string): Promise<Uint8Array> {
  return (await import("../figure/draw/png.ts")).renderPng(svg, { scale: SCALE });
}

/** Which figures are drawn, and how. */
export interface DrawOptions {
  /** By default all that the study has. */
  readonly names?: readonly string[] | undefined;
  /** What bands and error bars show; by default what the study says. */
  readonly band?: Band | undefined;
}

/**
 * Draws figures of a run; one that it cannot give is absent with the reason.
 * @throws code `store` where the run's rows, or artifacts that its figures need, are missing or damaged
 */
export async function drawRun(store: Store, run: Run, options: DrawOptions = {}): Promise<(Figure | AbsentFigure)[]> {
  return drawFigures(run, await detailsOf(store, run), options);
}

/** Draws figures of a study's rows with details; see {@link drawRun}. */
export async function drawFigures(
  run: Pick<Run, "study" | "spec" | "task">,
  rows: readonly StudyRow[],
  { names, band }: DrawOptions = {},
): Promise<(Figure | AbsentFigure)[]> {
  const kind = findStudy(run.study);
  const figures = kind?.figures ?? [];
  const known = figures.map(({ name }) => name);
  const subtitles = kind?.subtitles?.(run.spec as unknown as StudySpec) ?? {};
  const data = { title: titleOf(run), measure: measureOf(run), rows, band: band ?? kind?.band ?? DEFAULT_BAND };
  const draw = async (name: string) => {
    const figure = figures.find((each) => each.name === name);
    if (!figure) return { name, absent: `the figures of this study are ${known.join(", ") || "not known"}` };
    return rows.length > 0
      ? figure.draw({ ...data, title: subtitles[name] ?? data.title })
      : { name, absent: "no network has been trained yet" };
  };
  return Promise.all((names ?? known).map(draw));
}

/** Writes the specification and environment that figures in `dir` come from; resolves to the path. */
export async function writeSpec(dir: string, run: Run): Promise<string> {
  const path = join(dir, "spec.json");
  const { id, study, spec } = run;
  await writeAtomic(path, `${JSON.stringify({ id, study, spec, ...madeWith(run) }, null, 2)}\n`);
  return path;
}

/** The report of a run as HTML; what its study says in it is left out where that is not registered. */
export async function reportOf(
  run: Run,
  rows: readonly StudyRow[],
  figures: readonly (Figure | AbsentFigure)[],
): Promise<string> {
  const { report } = await import("../figure/report.ts");
  const nothing: StudyReport = { findings: [], sections: [], glossary: [] };
  const said = (await findStudy(run.study)?.report?.(rows, measureOf(run))) ?? nothing;
  const found = rows.length > 0 ? said.findings : ["No network has been trained yet."];
  const findings = [...found, ...leftOutNote(run)];
  return report({ ...said, title: titleOf(run), findings, spec: run.spec, environment: madeWith(run), figures });
}

/** A run in its store. */
export interface StoredRun {
  /** Where it is kept. */
  readonly store: Store;
  /** The run as the store has it. */
  readonly run: Run;
}

/**
 * Writes all figures, `spec.json` and `report.html` into the run's folder; resolves to the paths, the report first.
 * @throws code `store` where a file cannot be written, or an artifact that figures need is missing or damaged
 */
export async function writeResults(
  { store, run }: StoredRun,
  rows: readonly StudyRow[],
  options: Pick<DrawOptions, "band"> = {},
): Promise<string[]> {
  const details = await withDetails(store, run.study, rows);
  const figures = await drawFigures(run, details, options);
  const folder = runFolder(store, run);
  const dir = join(folder, "figures");
  const drawn = await writeFigures(figures, { dir, formats: FORMATS });
  const path = join(folder, "report.html");
  await writeAtomic(path, await reportOf(run, details, figures));
  return [path, ...drawn, await writeSpec(dir, run)];
}
