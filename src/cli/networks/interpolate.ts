/** `tombola interpolate`: error and loss on the line between two networks. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { FORMATS } from "../../app/results.ts";
import { align } from "../../connectivity/align.ts";
import { evenAlphas, type Path, scorePath } from "../../connectivity/path.ts";
import { dataTitle } from "../../dataset/source/name.ts";
import { createEngine } from "../../engine/choose.ts";
import { modelNames, parseModel } from "../../model/registry.ts";
import { integer, oneOf, text } from "../../study/option.ts";
import { taskOf } from "../../task/registry.ts";
import type { Measure } from "../../task/task.ts";
import { createLoader } from "../talk/download-talk.ts";
import { addOption, addShared, askedData, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say } from "../talk/output.ts";
import { type End, findEnd, modelAsked, namesOf, requireScores, type Subject, scoredOn, subjectOf } from "./ends.ts";
import { pathJson, pathText } from "./path-text.ts";

interface InterpolateOptions extends SharedOptions {
  readonly model?: string;
  readonly points?: number;
  readonly trainImages?: number;
  readonly align?: "weights" | "activations";
  /** False for `--no-recompute`. */
  readonly recompute: boolean;
  readonly to?: string;
}

/** The papers' resolution: alpha in steps of 1/30. */
const POINTS = 31;

/** Scored at every alpha unless asked otherwise; the first of each class. */
const TRAIN_IMAGES = 10_000;

/** Adds the verb `interpolate`. */
export function addInterpolate(program: Command): void {
  const command = program
    .command("interpolate")
    .argument("<a>", "a network of the store, by its key or the beginning of it, or a file of weights")
    .argument("<b>", "the other network, which alpha 0 means")
    .description("score the networks alpha * A + (1 - alpha) * B from alpha 0 to 1, and their instability (LII)");
  addOption(
    command,
    "--model <name>",
    `of files: ${modelNames().join(" or ")} (default: by their names and shapes)`,
    text,
  );
  addOption(command, "--points <n>", `alphas, both ends included (default: ${POINTS})`, integer(2, 10_001));
  const images = `training images to score and to recompute statistics on (default: at most ${TRAIN_IMAGES})`;
  addOption(command, "--train-images <n>", images, integer(1));
  addOption(command, "--align <how>", "permute B's units first to match A's weights or activations", ways);
  addOption(command, "--no-recompute", "leave out the second scoring with batch norm's statistics recomputed");
  addOption(command, "--to <dir>", "folder to draw the path to: line.svg, .png and .csv (default: none)", text);
  addShared(command, "data", "dataDir", "store", "engine", "json", "quiet").action(interpolate);
}

const ways = oneOf(["weights", "activations"] as const);

async function interpolate(first: string, second: string, options: InterpolateOptions): Promise<void> {
  const ends = [await findEnd(first, options), await findEnd(second, options)] as const;
  const asked = { ...options, data: askedData(options) };
  const model = await modelAsked(ends, { ...asked, ...createLoader(options) });
  const subject = subjectOf(ends, { ...asked, ...(model !== undefined && { model }) });
  const { path, measure } = await pathBetween(ends, subject, options);
  if (options.json) printJson(pathJson(path));
  else print(pathText(path, measure));
  if (options.to !== undefined) await drawPath(path, { measure, ends, subject, options, dir: resolve(options.to) });
}

interface Drawn {
  readonly measure: Measure;
  readonly ends: readonly [End, End];
  readonly subject: Subject;
  readonly options: InterpolateOptions;
  readonly dir: string;
}

async function drawPath(path: Path, { measure, ends: [a, b], subject, options, dir }: Drawn): Promise<void> {
  const { lineFigure } = await import("../../figure/path/line.ts");
  const { writeFigures } = await import("../../app/results.ts");
  const aligned = options.align ? `, aligned by ${options.align}` : "";
  const words = {
    measure,
    title: `${subject.model} on ${dataTitle(subject.data)}${aligned}`,
    ends: namesOf([a, b]) as [string, string],
  };
  const paths = await writeFigures([lineFigure(path, words)], { dir, formats: FORMATS });
  if (!options.quiet) say(paths.join("\n"));
}

/** The path, and what its errors are of; throws `diverged` where an end scores no finite loss. */
async function pathBetween(
  ends: readonly [End, End],
  subject: Subject,
  options: InterpolateOptions,
): Promise<{ path: Path; measure: Measure }> {
  const { points = POINTS, engine: name = "auto", align: how, recompute } = options;
  const { describe, load } = createLoader(options);
  const model = parseModel(subject.model, await describe(subject.data));
  const [a, other] = [await ends[0].read(model), await ends[1].read(model)];
  const loaded = await load(subject.data);
  const { dataset, train } = scoredOn(loaded, { ends, subject }, { most: TRAIN_IMAGES, ...options });
  const engine = await createEngine(name, { threads: availableParallelism() });
  const scoring = { model, dataset, alphas: evenAlphas(points), train, statistics: recompute ? train : null };
  await requireScores(engine, scoring, [
    [ends[0].name, a],
    [ends[1].name, other],
  ]);
  const aligning = { model, dataset, images: train, seed: 0 };
  const b = how ? (await align(engine, { ...aligning, how }, { a, b: other })).network : other;
  const [measure] = taskOf(dataset).measures(dataset);
  return { path: await scorePath(engine, scoring, { a, b }), measure };
}
