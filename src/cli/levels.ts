/** `tombola levels`: the barriers between the trained networks of successive levels of a run. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { fail } from "../base/errors.ts";
import type { LevelBarrier } from "../figure/levels.ts";
import { percent } from "../figure/pair-statistics.ts";
import { armsOf, describe, panelsOf, withDense } from "../figure/statistics.ts";
import { createPool } from "../runner/pool.ts";
import type { Store } from "../store/store.ts";
import type { Runner } from "../study/execute.ts";
import type { InterpolateResult } from "../study/interpolate-step.ts";
import { byKind, type StudyRow } from "../study/pair.ts";
import { settled } from "../study/replicate.ts";
import { ARMS, type Arm, METHODS, type Row } from "../study/row.ts";
import type { StepParams } from "../study/steps.ts";
import { FORMATS, runFolder, titleOf } from "./details.ts";
import { loadTalking } from "./download-talk.ts";
import { existingStore } from "./folder.ts";
import { addOption, addShared, integer, listOf, oneOf, type SharedOptions } from "./options.ts";
import { print, printJson, say, warning } from "./output.ts";
import { table } from "./table.ts";

interface LevelsOptions extends SharedOptions {
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
  addShared(command, "store", "dataDir", "engine", "json", "quiet").action(barriers);
}

/** A line between two levels, and the panel that it belongs to. */
type Barrier = LevelBarrier & { readonly panel?: string };

async function barriers(name: string, options: LevelsOptions): Promise<void> {
  const store = await existingStore(options, { readOnly: false });
  const run = await store.readRun(name);
  const rows = withDense(byKind((await store.readRows(run.id)) as unknown as StudyRow[]).networks);
  const lines = (options.arms ?? armsOf(rows)).flatMap((arm) => {
    const found = linesOf(rows, arm);
    if (found.length > 0 || !options.arms) return found;
    const remedy = `Its arms are ${armsOf(rows).join(", ")}`;
    return fail("usage", run.id, { rule: "must have two levels of the arm in one replicate", got: arm, remedy });
  });
  if (lines.length === 0)
    fail("usage", run.id, { rule: "must be a study of pruning with two levels of an arm", got: run.study });
  const found = await scoreLines(lines, store, options);
  const paths = await drawPanels(found, { title: titleOf(run), folder: runFolder(store, run) });
  if (options.json) printJson(found);
  else print(`${tableOf(found)}\n\n${paths.join("\n")}`);
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
async function scoreLines(lines: readonly Line[], store: Store, options: LevelsOptions): Promise<Barrier[]> {
  const { params } = await store.readMeta(lines[0]!.to.artifact);
  const { model, data, validation, trainSize } = params as unknown as StepParams["train"];
  const datasets = [await loadTalking(data, options)];
  const workers = Math.min(availableParallelism(), lines.length);
  const events = { onNote: (note: string) => say(warning(note)) };
  const pool = createPool({ store, storeDir: store.dir, datasets, engine: options.engine ?? "auto", workers, events });
  const { points = POINTS, trainImages = Math.min(TRAIN_IMAGES, trainSize ?? TRAIN_IMAGES) } = options;
  const size = trainSize === undefined ? {} : { trainSize };
  const step = { model, data, validation, ...size, points, trainImages, recompute: true };
  let done = 0;
  const scored = lines.map(async (line) => {
    const barrier = await scoreLine(line, step, pool);
    if (!options.quiet) say(`[${++done}/${lines.length}] ${nameOf(barrier)}`);
    return barrier;
  });
  try {
    return await settled(scored);
  } finally {
    await pool.close();
  }
}

async function scoreLine({ from, to }: Line, params: StepParams["interpolate"], runner: Runner): Promise<Barrier> {
  const key = await runner.run({ step: "interpolate", params, inputs: { a: from.artifact, b: to.artifact } });
  const { instability, recomputedInstability } = (await runner.store.readMeta(key))
    .result as unknown as InterpolateResult;
  const place = { ...(to.panel !== undefined && { panel: to.panel }), replicate: to.replicate };
  return { ...place, arm: to.arm, from: from.level, to: to.level, instability, recomputedInstability };
}

function nameOf({ panel, arm, from, to, replicate, instability }: Barrier): string {
  const place = `${panel === undefined ? "" : `${panel}: `}${arm}, levels ${from} and ${to}, replicate ${replicate}`;
  return `${place}: LII ${percent(instability.testError).toFixed(2)} %`;
}

async function drawPanels(found: readonly Barrier[], { title, folder }: { title: string; folder: string }) {
  const { levelsFigure } = await import("../figure/levels.ts");
  const { writeFigures } = await import("./results.ts");
  const paths = panelsOf(found).map((panel) => {
    const own = found.filter((each) => each.panel === panel);
    const words = panel === undefined ? title : `${title}; ${panel}`;
    const dir = join(folder, "figures", ...(panel === undefined ? [] : [panel.replace(/[^a-z0-9.]+/gi, "-")]));
    return writeFigures([levelsFigure(own, { title: words })], { dir, formats: FORMATS });
  });
  return (await Promise.all(paths)).flat();
}

function tableOf(found: readonly Barrier[]): string {
  const groupOf = ({ panel, arm, to }: Barrier) => JSON.stringify([panel, arm, to]);
  const groups = [...new Set(found.map(groupOf))];
  const panels = found[0]!.panel !== undefined;
  const rows = groups.map((group) => {
    const own = found.filter((each) => groupOf(each) === group);
    const { panel = "", arm, from, to } = own[0]!;
    const { mean, min, max, n } = describe(own.map(({ instability }) => percent(instability.testError)));
    const recomputed = own.map(({ recomputedInstability }) => percent(recomputedInstability?.testError ?? Number.NaN));
    const numbers = [mean, min, max, describe(recomputed).mean].map((value) =>
      Number.isFinite(value) ? value.toFixed(2) : "-",
    );
    return [...(panels ? [panel] : []), arm, `${from} to ${to}`, ...numbers, String(n)];
  });
  return table([...(panels ? ["panel"] : []), "arm", "levels", "LII %", "min", "max", "recomputed %", "n"], rows);
}
