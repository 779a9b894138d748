/** One replicate of a pruning study: the steps that its arms are made of, and waiting for many of them. */
import type { Cut } from "../prune/prune.ts";
import type { Schedule } from "../train/schedule.ts";
import type { Common } from "./common.ts";
import type { Runner } from "./execute.ts";
import type { Arm, Row } from "./row.ts";
import type { PruningSpec } from "./spec.ts";
import type { TrainResult } from "./steps.ts";

/** What a study reports while it runs. */
export interface StudyEvents<R = Row> {
  /** A network is trained, a pair scored; rows come in the order they finish. */
  onRow?(row: R): void;
}

/** What the trainings of one replicate need. */
export interface Replicate extends Common {
  readonly spec: PruningSpec;
  readonly runner: Runner;
  readonly events: StudyEvents;
  readonly replicate: number;
}

/** The fresh network of a draw. */
export function initialNetwork({ spec, runner, replicate }: Omit<Replicate, "events">, draw: number): Promise<string> {
  const { model, data, init, seed } = spec;
  return runner.run({ step: "initialise", params: { model, data, init, seed, replicate, draw }, inputs: {} });
}

/** The network that draw `draw`'s training has at iteration `to`, 0 being the initialisation. */
export async function networkAt(task: Replicate, draw: number, to: number): Promise<string> {
  const { runner, replicate, training } = task;
  const network = await initialNetwork(task, draw);
  if (to === 0) return network;
  const params = { ...training, replicate, draw: 0, from: 0, to };
  const label = `iteration ${to} of draw ${draw}, replicate ${replicate}`;
  return runner.run({ step: "train", params, inputs: { network } }, { label, urgent: draw === 0 });
}

/** How much a round of the study removes. */
export function cutOf({ cut, outputCutFactor, convCutFactor, scope, unit }: PruningSpec): Cut {
  return { cut, outputCutFactor, scope, ...(convCutFactor !== undefined && { convCutFactor }), ...(unit && { unit }) };
}

/** The mask that `rounds` rounds leave of a network's own. */
export function prunedMask({ spec, runner }: Replicate, network: string, rounds: number): Promise<string> {
  const { model, data } = spec;
  return runner.run({ step: "prune", params: { model, data, ...cutOf(spec), rounds }, inputs: { network } });
}

/** What one network of a level is trained from, under which mask, and between which iterations. */
export interface Level {
  readonly arm: Arm;
  readonly level: number;
  readonly network: string;
  readonly mask?: string;
  readonly from: number;
  readonly to: number;
  /** In place of the study's own. */
  readonly schedule?: Schedule;
  /** See the parameter of the step. */
  readonly stretch?: number;
  /** Whether other networks wait for this one. */
  readonly urgent: boolean;
}

/** Trains one network; every level sees its own order of the data, alike in all arms. */
export function trainLevel(task: Replicate, level: Level): Promise<string> {
  const { runner, replicate, training } = task;
  const { arm, level: draw, network, mask, from, to, urgent, stretch, schedule = training.schedule } = level;
  const params = { ...training, schedule, replicate, draw, from, to, ...(stretch !== undefined && { stretch }) };
  return runner.run(
    {
      step: "train",
      params,
      inputs: mask ? { network, mask } : { network },
    },
    { label: `${arm} level ${draw}, replicate ${replicate}`, urgent },
  );
}

/** The row of a trained network, told to the study's listener. */
export async function toRow(
  { runner, replicate, events }: Replicate,
  { arm, level }: Pick<Level, "arm" | "level">,
  artifact: string,
): Promise<Row> {
  const { layers: _, ...result } = (await runner.store.readMeta(artifact)).result as unknown as TrainResult;
  const { weights, prunable, steps, testAccuracy, testLoss, earlyStopStep, earlyStopAccuracy, seconds } = result;
  const counts = { density: weights / prunable, weights, prunable, steps };
  const scores = { testAccuracy, testLoss, earlyStopStep, earlyStopAccuracy, seconds };
  const row: Row = { arm, replicate, level, ...counts, ...scores, artifact };
  events.onRow?.(row);
  return row;
}

/** Rows in the order of arms, replicates and levels. */
export function inOrder(rows: readonly Row[], arms: readonly Arm[]): Row[] {
  const place = ({ arm, replicate, level }: Row) => (arms.indexOf(arm) * 65536 + replicate) * 65536 + level;
  return rows.toSorted((a, b) => place(a) - place(b));
}

/** Marks a promise as looked after: its failure is thrown where it is awaited later, not reported as unhandled. */
export function started<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Waits for all, then throws the first failure: a failing part does not tear down the others' stored work. */
export async function settled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}
