/** The training loop: batches by iteration, one program run each, evaluation on the way, resumable everywhere. */
import { fail } from "../base/errors.ts";
import { checkDataset } from "../dataset/check.ts";
import { standardise } from "../dataset/standardisation.ts";
import { type Engine, type Instance, type Later, readParameter } from "../engine/engine.ts";
import type { Network } from "../model/tensors.ts";
import { taskOf } from "../task/registry.ts";
import type { Task } from "../task/task.ts";
import { batchingOf } from "./batching.ts";
import type { CurvePoint } from "./curve.ts";
import { Diverged } from "./diverged.ts";
import { allIndices, evaluate, type Score } from "./evaluate.ts";
import { compileExperiment, scalingsOf } from "./experiment.ts";
import { type Feed, trainingFeed } from "./feed.ts";
import { checkAll, openWith } from "./open.ts";
import { rateAt } from "./schedule.ts";
import { checkState, readValues, restore } from "./standing.ts";
import type { EarlyStop, TrainState } from "./state.ts";
import type { Training } from "./training.ts";
import { checkTraining } from "./training-check.ts";

/** A moment at which training may be looked at, saved or left. */
export interface Pause {
  readonly step: number;
  /** Mean training loss over the iterations since the last point of the curve; null where there is none since. */
  readonly loss: number | null;
  /** What was scored so far. */
  readonly curve: readonly CurvePoint[];
  /** One parameter's values as they are now, dense in PyTorch's layout; throws `usage` for a name that it does not have. */
  read(parameter: string): Promise<Float32Array>;
  /** Copies out everything needed to continue from here. */
  snapshot(): Promise<TrainState>;
}

/** Iterations between pauses: often enough for Ctrl-C, rare enough to cost nothing. */
export const PAUSE_EVERY = 50;

/**
 * Trains a network, pausing every few iterations; the generator's return value is the final state.
 * @param resume a state that an earlier, interrupted training of the same kind left
 * @throws `Diverged` when the loss of a batch or of an evaluation is not finite; `data` or `usage` where the data set, the
 * model or the network break a rule or do not belong together
 */
export async function* train(
  engine: Engine,
  asked: Training,
  network: Network,
  resume?: TrainState,
): AsyncGenerator<Pause, TrainState> {
  checkDataset(asked.dataset);
  checkTraining(asked);
  const training = { task: taskOf(asked.dataset), ...asked, dataset: standardise(asked.dataset, asked.split.train) };
  const trainer = await openTrainer(engine, training, network, resume);
  const { pauseEvery = PAUSE_EVERY, from, to, evaluateEvery } = training;
  try {
    if (!resume) await trainer.score();
    while (trainer.step() < to) {
      const advanced = trainer.advance();
      // On an engine that answers at once, waiting would be a twentieth of a small network's iteration.
      if (advanced instanceof Promise) await advanced;
      const step = trainer.step();
      if ((step - from) % evaluateEvery === 0 || step === to) await trainer.score();
      if ((step - from) % pauseEvery === 0) yield trainer.pause();
    }
    return await trainer.snapshot();
  } finally {
    trainer.close();
  }
}

/** A training whose data set is standardised and whose task is known. */
type Known = Training & { readonly task: Task };

interface Trainer {
  step(): number;
  advance(): Later<void>;
  score(): Promise<void>;
  snapshot(): Promise<TrainState>;
  pause(): Pause;
  close(): void;
}

async function openTrainer(
  engine: Engine,
  training: Known,
  network: Network,
  resume: TrainState | undefined,
): Promise<Trainer> {
  checkAll(training, { network });
  const instance = await openInstance(engine, training, network);
  const state = { ...(resume ?? freshState(training.from)) };
  const curve = [...state.curve];
  const startedAt = performance.now() - state.seconds * 1000;
  const feed = openFeed(instance, training, resume);
  const runStep = createStep(instance, feed);
  const note = (loss: number): void => {
    checkLosses(training, { iteration: state.step, curve }, [loss]);
    state.step++;
    state.lossSum += loss;
    state.lossCount++;
  };
  const snapshot = async (): Promise<TrainState> => {
    const fed = feed.state();
    const seconds = (performance.now() - startedAt) / 1000;
    const standing = { ...state, curve: [...curve], ...(fed && { feed: fed }), seconds };
    return { ...standing, values: await readValues(instance) };
  };
  return {
    step: () => state.step,
    advance() {
      const loss = runStep(state.step);
      return loss instanceof Promise ? loss.then(note) : note(loss);
    },
    async score() {
      const { point, earlyStop, measures } = await scorePoint(instance, training, state);
      const iteration = Math.max(training.from, state.step - 1);
      checkLosses(training, { iteration, curve }, [point.validationLoss ?? 0, point.testLoss ?? 0]);
      curve.push(point);
      state.earlyStop = earlyStop;
      state.measures = measures;
      state.lossSum = 0;
      state.lossCount = 0;
    },
    snapshot,
    pause: () => ({
      step: state.step,
      loss: state.lossCount > 0 ? state.lossSum / state.lossCount : null,
      curve: [...curve],
      read: async (parameter) => readParameter(instance, checkParameter(instance, parameter)),
      snapshot,
    }),
    close: instance.close,
  };
}

function checkParameter({ program: { parameters } }: Instance, name: string): string {
  if (parameters.has(name)) return name;
  const rule = `must be one of ${[...parameters.keys()].join(", ")}`;
  return fail("usage", "parameter", { rule, got: name });
}

/** Throws where a loss before or after the update of an iteration is not finite. */
function checkLosses(
  { schedule }: Training,
  { iteration, curve }: Pick<Diverged, "iteration" | "curve">,
  losses: readonly number[],
): void {
  const got = losses.find((loss) => !Number.isFinite(loss));
  if (got === undefined) return;
  const remedy = `Lower the learning rate (now ${rateAt(schedule, iteration)}) or warm it up`;
  const message = `training at iteration ${iteration}: the loss must stay finite, got ${got}. ${remedy}`;
  throw new Diverged(message, { iteration, curve: [...curve] });
}

type MutableState = { -readonly [K in keyof TrainState]: TrainState[K] };

const freshState = (step: number): MutableState => ({
  step,
  values: new Map(),
  curve: [],
  earlyStop: null,
  measures: {},
  lossSum: 0,
  lossCount: 0,
  seconds: 0,
});

function openInstance(engine: Engine, training: Known, network: Network): Promise<Instance> {
  const { model, task, optimizer, loss, batch, dataset, augment } = training;
  const { weights, mask } = batchingOf(dataset, task)?.begin?.(network, training) ?? network;
  const options = { task, optimizer, loss, batch, scalings: scalingsOf(dataset), dataset };
  const more = { ...(augment && { augment }), ...(mask && { mask }) };
  return openWith(engine, compileExperiment(model, { ...options, ...more }), weights);
}

/** The feed, where an interrupted training left it; closes the instance where one cannot be made. */
function openFeed(instance: Instance, training: Known, resume: TrainState | undefined): Feed {
  try {
    const feed = (training.feed ?? trainingFeed)(instance, training);
    if (resume) {
      checkState(instance, training, resume);
      restore({ instance, feed }, resume);
    }
    return feed;
  } catch (error) {
    instance.close();
    throw error;
  }
}

/** One training iteration as a function that returns the batch's mean loss. */
function createStep(instance: Instance, feed: Feed) {
  const { sections } = instance.program;
  const losses = new Float32Array(sections.train!.lanes);
  const mean = (length: number): number => {
    let sum = 0;
    for (let n = 0; n < length; n++) sum += losses[n]!;
    return sum / length;
  };
  return (step: number): Later<number> => {
    const { length } = feed.write(step);
    const section = feed.sectionAt?.(step) ?? "train";
    instance.run(section);
    const read = instance.read(sections[section]!.outputs.get("loss")!, losses);
    return read instanceof Promise ? read.then(() => mean(length)) : mean(length);
  };
}

/**
 * Scores the network: the validation set always; the test set at the end, at every new best of the validation set (so that
 * early stopping never looks at it), and throughout where there is no validation set.
 */
async function scorePoint(instance: Instance, training: Known, state: TrainState) {
  const { dataset, split, task, to } = training;
  const { step, lossSum, lossCount, earlyStop } = state;
  const scored = (part: "train" | "test", rows: Int32Array) => evaluate(instance, { dataset, part, task }, rows);
  const validation = split.validation.length > 0 ? await scored("train", split.validation) : null;
  const isBest = validation !== null && isBetter(training, validation, earlyStop);
  const atTest = step === to || isBest || !validation;
  const test = atTest ? await scored("test", training.testRows ?? allIndices(dataset.test.count)) : null;
  const point: CurvePoint = {
    step,
    trainLoss: lossCount > 0 ? lossSum / lossCount : null,
    ...(validation && { validationLoss: validation.loss, validation: validation.measure.value }),
    ...(test && { testLoss: test.loss, test: test.measure.value }),
  };
  const stop = isBest ? stopAt(training, step, { validation, test: test! }) : earlyStop;
  return { point, earlyStop: stop, measures: test?.measures ?? state.measures };
}

/** What early stopping chooses by, smaller for better: the validation loss, or the measure that the task stops by. */
function criterionOf({ task, dataset }: Known, { loss, measures }: Score): number {
  const { stopsBy } = task;
  if (stopsBy === undefined) return loss;
  const { direction } = task.measures(dataset).find(({ name }) => name === stopsBy)!;
  const value = measures[stopsBy] ?? null;
  if (value === null) return Number.MAX_VALUE;
  return direction === "up" ? -value : value;
}

function isBetter(training: Known, validation: Score, earlyStop: EarlyStop | null): boolean {
  return earlyStop === null || criterionOf(training, validation) < earlyStop.criterion;
}

function stopAt(training: Known, step: number, { validation, test }: { validation: Score; test: Score }): EarlyStop {
  return { step, criterion: criterionOf(training, validation), value: test.measure.value };
}
