/** Carrying out a step: looking in the store, continuing where an earlier attempt stopped, storing the result. */
import { fail } from "../base/errors.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { modelIdentity } from "../model/registry.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { CurvePoint } from "../train/curve.ts";
import { decodeState, encodeState } from "../train/state.ts";
import type { StepContext, StepDefinition, StepInputs } from "./definition.ts";
import { interrupted, keepsState } from "./interrupted.ts";
import { stepNamed } from "./registry.ts";
import { identify, keyOf, type StepRequest } from "./request.ts";

/** How far a training has come. */
export interface Progress {
  readonly step: number;
  readonly from: number;
  readonly to: number;
  /** Key of what it makes. */
  readonly key: string;
  /** Mean training loss over the iterations since the last point of the curve; null where there is none since. */
  readonly loss: number | null;
  /** Points of the curve since it was told last. */
  readonly points: readonly CurvePoint[];
}

/** Where a step runs, and on what. */
export interface ExecuteOptions {
  /** What it runs on. */
  readonly engine: Engine;
  /** Where its inputs are, and its result goes. */
  readonly store: ArtifactStore;
  /** Those that the steps name. */
  readonly datasets: readonly Dataset[];
  /** What artifacts are made with: versions, processor and the like, kept beside their identity. Default nothing is said. */
  readonly made?: Readonly<Record<string, unknown>> | undefined;
  /** Does the parts of a step; default one after the other in this thread. */
  parts?(step: StepDefinition, jobs: readonly unknown[]): Promise<readonly unknown[]>;
  /** Called at every pause; true saves the state, where the engine keeps any, and stops with code `interrupted`. By default nothing stops it. */
  onPause?(progress: Progress): boolean | Promise<boolean>;
}

/** Milliseconds between saved states of a training, which a killed process loses, where saving takes no time. */
const SAVE_EVERY = 10_000;
/** So many times as long as the last state took to save the next one is waited for: of large networks saving takes under 2 % of the time. */
const SAVE_SHARE = 50;

/**
 * Runs a step unless the store has its artifact; returns the key. Its inputs must be in the store.
 * Throws with code `interrupted` when told to stop.
 */
export async function execute(request: StepRequest, options: ExecuteOptions): Promise<string> {
  const { store, engine } = options;
  const { arithmetic } = engine;
  const key = keyOf(request, arithmetic);
  if (await store.has(key)) return key;
  checkIdentity(request.params);
  const identity = identify(request, arithmetic);
  const inputs = await readInputs(identity.inputs, store);
  const isKept = keepsState(arithmetic);
  const partial = isKept ? await store.readPartial(key) : null;
  const isSpared = isKept && request.headStart !== undefined;
  const headStart = isSpared ? await store.read(keyOf(request.headStart!, arithmetic)) : null;
  const step = stepNamed(request.step);
  const resume = partial ? decodeState(partial) : null;
  const context: StepContext = {
    engine,
    get dataset() {
      return datasetNamed(options.datasets, String(request.params.data));
    },
    resume,
    headStart,
    parts: <R>(jobs: readonly unknown[]) =>
      (options.parts?.(step, jobs) ?? Promise.resolve(jobs.map((job) => step.part!(job as never)))) as Promise<R[]>,
    pause: pauser(key, options, resume?.curve.length ?? 0),
  };
  const { tensors, result, metrics } = await step.run(request.params as never, inputs, context);
  const { made } = options;
  const meta = {
    ...identity,
    result,
    ...(made && { made: { engine: engine.name, threads: engine.threads, ...made } }),
  };
  await store.write(key, { meta, tensors }, metrics);
  if (partial || metrics) await store.removePartial(key);
  return key;
}

/** A key holds what a model is: one that is brought is called with its version. */
function checkIdentity({ model }: StepRequest["params"]): void {
  if (typeof model !== "string" || !model) return;
  const whole = modelIdentity(model);
  if (whole === model) return;
  const remedy = `Take the model of the specification that the plan is given: ${whole}`;
  fail("usage", "model", { rule: "a step names what is brought with its version", got: model, remedy });
}

async function readInputs(keys: Readonly<Record<string, string>>, store: ArtifactStore): Promise<StepInputs> {
  const parts = Object.entries(keys).map(async ([part, key]) => [part, await store.read(key)] as const);
  return Object.fromEntries(await Promise.all(parts));
}

/** What happens at a pause; `told` points of the curve were told before the training was interrupted. */
function pauser(key: string, { store, engine, onPause }: ExecuteOptions, told: number): StepContext["pause"] {
  let due = performance.now() + SAVE_EVERY;
  return async (pause, { from, to }) => {
    const { step, loss, curve } = pause;
    const stop = (await onPause?.({ step, from, to, key, loss, points: curve.slice(told) })) ?? false;
    told = curve.length;
    const began = performance.now();
    if ((stop || began >= due) && keepsState(engine.arithmetic)) {
      await store.writePartial(key, encodeState(await pause.snapshot()));
      const ended = performance.now();
      due = ended + Math.max(SAVE_EVERY, SAVE_SHARE * (ended - began));
    }
    if (stop) throw interrupted(engine.arithmetic);
  };
}
