/** What is left when a study is done: figures, their numbers, the specification beside them, and the report. */

import { join } from "node:path";
import { type AbsentFigure, type Figure, isFigure } from "../figure/figure.ts";
import { drawFigures } from "../figure/index.ts";
import { renderPng } from "../figure/png.ts";
import { report } from "../figure/report.ts";
import { writeAtomic } from "../store/files.ts";
import type { Run, Store } from "../store/store.ts";
import type { Row, RowDetail } from "../study/row.ts";
import type { TrainResult } from "../study/steps.ts";

/** The files that a figure can be. */
export const FORMATS = ["svg", "png", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** Pixels of a PNG per px of the SVG. */
const SCALE = 2;

/** What a run is about, in words: the line under every figure's title. */
export function titleOf({ study, spec }: Pick<Run, "study" | "spec">): string {
  const { model, data, cut, optimizer, steps } = spec as { [key: string]: string } & { optimizer?: { name: string } };
  const how = study === "oneshot" ? "one-shot magnitude pruning" : "iterative magnitude pruning";
  const cutText = `${Number((100 * Number(cut)).toPrecision(3))} % a level`;
  return `${model} on ${data}: ${how}, ${cutText}, ${steps} of ${optimizer?.name}`;
}

/** Rows with the layer counts and learning curves of their networks. */
export function withDetails(store: Store, rows: readonly Row[]): Promise<RowDetail[]> {
  return Promise.all(
    rows.map(async (row) => {
      const { layers } = (await store.readMeta(row.artifact)).result as unknown as TrainResult;
      return { ...row, layers, curve: await store.readMetrics(row.artifact) };
    }),
  );
}

/** The folder of a run's files. */
export function runFolder(store: Store, { id }: Pick<Run, "id">): string {
  return join(store.dir, "runs", id);
}

/** Writes figures as `NAME.FORMAT` into a folder; resolves to the paths. Absent figures are left out. */
export async function writeFigures(
  figures: readonly (Figure | AbsentFigure)[],
  { dir, formats }: { dir: string; formats: readonly Format[] },
): Promise<string[]> {
  const files = figures.filter(isFigure).flatMap((figure) => formats.map((format) => ({ figure, format })));
  for (const { figure, format } of files) await writeAtomic(pathOf(dir, figure, format), contents(figure, format));
  return files.map(({ figure, format }) => pathOf(dir, figure, format));
}

function pathOf(dir: string, { name }: Figure, format: Format): string {
  return join(dir, `${name}.${format}`);
}

function contents({ svg, csv }: Figure, format: Format): string | Uint8Array {
  return format === "png" ? renderPng(svg, { scale: SCALE }) : { svg, csv }[format];
}

/** Writes the specification and environment that figures in `dir` come from; resolves to the path. */
export async function writeSpec(dir: string, run: Run): Promise<string> {
  const path = join(dir, "spec.json");
  const { id, study, spec } = run;
  await writeAtomic(path, `${JSON.stringify({ id, study, spec, ...madeWith(run) }, null, 2)}\n`);
  return path;
}

/** Writes all figures, `spec.json` and `report.html` into the run's folder; resolves to the paths, the report first. */
export async function writeResults(store: Store, run: Run, rows: readonly Row[]): Promise<string[]> {
  const details = await withDetails(store, rows);
  const title = titleOf(run);
  const figures = drawFigures({ title, rows: details });
  const folder = runFolder(store, run);
  const dir = join(folder, "figures");
  const drawn = await writeFigures(figures, { dir, formats: FORMATS });
  const path = join(folder, "report.html");
  await writeAtomic(path, report({ title, spec: run.spec, rows: details, environment: madeWith(run), figures }));
  return [path, ...drawn, await writeSpec(dir, run)];
}

function madeWith({ sessions }: Run): Record<string, unknown> {
  const { command, environment, started } = sessions.at(-1)!;
  return { command, started, ...environment };
}
