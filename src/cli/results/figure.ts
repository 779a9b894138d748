/** `tombola figure`: draws the figures of a run again, all of them or some. */

import { join } from "node:path";
import type { Command } from "commander";
import { drawRun, type FigureFormat, FORMATS, writeFigures, writeSpec } from "../../app/results.ts";
import { runFolder } from "../../app/runs.ts";
import { fail } from "../../base/errors.ts";
import { DEFAULT_BAND } from "../../figure/band.ts";
import { isFigure } from "../../figure/figure.ts";
import { requirePlugins } from "../../plugin/used.ts";
import { STORE_VERSION } from "../../store/open.ts";
import { listOf, oneOf, text } from "../../study/option.ts";
import { findStudy, studyKinds } from "../../study/registry.ts";
import { existingStore, outsideStores } from "../talk/folder.ts";
import { addBand, addOption, addShared, type BandOptions, type SharedOptions } from "../talk/options.ts";
import { print, say } from "../talk/output.ts";

interface FigureOptions extends SharedOptions, BandOptions {
  readonly name?: readonly string[];
  readonly to?: string;
  readonly format?: readonly FigureFormat[];
}

/** Adds the verb. */
export function addFigure(program: Command): void {
  const command = program
    .command("figure")
    .description("draw a run's figures, with their numbers and specification beside them")
    .argument("<run>", "the run's id or its beginning")
    .action(draw);
  const names = [...new Set(studyKinds().flatMap(({ figures }) => figures.map(({ name }) => name)))];
  addOption(command, "--name <names>", `of ${names.join(", ")} (default: all)`, listOf(oneOf(names)));
  addOption(command, "--format <names>", `of ${FORMATS.join(", ")} (default: all)`, listOf(oneOf(FORMATS)));
  addOption(command, "--to <dir>", "folder to write to (default: the run's own)", text);
  addBand(command, defaultBands());
  addShared(command, "store");
}

/** What bands show by default, with the studies that have a default of their own. */
function defaultBands(): string {
  const own = studyKinds().flatMap(({ name, band }) => (band === undefined ? [] : [`of ${name} ${band}`]));
  return [DEFAULT_BAND, ...own].join(", ");
}

async function draw(name: string, options: FigureOptions): Promise<void> {
  const store = await existingStore(options);
  const run = await store.readRun(name);
  requirePlugins(run, "drawing");
  if (!findStudy(run.study)) {
    const remedy = "Name the plug-in that brings it with --plugin";
    fail("usage", run.id, { rule: "its study must be known here", got: run.study, remedy });
  }
  if (!options.to && store.version < STORE_VERSION) {
    const rule = `figures are written into stores of version ${STORE_VERSION}; this one is only read`;
    fail("usage", "to", { rule, got: `version ${store.version}`, remedy: "Name another folder" });
  }
  const dir = options.to ? await outsideStores(options.to) : join(runFolder(store, run), "figures");
  const figures = await drawRun(store, run, { names: options.name, band: options.band });
  for (const figure of figures) if (!isFigure(figure)) say(`no figure ${figure.name}: ${figure.absent}`);
  const paths = await writeFigures(figures, { dir, formats: options.format ?? FORMATS });
  if (paths.length === 0) fail("data", run.id, { rule: "none of these figures can be drawn of this run" });
  print([...paths, await writeSpec(dir, run)].join("\n"));
}
