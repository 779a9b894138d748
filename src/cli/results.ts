/** What is left when a study is done: figures, their numbers, the specification beside them, and the report. Loads slowly. */

import { join } from "node:path";
import { type AbsentFigure, type Figure, isFigure } from "../figure/figure.ts";
import { drawFigures } from "../figure/index.ts";
import { renderPng } from "../figure/png.ts";
import { report } from "../figure/report.ts";
import { writeAtomic } from "../store/files.ts";
import type { Run, Store } from "../store/store.ts";
import type { StudyRow } from "../study/pair.ts";
import { FORMATS, type Format, madeWith, runFolder, titleOf, withDetails } from "./details.ts";

/** Pixels of a PNG per px of the SVG. */
const SCALE = 2;

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
export async function writeResults(store: Store, run: Run, rows: readonly StudyRow[]): Promise<string[]> {
  const details = await withDetails(store, rows);
  const title = titleOf(run);
  const figures = drawFigures({ title, study: run.study, ...details });
  const folder = runFolder(store, run);
  const dir = join(folder, "figures");
  const drawn = await writeFigures(figures, { dir, formats: FORMATS });
  const path = join(folder, "report.html");
  await writeAtomic(path, report({ title, spec: run.spec, ...details, environment: madeWith(run), figures }));
  return [path, ...drawn, await writeSpec(dir, run)];
}
