/** `tombola run --dry-run`: what a study would train, what of it the store holds, and how long the rest would take. */

import { availableParallelism } from "node:os";
import { type ForecastLine, forecast, type Measured } from "../../app/forecast.ts";
import { duration } from "../../app/meter.ts";
import { type StudyPlan, storedOf } from "../../app/plan.ts";
import { shortName } from "../../base/registry.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { HostEngine } from "../../engine/engine.ts";
import { STORE_VERSION } from "../../store/open.ts";
import { existingStore, isStore, storeFolder, writableStore } from "../talk/folder.ts";
import type { SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { table } from "../talk/table.ts";

/** Tells the plan, measuring its steps where something is left to train. */
export async function dryRun(
  plan: StudyPlan,
  options: SharedOptions,
  machine: { datasets: readonly Dataset[]; engine: HostEngine; workers: number },
): Promise<void> {
  const held = await heldBy(plan, options);
  const found = await forecast(plan, { ...machine, stored: held });
  const { networks, stored, seconds, lines } = found;
  if (options.json) return printJson({ ...(plan.atMost && { atMost: true }), ...found });
  print(`${plan.atMost ? "at most " : ""}${networks} networks, of which the store already holds ${stored}`);
  if (networks === stored) return;
  print(`\n${tableOf(lines)}\n\n${estimateText(seconds, { ...found, engine: machine.engine.name })}`);
}

/** The networks that a store has, which is only read; throws `store` where the run itself could not write to it. */
async function heldBy(plan: StudyPlan, options: SharedOptions): Promise<Set<string>> {
  if (!(await isStore(storeFolder(options)))) return new Set();
  const store = await existingStore(options);
  return storedOf(plan, store.version < STORE_VERSION ? await writableStore(options) : store);
}

function tableOf(lines: readonly ForecastLine[]): string {
  const header = ["network", "networks", "stored", "iterations", "weights %", "seconds each"];
  const cells = lines.map(({ network, networks, stored, iterations, density, seconds }) => [
    network,
    ...[networks, stored, iterations].map(String),
    (100 * density).toFixed(2),
    seconds > 0 && seconds < 0.95 ? seconds.toPrecision(1) : seconds.toFixed(1),
  ]);
  return table(header, cells);
}

function estimateText(
  seconds: number,
  { workers, times, engine }: { workers: number; times: readonly Measured[]; engine: string },
): string {
  const measured = times.map(
    ({ model, method, density, iteration }) =>
      `${milli(iteration)} ms ${method ? `of ${shortName(model)} by ${method}` : `at ${(100 * density).toPrecision(3)} % of ${shortName(model)}'s weights`}`,
  );
  const where = `${workers} worker${workers > 1 ? "s" : ""} on a machine of ${availableParallelism()} cores`;
  return `about ${duration(seconds)} with ${where}; an iteration takes one core ${measured.join(", ")} (engine ${engine})`;
}

const milli = (seconds: number) => (1000 * seconds).toPrecision(3);
