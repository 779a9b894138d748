/** `tombola plane`: the error on the plane through three networks. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { FORMATS } from "../../app/results.ts";
import { type Plane, scorePlane } from "../../connectivity/plane.ts";
import { dataTitle } from "../../dataset/source/name.ts";
import { createEngine } from "../../engine/choose.ts";
import { modelNames, parseModel } from "../../model/registry.ts";
import { integer, number, text } from "../../study/option.ts";
import { taskOf } from "../../task/registry.ts";
import type { Measure } from "../../task/task.ts";
import { createLoader } from "../talk/download-talk.ts";
import { addOption, addShared, askedData, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say } from "../talk/output.ts";
import { type End, findEnd, modelAsked, namesOf, requireScores, type Subject, scoredOn, subjectOf } from "./ends.ts";

interface PlaneOptions extends SharedOptions {
  readonly model?: string;
  readonly points?: number;
  readonly margin?: number;
  readonly trainImages?: number;
  readonly recompute?: boolean;
  readonly to?: string;
}

const POINTS = 21;
const MARGIN = 0.2;

/** Adds the verb. */
export function addPlane(program: Command): void {
  const command = program
    .command("plane")
    .argument("<a>", "a network of the store, by its key or the beginning of it, or a file of weights; the origin")
    .argument("<b>", "the network to the right of it")
    .argument("<c>", "the third network")
    .description("score a grid on the plane through three networks, and draw it as a map (plane.svg, .png and .csv)");
  addOption(
    command,
    "--model <name>",
    `of files: ${modelNames().join(" or ")} (default: by their names and shapes)`,
    text,
  );
  addOption(command, "--points <n>", `of the grid along either side (default: ${POINTS})`, integer(2, 1001));
  const share = number({ rule: "a number from 0", holds: (value) => value >= 0 });
  addOption(command, "--margin <share>", `of the triangle's extent, around it (default: ${MARGIN})`, share);
  addOption(command, "--train-images <n>", "training images to score (default: at most 1000)", integer(1));
  addOption(command, "--recompute", "recompute batch norm's statistics at every point, on these images");
  addOption(command, "--to <dir>", "folder to write to (default: this one)", text);
  addShared(command, "data", "dataDir", "store", "engine", "json", "quiet").action(draw);
}

async function draw(a: string, b: string, c: string, options: PlaneOptions): Promise<void> {
  const ends = await Promise.all([a, b, c].map((name) => findEnd(name, options)));
  const asked = { ...options, data: askedData(options) };
  const model = await modelAsked(ends, { ...asked, ...createLoader(options) });
  const subject = subjectOf(ends, { ...asked, ...(model !== undefined && { model }) });
  const { plane, measure } = await planeThrough(ends as [End, End, End], subject, options);
  const { planeFigure } = await import("../../figure/path/plane.ts");
  const { writeFigures } = await import("../../app/results.ts");
  const [first, second, third] = namesOf(ends) as [string, string, string];
  const labels = { a: first, b: second, c: third };
  const words = { title: `${subject.model} on ${dataTitle(subject.data)}`, measure, labels };
  const paths = await writeFigures([planeFigure(plane, words)], { dir: resolve(options.to ?? "."), formats: FORMATS });
  if (!options.json) return print(paths.join("\n"));
  printJson(plane);
  if (!options.quiet) say(paths.join("\n"));
}

/** The plane, and what its errors are of; throws `diverged` where a corner scores no finite loss. */
async function planeThrough(
  ends: readonly [End, End, End],
  subject: Subject,
  options: PlaneOptions,
): Promise<{ plane: Plane; measure: Measure }> {
  const [a, b, c] = ends;
  const { points = POINTS, margin = MARGIN, engine: name = "auto", recompute = false } = options;
  const { describe, load } = createLoader(options);
  const model = parseModel(subject.model, await describe(subject.data));
  const corners = { a: await a.read(model), b: await b.read(model), c: await c.read(model) };
  const loaded = await load(subject.data);
  const { dataset, train } = scoredOn(loaded, { ends, subject }, { most: 1000, ...options });
  const engine = await createEngine(name, { threads: availableParallelism() });
  const statistics = recompute ? train : null;
  const scoring = { model, dataset, train, statistics, points, margin };
  await requireScores(engine, scoring, [
    [a.name, corners.a],
    [b.name, corners.b],
    [c.name, corners.c],
  ]);
  const [measure] = taskOf(dataset).measures(dataset);
  return { plane: await scorePlane(engine, scoring, corners), measure };
}
