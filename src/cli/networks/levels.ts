/** `tombola levels`: the barriers between the trained networks of successive levels of a run. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { placeOf } from "../../app/place.ts";
import { FORMATS } from "../../app/results.ts";
import { runFolder, titleOf } from "../../app/runs.ts";
import { measureOf } from "../../app/task.ts";
import { fail } from "../../base/errors.ts";
import { gapsOf } from "../../connectivity/path.ts";
import { trainedImages } from "../../dataset/split.ts";
import { createEngine } from "../../engine/choose.ts";
import { type Band, DEFAULT_BAND } from "../../figure/band.ts";
import { drawn, undefinedLii } from "../../figure/path/points.ts";
import { describe, meanOf, panelsOf } from "../../figure/spread.ts";
import { createPool } from "../../runner/pool.ts";
import { type InterpolateParams, type InterpolateResult, interpolateStep } from "../../step/interpolate.ts";
import { request } from "../../step/request.ts";
import type { Runner } from "../../step/runner.ts";
import type { TrainParams } from "../../step/train.ts";
import type { Store } from "../../store/store.ts";
import { ARMS, type Arm, isNetwork, METHODS, type Row } from "../../study/networks/row.ts";
import { armsOf, withDense } from "../../study/networks/statistics.ts";
import { integer, listOf, oneOf } from "../../study/option.ts";
import type { LevelBarrier } from "../../study/pruning/figures/levels.ts";
import type { Measure } from "../../task/task.ts";
import { digits, unitOf } from "../../task/words.ts";
import { loadTalking } from "../talk/download-talk.ts";
import { existingStore } from "../talk/folder.ts";
import { addBand, addOption, addShared, type BandOptions, type SharedOptions } from "../talk/options.ts";
import { print, printJson, say, warning } from "../talk/output.ts";
import { table } from "../talk/table.ts";

interface LevelsOptions extends SharedOptions, BandOptions {
  readonly arms?: readonly Arm[];
  readonly points?: number;
  readonly trainImages?: number;
}

const POINTS = 11;
const TRAIN_IMAGES = 2000;

/** Adds the verb. */
export function addLevels(program: Command): void {
  const command = program
    .command("levels")
    .argument("<run>", "a run of a pruning study: its id or its beginning")
    .description("score the lines between the trained networks of successive levels: do they stay in one basin?");
  addOption(
    command,
    "--arms <names>",
    "whose levels (default: all of the run's)",
    listOf(oneOf([...ARMS, ...METHODS])),
  );
  addOption(command, "--points <n>", `scored on every line (default: ${POINTS})`, integer(3, 10_001));
  const images = `scored, and behind recomputed statistics, at each point (default: ${TRAIN_IMAGES})`;
  addOption(command, "--train-images <n>", `training images ${images}`, integer(1));
  addBand(command, DEFAULT_BAND);
  addShared(command, "store", "dataDir", "engine", "json", "quiet").action(barriers);
}

/** A line between two levels, and the panel that it belongs to. */
type Barrier = LevelBarrier & { readonly panel?: string };

async function barriers(name: string, options: LevelsOptions): Promise<void> {
  const store = await existingStore(options, { readOnly: false });
  const run = await store.readRun(name);
  const rows = withDense(((await store.readRows(run.id)) as object[]).filter(isNetwork));
  const lines = (options.arms ?? armsOf(rows)).flatMap((arm) => {
    const found = linesOf(rows, arm);
    if (found.length > 0 || !options.arms) return found;
    const remedy = `Its arms are ${armsOf(rows).join(", ")}`;
    return fail("usage", run.id, { rule: "must have two levels of the arm in one replicate", got: arm, remedy });
  });
  if (lines.length === 0)
    fail("usage", run.id, { rule: "must be a study of pruning with two levels of an arm", got: run.study });
  const measure = measureOf(run);
  const found = await scoreLines(lines, store, { ...options, measure });
  const { band = DEFAULT_BAND } = options;
  const paths = await drawPanels(found, { title: titleOf(run), measure, band, folder: runFolder(store, run) });
  if (options.json) printJson(found);
  else print(`${tableOf(found, measure)}\n\n${paths.join("\n")}`);
}

interface Line {
  readonly from: Row;
  readonly to: Row;
}

function linesOf(rows: readonly Row[], arm: Arm): Line[] {
  const own = rows.filter((row) => row.arm === arm);
  return own.flatMap((to) => {
    const from = own.find(
      ({ panel, replicate, level }) => panel === to.panel && replicate === to.replicate && level === to.level - 1,
    );
    return from ? [{ from, to }] : [];
  });
}

/** Scores every line by the step that the store keeps, so that it is scored once. */
async function scoreLines(
  lines: readonly Line[],
  store: Store,
  options: LevelsOptions & { readonly measure: Measure },
): Promise<Barrier[]> {
  const { params } = await store.readMeta(lines[0]!.to.artifact);
  const { model, data, validation, trainSize } = params as unknown as TrainParams;
  const dataset = await loadTalking(await placeOf(store, data), options);
  const datasets = [dataset];
  const workers = Math.min(availableParallelism(), lines.length);
  const events = { onNote: (note: string) => say(warning(note)) };
  const name = options.engine ?? "auto";
  const { arithmetic } = await createEngine(name);
  const pool = createPool({ store, storeDir: store.dir, datasets, engine: name, arithmetic, workers, events });
  const trained = trainedImages(dataset, { validation, trainSize }).length;
  const { points = POINTS, trainImages = Math.min(TRAIN_IMAGES, trained) } = options;
  const size = trainSize === undefined ? {} : { trainSize };
  const step = { model, data, validation, ...size, points, trainImages, recompute: true };
  let done = 0;
  const scored = lines.map(async (line) => {
    const barrier = await scoreLine(line, step, pool);
    if (!options.quiet) say(`[${++done}/${lines.length}] ${nameOf(barrier, options.measure)}`);
    return barrier;
  });
  try {
    // A line that fails leaves the others to end.
    await Promise.allSettled(scored);
    return await Promise.all(scored);
  } finally {
    await pool.close();
  }
}

async function scoreLine({ from, to }: Line, params: InterpolateParams, runner: Runner): Promise<Barrier> {
  const key = await runner.run(request(interpolateStep, params, { a: from.artifact, b: to.artifact }));
  const result = (await runner.store.readMeta(key)).result as unknown as InterpolateResult;
  const { interpolated, instability, recomputedInstability } = result;
  const gaps = gapsOf(interpolated);
  const place = { ...(to.panel !== undefined && { panel: to.panel }), replicate: to.replicate };
  const scored = { instability, recomputedInstability, ...(gaps.length > 0 && { gaps }) };
  return { ...place, arm: to.arm, from: from.level, to: to.level, ...scored };
}

function nameOf({ panel, arm, from, to, replicate, instability, gaps = [] }: Barrier, measure: Measure): string {
  const place = `${panel === undefined ? "" : `${panel}: `}${arm}, levels ${from} and ${to}, replicate ${replicate}`;
  const lii = drawn(measure, instability.testError);
  if (!Number.isFinite(lii)) return `${place}: ${undefinedLii(gaps)}`;
  return `${place}: LII ${digits(measure, lii)}${unitOf(measure)}`;
}

async function drawPanels(
  found: readonly Barrier[],
  { title, folder, ...how }: { title: string; measure: Measure; band: Band; folder: string },
) {
  const { levelsFigure } = await import("../../study/pruning/figures/levels.ts");
  const { writeFigures } = await import("../../app/results.ts");
  const paths = panelsOf(found).map((panel) => {
    const own = found.filter((each) => each.panel === panel);
    const words = panel === undefined ? title : `${title}; ${panel}`;
    const dir = join(folder, "figures", ...(panel === undefined ? [] : [panel.replace(/[^a-z0-9.]+/gi, "-")]));
    return writeFigures([levelsFigure(own, { title: words, ...how })], { dir, formats: FORMATS });
  });
  return (await Promise.all(paths)).flat();
}

function tableOf(found: readonly Barrier[], measure: Measure): string {
  const groupOf = ({ panel, arm, to }: Barrier) => JSON.stringify([panel, arm, to]);
  const groups = [...new Set(found.map(groupOf))];
  const panels = found[0]!.panel !== undefined;
  const rows = groups.map((group) => {
    const own = found.filter((each) => groupOf(each) === group);
    const { panel = "", arm, from, to } = own[0]!;
    const lii = describe(own.map(({ instability }) => drawn(measure, instability.testError)));
    const { mean, low, high, min, max, n } = lii;
    const recomputed = own.map(({ recomputedInstability }) => drawn(measure, recomputedInstability?.testError));
    const numbers = [mean, low, high, min, max, meanOf(recomputed)].map((value) =>
      Number.isFinite(value) ? digits(measure, value) : "-",
    );
    return [...(panels ? [panel] : []), arm, `${from} to ${to}`, ...numbers, String(n)];
  });
  const unit = unitOf(measure);
  const header = ["arm", "levels", `LII${unit}`, "95 % low", "95 % high", "min", "max", `recomputed${unit}`, "n"];
  return table([...(panels ? ["panel"] : []), ...header], rows);
}
