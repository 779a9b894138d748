/** What a plan leaves to do where a store has some of it: the networks, line by line, and about how long they take. */

import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import type { HostEngine } from "../engine/engine.ts";
import { measureTimes, secondsOf, type Times } from "./estimate.ts";
import type { PlannedNetwork, StudyPlan } from "./plan.ts";

/** The networks of all replicates that are alike. */
export interface ForecastLine {
  readonly network: string;
  readonly networks: number;
  readonly stored: number;
  readonly iterations: number;
  /** About, of weights kept. */
  readonly density: number;
  /** Of training one, on one core. */
  readonly seconds: number;
}

/** The whole of it. */
export interface Forecast {
  readonly networks: number;
  readonly stored: number;
  /** With so many workers. */
  readonly seconds: number;
  readonly workers: number;
  /** As measured, of each model. */
  readonly times: readonly (Times & { readonly model: string })[];
  readonly lines: readonly ForecastLine[];
}

/** Forecasts a plan of which the networks `stored` are there, measuring a few steps where something is left to train. */
export async function forecast(
  plan: StudyPlan,
  { stored, workers, ...machine }: Machine & { readonly stored: ReadonlySet<string>; readonly workers: number },
): Promise<Forecast> {
  const networks = plan.networks.size;
  const groups = networks > stored.size ? await groupsOf(plan, machine) : [];
  const secondsOn = (network: PlannedNetwork) => {
    const group = groups.find(({ networks }) => networks.has(network));
    return group ? secondsOf(network, group.times, group.dataset.test.count) : 0;
  };
  const lines = linesOf(plan, stored, secondsOn);
  const seconds = lines.reduce((sum, line) => sum + line.seconds * (line.networks - line.stored), 0) / workers;
  const times = groups.flatMap(({ model, times }) => times.map((time) => ({ model, ...time })));
  return { networks, stored: stored.size, seconds, workers, times, lines };
}

interface Machine {
  readonly datasets: readonly Dataset[];
  readonly engine: HostEngine;
}

/** Networks of one model and data set. */
interface Group {
  readonly model: string;
  readonly dataset: Dataset;
  readonly networks: ReadonlySet<PlannedNetwork>;
  readonly times: readonly Times[];
}

/** The networks of each model and data set, whose steps take times of their own; of other steps nobody knows. */
async function groupsOf({ networks }: StudyPlan, { datasets, engine }: Machine): Promise<Group[]> {
  const all = [...networks.values()];
  const firsts = new Map(all.flatMap(({ params }) => (params ? [[`${params.model} ${params.data}`, params]] : [])));
  const groups: Group[] = [];
  for (const { model, data } of firsts.values()) {
    const dataset = datasetNamed(datasets, data);
    const own = all.filter(({ params }) => params?.model === model && params.data === data);
    groups.push({ model, dataset, networks: new Set(own), times: await measureTimes(own, { dataset, engine }) });
  }
  return groups;
}

function linesOf(
  plan: StudyPlan,
  stored: ReadonlySet<string>,
  seconds: (network: PlannedNetwork) => number,
): ForecastLine[] {
  const lines = new Map<string, ForecastLine>();
  for (const [key, network] of plan.networks) {
    const name = network.label.replace(/, replicate \d+$/, "");
    const { networks, stored: held } = lines.get(name) ?? { networks: 0, stored: 0 };
    const { iterations, density } = network;
    const counts = { networks: networks + 1, stored: held + (stored.has(key) ? 1 : 0) };
    lines.set(name, { network: name, ...counts, iterations, density, seconds: seconds(network) });
  }
  return [...lines.values()];
}
