/** What a plan leaves to do where a store has some of it: the networks, line by line, and about how long they take. */

import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import type { HostEngine } from "../engine/engine.ts";
import { stepNamed } from "../step/registry.ts";
import type { TrainParams } from "../step/train.ts";
import { measured, measureTimes, secondsOf, type Times } from "./estimate.ts";
import type { PlannedNetwork, StudyPlan } from "./plan.ts";

/** The networks of all replicates that are alike. */
export interface ForecastLine {
  readonly network: string;
  readonly networks: number;
  readonly stored: number;
  readonly iterations: number;
  /** About, of weights kept. */
  readonly density: number;
  /** Of one, on one core. */
  readonly seconds: number;
}

/** Times of a model, where a method has iterations of its own by that. */
export interface Measured extends Times {
  readonly model: string;
  readonly method?: string;
}

/** The whole of it. */
export interface Forecast {
  readonly networks: number;
  readonly stored: number;
  /** With so many workers. */
  readonly seconds: number;
  readonly workers: number;
  /** As measured, of each model. */
  readonly times: readonly Measured[];
  readonly lines: readonly ForecastLine[];
}

/** Forecasts a plan of which the networks `stored` are there, measuring a few steps where something is left to train. */
export async function forecast(
  plan: StudyPlan,
  { stored, workers, ...machine }: Machine & { readonly stored: ReadonlySet<string>; readonly workers: number },
): Promise<Forecast> {
  const networks = plan.networks.size;
  const groups = networks > stored.size ? await groupsOf(plan, machine) : [];
  const ofOwn = secondsOfOwn(machine);
  const secondsOn = (network: PlannedNetwork, isLeft: boolean) => {
    const group = groups.find(({ networks }) => networks.has(network));
    if (group) return secondsOf(network, group.times, group.dataset.test.count);
    return isLeft ? ofOwn(network) : 0;
  };
  const lines = linesOf(plan, stored, secondsOn);
  const seconds = lines.reduce((sum, line) => sum + line.seconds * (line.networks - line.stored), 0) / workers;
  const times = groups.flatMap(({ model, method, times }) => times.map((time) => ({ model, ...method, ...time })));
  return { networks, stored: stored.size, seconds, workers, times, lines };
}

interface Machine {
  readonly datasets: readonly Dataset[];
  readonly engine: HostEngine;
}

/** Networks of one model, data set and method. */
interface Group {
  readonly model: string;
  readonly method: Pick<Measured, "method">;
  readonly dataset: Dataset;
  readonly networks: ReadonlySet<PlannedNetwork>;
  readonly times: readonly Times[];
}

/** The networks of each model, data set and method, whose iterations take times of their own. */
async function groupsOf({ networks }: StudyPlan, { datasets, engine }: Machine): Promise<Group[]> {
  const alike = new Map<string, PlannedNetwork[]>();
  for (const network of networks.values()) {
    const { params } = network;
    if (!params) continue;
    const name = `${params.model} ${params.data} ${measured(params.method) ? methodText(params.method) : ""}`;
    alike.set(name, [...(alike.get(name) ?? []), network]);
  }
  const groups: Group[] = [];
  for (const own of alike.values()) {
    const { model, data, method } = own[0]!.params!;
    const dataset = datasetNamed(datasets, data);
    const times = await measureTimes(own, { dataset, engine });
    const by = measured(method) ? { method: methodText(method) } : {};
    groups.push({ model, method: by, dataset, networks: new Set(own), times });
  }
  return groups;
}

/** A method, and the share that it keeps where that says what its kernels cost. */
function methodText(method: NonNullable<TrainParams["method"]>): string {
  return method.name === "edge-popup" ? `${method.name} keeping ${method.kept}` : method.name;
}

/** The seconds of studies' own steps, as they say themselves, once for all replicates; 0 of those that do not. */
function secondsOfOwn({ datasets }: Machine): (network: PlannedNetwork) => number {
  const known = new Map<string, number>();
  return ({ label, own }) => {
    const name = lineName(label);
    if (!own || known.has(name)) return known.get(name) ?? 0;
    const on = {
      get dataset() {
        return datasetNamed(datasets, String(own.params.data));
      },
    };
    known.set(name, stepNamed(own.step).seconds?.(own.params as never, on) ?? 0);
    return known.get(name)!;
  };
}

/** What the networks of all replicates are called. */
const lineName = (label: string) => label.replace(/, replicate \d+$/, "");

function linesOf(
  plan: StudyPlan,
  stored: ReadonlySet<string>,
  seconds: (network: PlannedNetwork, isLeft: boolean) => number,
): ForecastLine[] {
  const lines = new Map<string, ForecastLine>();
  for (const [key, network] of plan.networks) {
    const name = lineName(network.label);
    const { networks, stored: held, seconds: before = 0 } = lines.get(name) ?? { networks: 0, stored: 0 };
    const { iterations, params, last } = network;
    const density = measured(params?.method) ? last! : network.density;
    const counts = { networks: networks + 1, stored: held + (stored.has(key) ? 1 : 0) };
    const each = Math.max(before, seconds(network, !stored.has(key)));
    lines.set(name, { network: name, ...counts, iterations, density, seconds: each });
  }
  return [...lines.values()];
}
