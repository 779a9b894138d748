/**
 * Iterative magnitude pruning and its one-shot form, with their controls (Frankle & Carbin 2019, sections 1 to 4).
 *
 * Ticket: train, prune the lowest magnitudes, rewind the survivors, repeat. Controls at every level: the same mask on
 * fresh weights (reinit), a fresh network under a random mask of equal per-layer counts (random), the original weights
 * under the layer-wise shuffled mask (shuffle). Level 0 is the dense network.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { type Common, commonOf } from "./common.ts";
import type { Runner } from "./execute.ts";
import type { Arm, Row } from "./row.ts";
import type { PruningSpec } from "./spec.ts";
import type { TrainResult } from "./steps.ts";

/** What a study reports while it runs. */
export interface StudyEvents {
  /** A network is trained; rows come in the order they finish. */
  onRow?(row: Row): void;
}

/** The trained levels of one replicate need these. */
interface Replicate extends Common {
  readonly spec: PruningSpec;
  readonly runner: Runner;
  readonly events: StudyEvents;
  readonly replicate: number;
}

const needsMasks = (arms: readonly Arm[]) => arms.some((arm) => arm !== "dense");

/** Runs the study, all replicates side by side; resolves to its rows in the order of arms, replicates and levels. */
export async function runPruning(
  spec: PruningSpec,
  { runner, dataset, events = {} }: { runner: Runner; dataset: Dataset; events?: StudyEvents },
): Promise<Row[]> {
  const common = commonOf(spec, dataset);
  const replicates = Array.from({ length: spec.replicates }, (_, replicate) =>
    runReplicate({ spec, runner, events, replicate, ...common }),
  );
  const rows = (await settled(replicates)).flat();
  const place = ({ arm, replicate, level }: Row) => (spec.arms.indexOf(arm) * 65536 + replicate) * 65536 + level;
  return rows.sort((a, b) => place(a) - place(b));
}

/** Waits for all, then throws the first failure: a failing part does not tear down the others' stored work. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

async function runReplicate(task: Replicate): Promise<Row[]> {
  const { spec } = task;
  const start = await rewindPoint(task, 0);
  const dense = await trainLevel(task, { arm: "ticket", level: 0, network: start });
  const level0 = spec.arms.map((arm) => started(denseRow(task, arm, dense)));
  const levels = needsMasks(spec.arms) ? await climb(task, { start, dense }) : [];
  return settled([...level0, ...levels]);
}

/** Marks a promise as looked after: its failure is thrown where it is awaited later, not reported as unhandled. */
function started<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/**
 * Trains the tickets, each level after the one below that its mask comes from (one-shot masks come from the dense network
 * at once); controls are started and left to run beside.
 */
async function climb(task: Replicate, { start, dense }: { start: string; dense: string }): Promise<Promise<Row>[]> {
  const { spec } = task;
  const [wanted, oneshot] = [spec.arms.includes("ticket"), spec.study === "oneshot"];
  const pending: Promise<Row>[] = [];
  try {
    for (let level = 1, trained = dense; level <= spec.levels; level++) {
      const mask = await ticketMask(task, { level, dense, trained });
      for (const arm of spec.arms)
        if (isControl(arm)) pending.push(started(control(task, { arm, level, mask, start })));
      if (!wanted && (oneshot || level === spec.levels)) continue;
      const ticket = started(trainLevel(task, { arm: "ticket", level, network: start, mask }));
      if (wanted) pending.push(started(ticket.then((key) => toRow(task, "ticket", level, key))));
      if (!oneshot) trained = await ticket;
    }
  } catch (error) {
    // The controls of the levels below are still running: whoever waits for the rows waits for them first.
    pending.push(started(Promise.reject<Row>(error)));
  }
  return pending;
}

/** The mask of a level: what the level below leaves after one round more, or the dense network after all at once. */
function ticketMask(
  { spec, runner }: Replicate,
  { level, dense, trained }: { level: number; dense: string; trained: string },
): Promise<string> {
  const { study, model, data, cut, outputCutFactor, scope } = spec;
  const oneshot = study === "oneshot";
  return runner.run({
    step: "prune",
    params: { model, data, cut, outputCutFactor, scope, rounds: oneshot ? level : 1 },
    inputs: { network: oneshot ? dense : trained },
  });
}

/** The network that survivors are rewound to: iteration `rewind` of draw `draw`'s training, 0 being the initialisation. */
async function rewindPoint(task: Replicate, draw: number): Promise<string> {
  const { spec, runner, replicate, training, rewind } = task;
  const { model, data, init, seed } = spec;
  const network = await runner.run({
    step: "initialise",
    params: { model, data, init, seed, replicate, draw },
    inputs: {},
  });
  if (rewind === 0) return network;
  const params = { ...training, replicate, draw: 0, from: 0, to: rewind };
  return runner.run(
    { step: "train", params, inputs: { network } },
    { label: `rewind point ${draw}, replicate ${replicate}`, urgent: draw === 0 },
  );
}

interface Level {
  readonly arm: Arm;
  readonly level: number;
  readonly network: string;
  readonly mask?: string;
}

/** Trains one network to the end; every level sees its own order of the data, alike in all arms. */
function trainLevel(task: Replicate, { arm, level, network, mask }: Level): Promise<string> {
  const { runner, replicate, training, rewind, end } = task;
  return runner.run(
    {
      step: "train",
      params: { ...training, replicate, draw: level, from: rewind, to: end },
      inputs: mask ? { network, mask } : { network },
    },
    { label: `${arm} level ${level}, replicate ${replicate}`, urgent: arm === "ticket" },
  );
}

type ControlArm = Exclude<Arm, "ticket" | "dense">;
const isControl = (arm: Arm): arm is ControlArm => arm !== "ticket" && arm !== "dense";

/** Draws of fresh networks begin after the replicate's own, draw 0. */
const freshDraw = (level: number) => level + 1;

/** Level 0 of an arm: the dense network itself; for arms of fresh weights, one of another initialisation. */
async function denseRow(task: Replicate, arm: Arm, dense: string): Promise<Row> {
  if (arm !== "reinit" && arm !== "random") return toRow(task, arm, 0, dense);
  const network = await rewindPoint(task, freshDraw(0));
  return toRow(task, arm, 0, await trainLevel(task, { arm, level: 0, network }));
}

async function control(
  task: Replicate,
  { arm, level, mask, start }: { arm: ControlArm; level: number; mask: string; start: string },
): Promise<Row> {
  const network = arm === "shuffle" ? start : await rewindPoint(task, freshDraw(level));
  const own = arm === "reinit" ? mask : await controlMask(task, { how: arm, level, mask });
  return toRow(task, arm, level, await trainLevel(task, { arm, level, network, mask: own }));
}

function controlMask(
  { spec, runner, replicate }: Replicate,
  { how, level, mask }: { how: "random" | "shuffle"; level: number; mask: string },
): Promise<string> {
  const { model, data, seed } = spec;
  return runner.run({
    step: "randomise",
    params: { how, model, data, seed, replicate, draw: level },
    inputs: { mask },
  });
}

async function toRow(
  { runner, replicate, events }: Replicate,
  arm: Arm,
  level: number,
  artifact: string,
): Promise<Row> {
  const { layers: _, ...result } = (await runner.store.readMeta(artifact)).result as unknown as TrainResult;
  const { weights, prunable, steps, testAccuracy, testLoss, earlyStopStep, earlyStopAccuracy, seconds } = result;
  const row: Row = {
    arm,
    replicate,
    level,
    density: weights / prunable,
    weights,
    prunable,
    steps,
    testAccuracy,
    testLoss,
    earlyStopStep,
    earlyStopAccuracy,
    seconds,
    artifact,
  };
  events.onRow?.(row);
  return row;
}
