/** `tombola run --dry-run`: what a study would train, what of it the store holds, and how long the rest would take. */

import { availableParallelism } from "node:os";
import { measureTimes, secondsOf, type Times } from "../../app/estimate.ts";
import { duration } from "../../app/meter.ts";
import { type Plan, type PlannedNetwork, storedOf } from "../../app/plan.ts";
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import type { Engine } from "../../engine/engine.ts";
import { openStore } from "../../store/open.ts";
import { isStore, storeFolder } from "../talk/folder.ts";
import type { SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { table } from "../talk/table.ts";

/** One line of the plan: the networks of all replicates that are alike. */
interface PlanLine {
  readonly network: string;
  readonly networks: number;
  readonly stored: number;
  readonly iterations: number;
  /** About, of weights kept. */
  readonly density: number;
  /** Of training one, on one core. */
  readonly seconds: number;
}

/** Tells the plan, measuring its steps where something is left to train. */
export async function dryRun(
  plan: Plan,
  options: SharedOptions,
  { datasets, engine, workers }: { datasets: readonly Dataset[]; engine: Engine; workers: number },
): Promise<void> {
  const dir = storeFolder(options);
  const stored = (await isStore(dir)) ? await storedOf(plan, await openStore(dir)) : new Set<string>();
  const [networks, left] = [plan.networks.size, plan.networks.size - stored.size];
  const kinds =
    left > 0
      ? kindsOf(plan, datasets).map((kind) => ({ ...kind, times: measureTimes(kind.networks, { ...kind, engine }) }))
      : [];
  const secondsOn = (network: PlannedNetwork) => {
    const kind = kinds.find(({ networks }) => networks.includes(network));
    return kind ? secondsOf(network, kind.times, kind.dataset.test.count) : 0;
  };
  const lines = linesOf(plan, stored, secondsOn);
  const seconds = lines.reduce((sum, line) => sum + line.seconds * (line.networks - line.stored), 0) / workers;
  const times = kinds.flatMap(({ model, times }) => times.map((time) => ({ model, ...time })));
  const atMost = plan.atMost ? { atMost: true } : {};
  if (options.json) return printJson({ ...atMost, networks, stored: stored.size, seconds, workers, times, lines });
  print(`${plan.atMost ? "at most " : ""}${networks} networks, of which the store already holds ${stored.size}`);
  if (left > 0) print(`\n${tableOf(lines)}\n\n${estimateText(seconds, { workers, times, engine: engine.name })}`);
}

/** The networks of each model and data set, whose steps take times of their own; of other steps nobody knows. */
function kindsOf({ networks }: Plan, datasets: readonly Dataset[]) {
  const all = [...networks.values()];
  const names = new Map(all.flatMap(({ params }) => (params ? [[`${params.model} ${params.data}`, params]] : [])));
  return [...names.values()].map(({ model, data }) => ({
    model,
    dataset: datasetNamed(datasets, data),
    networks: all.filter(({ params }) => params?.model === model && params.data === data),
  }));
}

function linesOf(plan: Plan, stored: ReadonlySet<string>, seconds: (network: PlannedNetwork) => number): PlanLine[] {
  const lines = new Map<string, PlanLine>();
  for (const [key, network] of plan.networks) {
    const name = network.label.replace(/, replicate \d+$/, "");
    const { networks, stored: held } = lines.get(name) ?? { networks: 0, stored: 0 };
    const { iterations, density } = network;
    const counts = { networks: networks + 1, stored: held + (stored.has(key) ? 1 : 0) };
    lines.set(name, { network: name, ...counts, iterations, density, seconds: seconds(network) });
  }
  return [...lines.values()];
}

function tableOf(lines: readonly PlanLine[]): string {
  const header = ["network", "networks", "stored", "iterations", "weights %", "seconds each"];
  const cells = lines.map(({ network, networks, stored, iterations, density, seconds }) => [
    network,
    ...[networks, stored, iterations].map(String),
    (100 * density).toFixed(2),
    seconds.toFixed(1),
  ]);
  return table(header, cells);
}

function estimateText(
  seconds: number,
  {
    workers,
    times,
    engine,
  }: { workers: number; times: readonly (Times & { readonly model: string })[]; engine: string },
): string {
  const measured = times.map(
    ({ model, density, iteration }) =>
      `${milli(iteration)} ms at ${(100 * density).toPrecision(3)} % of ${model}'s weights`,
  );
  const where = `${workers} worker${workers > 1 ? "s" : ""} on a machine of ${availableParallelism()} cores`;
  return `about ${duration(seconds)} with ${where}; an iteration takes one core ${measured.join(", ")} (engine ${engine})`;
}

const milli = (seconds: number) => (1000 * seconds).toPrecision(3);
