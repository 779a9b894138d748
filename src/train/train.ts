/** The training loop: batches by iteration, one program run each, evaluation on the way, resumable everywhere. */
import { fail } from "../base/errors.ts";
import { createBatches, type OrderKey } from "../dataset/batches.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { TrainSplit } from "../dataset/split.ts";
import { type Engine, type Instance, readParameter, writeParameter } from "../engine/engine.ts";
import type { Augmentation } from "../graph/types.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import type { CurvePoint } from "./curve.ts";
import { allIndices, evaluate, type Score } from "./evaluate.ts";
import { controlValues, type OptimizerOptions } from "./optimizer.ts";
import { type Ramp, rampAt } from "./penalty.ts";
import { rateAt, type Schedule } from "./schedule.ts";
import type { TrainState } from "./state.ts";
import { compileExperiment, type LossName, scalingsOf } from "./step.ts";
import { controlInputs } from "./updates.ts";

/** What to train, on what, and for how long. */
export interface TrainTask {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly split: TrainSplit;
  readonly optimizer: OptimizerOptions;
  readonly schedule: Schedule;
  readonly loss: LossName;
  readonly batch: number;
  /** Iteration of the starting weights; the schedule and the data order continue from there, the optimizer starts fresh. */
  readonly from: number;
  /** Iteration to stop before. */
  readonly to: number;
  /** Iterations between evaluations; the first is before training, the last after it. */
  readonly evaluateEvery: number;
  /** Iterations between pauses; often enough for Ctrl-C where absent. */
  readonly pauseEvery?: number;
  /** How training images are varied; absent for not at all. */
  readonly augment?: Augmentation;
  /** What the penalty of a model that has one is multiplied by. */
  readonly penalty?: Ramp;
  /** Names the order of the data, its augmentation and the dropout masks. */
  readonly noise: OrderKey;
}

/** A moment at which training may be looked at, saved or left. */
export interface Pause {
  readonly step: number;
  /** Copies out everything needed to continue from here. */
  snapshot(): TrainState;
}

/** Iterations between pauses: often enough for Ctrl-C, rare enough to cost nothing. */
export const PAUSE_EVERY = 50;

/**
 * Trains a network, pausing every few iterations; the generator's return value is the final state.
 * @param resume a state that an earlier, interrupted training of the same task left
 * @throws code `diverged` when the loss of a batch or of an evaluation is not finite
 */
export function* train(
  engine: Engine,
  task: TrainTask,
  network: Network,
  resume?: TrainState,
): Generator<Pause, TrainState> {
  const trainer = openTrainer(engine, task, network, resume);
  const { pauseEvery = PAUSE_EVERY } = task;
  try {
    if (!resume) trainer.score();
    while (trainer.step() < task.to) {
      trainer.advance();
      const step = trainer.step();
      if ((step - task.from) % task.evaluateEvery === 0 || step === task.to) trainer.score();
      if ((step - task.from) % pauseEvery === 0) yield { step, snapshot: trainer.snapshot };
    }
    return trainer.snapshot();
  } finally {
    trainer.close();
  }
}

interface Trainer {
  step(): number;
  advance(): void;
  score(): void;
  snapshot(): TrainState;
  close(): void;
}

function openTrainer(engine: Engine, task: TrainTask, network: Network, resume?: TrainState): Trainer {
  const instance = openInstance(engine, task, network);
  const state = { ...(resume ?? freshState(task.from)) };
  const curve = [...state.curve];
  const startedAt = performance.now() - state.seconds * 1000;
  if (resume) restore(instance, resume);
  const runStep = createStep(instance, task);
  const test = allIndices(task.dataset.test.count);
  return {
    step: () => state.step,
    advance() {
      const loss = runStep(state.step);
      checkLosses(task, state.step, [loss]);
      state.step++;
      state.lossSum += loss;
      state.lossCount++;
    },
    score() {
      const { point, earlyStop } = scorePoint(instance, task, { ...state, test });
      checkLosses(task, Math.max(task.from, state.step - 1), [point.validationLoss ?? 0, point.testLoss ?? 0]);
      curve.push(point);
      state.earlyStop = earlyStop;
      state.lossSum = 0;
      state.lossCount = 0;
    },
    snapshot: () => ({
      ...state,
      curve: [...curve],
      values: readValues(instance),
      seconds: (performance.now() - startedAt) / 1000,
    }),
    close: instance.close,
  };
}

/** Throws where a loss before or after the update of iteration `step` is not finite. */
function checkLosses({ schedule }: TrainTask, step: number, losses: readonly number[]): void {
  const got = losses.find((loss) => !Number.isFinite(loss));
  if (got === undefined) return;
  const remedy = `Lower the learning rate (now ${rateAt(schedule, step)}) or warm it up`;
  fail("diverged", `training at iteration ${step}`, { rule: "the loss must stay finite", got, remedy });
}

type MutableState = { -readonly [K in keyof TrainState]: TrainState[K] };

const freshState = (step: number): MutableState => ({
  step,
  values: new Map(),
  curve: [],
  earlyStop: null,
  lossSum: 0,
  lossCount: 0,
  seconds: 0,
});

function openInstance(engine: Engine, task: TrainTask, { weights, mask }: Network): Instance {
  const { model, optimizer, loss, batch, dataset, augment } = task;
  const options = { optimizer, loss, batch, scalings: scalingsOf(dataset), ...(augment ? { augment } : {}) };
  const instance = engine.open(compileExperiment(model, { ...options, ...(mask ? { mask } : {}) }));
  for (const [name, values] of weights) writeParameter(instance, name, values);
  return instance;
}

/** One training iteration as a function that returns the batch's mean loss. */
function createStep(instance: Instance, task: TrainTask) {
  const { dataset, split, batch, noise, optimizer, schedule, from, penalty } = task;
  const { lanes, inputs, outputs } = instance.program.sections.train!;
  const batches = createBatches({ indices: split.train, batch, key: noise });
  const [indices, count] = [inputs.get(`indices:${lanes}`)!, inputs.get("count")!];
  const controls = controlInputs(optimizer).filter(({ name }) => inputs.has(name));
  const counters = [inputs.get("counter"), inputs.get("augment_counter")].filter((buffer) => buffer !== undefined);
  const lossOutput = outputs.get("loss")!;
  const losses = new Float32Array(lanes);
  const penaltyRate = inputs.get("penalty_rate");
  const statisticsRate = inputs.get("statistics_rate");
  if (statisticsRate) instance.write(statisticsRate, [STATISTICS_RATE]);
  return (step: number): number => {
    const examples = batches.at(step);
    instance.bind(dataset.train);
    instance.write(indices, examples);
    instance.write(count, [examples.length]);
    for (const { name, factor } of controls)
      instance.write(inputs.get(name)!, controlValues(optimizer, factor * rateAt(schedule, step), step - from + 1));
    for (const counter of counters) instance.write(counter, [noise.seed, noiseReplicate(noise), step]);
    if (penaltyRate) instance.write(penaltyRate, [rampAt(penalty!, step)]);
    instance.run("train");
    instance.read(lossOutput, losses);
    let sum = 0;
    for (let n = 0; n < examples.length; n++) sum += losses[n]!;
    return sum / examples.length;
  };
}

/** Weight of a batch in the running statistics of batch norm: PyTorch's default momentum. */
const STATISTICS_RATE = 0.1;

/** The replicate word of the streams `dropout` and `augment`: the replicate, and in its upper half the draw. */
function noiseReplicate({ replicate, draw }: OrderKey): number {
  return (replicate | (draw << 16)) >>> 0;
}

interface Standing extends TrainState {
  readonly test: Int32Array;
}

/**
 * Scores the network: the validation set always; the test set at the end, at every new minimum of the validation loss
 * (so that early stopping never looks at it), and throughout where there is no validation set.
 */
function scorePoint(instance: Instance, task: TrainTask, { step, lossSum, lossCount, earlyStop, test }: Standing) {
  const { dataset, split, to } = task;
  const validation = split.validation.length > 0 ? evaluate(instance, dataset.train, split.validation) : null;
  const best = validation !== null && (earlyStop === null || validation.loss < earlyStop.validationLoss);
  const scored = step === to || best || !validation ? evaluate(instance, dataset.test, test) : null;
  const point: CurvePoint = {
    step,
    trainLoss: lossCount > 0 ? lossSum / lossCount : null,
    ...prefixed("validation", validation),
    ...prefixed("test", scored),
  };
  return {
    point,
    earlyStop: best ? { step, validationLoss: validation.loss, testAccuracy: scored!.accuracy } : earlyStop,
  };
}

function prefixed(name: "validation" | "test", score: Score | null): Partial<CurvePoint> {
  return score ? { [`${name}Loss`]: score.loss, [`${name}Accuracy`]: score.accuracy } : {};
}

function readValues(instance: Instance): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  for (const [name, { slots }] of instance.program.parameters) {
    values.set(name, readParameter(instance, name));
    for (const slot of slots.keys()) values.set(`${name}/${slot}`, readParameter(instance, name, slot));
  }
  return values;
}

function restore(instance: Instance, { values }: TrainState): void {
  for (const [name, { slots }] of instance.program.parameters) {
    writeParameter(instance, name, values.get(name)!);
    for (const slot of slots.keys()) writeParameter(instance, name, values.get(`${name}/${slot}`)!, slot);
  }
}
