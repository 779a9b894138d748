/** `tombola figure`: draws the figures of a run again, all of them or some. */

import { join, resolve } from "node:path";
import type { Command } from "commander";
import { fail } from "../base/errors.ts";
import { FIGURE_NAMES, type FigureName, figureNamesOf, isFigure } from "../figure/figure.ts";
import { FORMATS, type Format, runFolder, titleOf, withDetails } from "./details.ts";
import { existingStore } from "./folder.ts";
import { addOption, addShared, listOf, oneOf, type SharedOptions, text } from "./options.ts";
import { print, say } from "./output.ts";

interface FigureOptions extends SharedOptions {
  readonly name?: readonly FigureName[];
  readonly to?: string;
  readonly format?: readonly Format[];
}

/** Adds the verb. */
export function addFigure(program: Command): void {
  const command = program
    .command("figure")
    .description("draw a run's figures, with their numbers and specification beside them")
    .argument("<run>", "the run's id or its beginning")
    .action(draw);
  addOption(command, "--name <names>", `of ${FIGURE_NAMES.join(", ")} (default: all)`, listOf(oneOf(FIGURE_NAMES)));
  addOption(command, "--format <names>", `of ${FORMATS.join(", ")} (default: all)`, listOf(oneOf(FORMATS)));
  addOption(command, "--to <dir>", "folder to write to (default: the run's own)", text);
  addShared(command, "store");
}

async function draw(name: string, options: FigureOptions): Promise<void> {
  const store = await existingStore(options);
  const run = await store.readRun(name);
  const { drawFigure } = await import("../figure/index.ts");
  const { writeFigures, writeSpec } = await import("./results.ts");
  const dir = options.to ? resolve(options.to) : join(runFolder(store, run), "figures");
  const data = { title: titleOf(run), study: run.study, ...(await withDetails(store, await store.readRows(run.id))) };
  const figures = (options.name ?? figureNamesOf(run.study)).map((each) => drawFigure(each, data));
  for (const figure of figures) if (!isFigure(figure)) say(`no figure ${figure.name}: ${figure.absent}`);
  const paths = await writeFigures(figures, { dir, formats: options.format ?? FORMATS });
  if (paths.length === 0) fail("data", run.id, { rule: "none of these figures can be drawn of this run" });
  print([...paths, await writeSpec(dir, run)].join("\n"));
}
