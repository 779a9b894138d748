/** Carrying out a step: looking in the store, continuing where an earlier attempt stopped, storing the result. */
import { TombolaError } from "../base/errors.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { type ArtifactStore, artifactKey, type StepIdentity } from "../store/store.ts";
import { decodeState, encodeState, type TrainState } from "../train/state.ts";
import { STEP_VERSIONS, STEPS, type StepContext, type StepName, type StepOutput, type StepParams } from "./steps.ts";

/** A step to run: its parameters, and the keys of the artifacts that go in. */
export interface StepRequest<K extends StepName = StepName> {
  readonly step: K;
  readonly params: StepParams[K];
  readonly inputs: Readonly<Record<string, string>>;
  /** An artifact that spares part of the work; it changes no bit of the result, and so is no part of its key. */
  readonly headStart?: string;
}

/** Where steps run: here, in a pool of threads, elsewhere. Resolves to the artifact's key once it is in the store. */
export interface Runner {
  readonly store: ArtifactStore;
  run<K extends StepName>(request: StepRequest<K>, options?: RunOptions): Promise<string>;
}

export interface RunOptions {
  /** What to call it in progress displays. */
  readonly label?: string;
  /** Steps that others wait for go first. */
  readonly urgent?: boolean;
}

/** How far a training has come. */
export interface Progress {
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

export interface ExecuteOptions extends Pick<StepContext, "engine"> {
  readonly store: ArtifactStore;
  /** Those that the steps name. */
  readonly datasets: readonly Dataset[];
  /** Called at every pause; true saves the state and stops with code `interrupted`. */
  onPause?(progress: Progress): boolean | Promise<boolean>;
}

/** Milliseconds between saved states of a training: what a killed process loses at most. */
const SAVE_EVERY = 10_000;

/** The full identity of a request, whose hash is the artifact's key. */
export function identify({ step, params, inputs }: StepRequest): StepIdentity {
  return { step, version: STEP_VERSIONS[step], params: { ...params }, inputs };
}

/** Runs a step unless the store has its artifact; returns the key. Throws with code `interrupted` when told to stop. */
export async function execute(request: StepRequest, options: ExecuteOptions): Promise<string> {
  const { store, engine, datasets } = options;
  const identity = identify(request);
  const key = artifactKey(identity);
  if (await store.has(key)) return key;
  const inputs = Object.fromEntries(
    await Promise.all(
      Object.entries(request.inputs).map(async ([part, input]) => [part, await store.read(input)] as const),
    ),
  );
  const partial = await store.readPartial(key);
  const resume: TrainState | null = partial ? decodeState(partial) : null;
  const dataset = datasetNamed(datasets, request.params.data);
  const headStart = request.headStart === undefined ? null : await store.read(request.headStart);
  const context: StepContext = { engine, dataset, resume, headStart, pause: pauser(key, options) };
  const run = STEPS[request.step] as (params: unknown, inputs: unknown, context: StepContext) => Promise<StepOutput>;
  const { tensors, result, metrics } = await run(request.params, inputs, context);
  await store.write(key, { meta: { ...identity, result }, tensors }, metrics);
  if (partial || metrics) await store.removePartial(key);
  return key;
}

function pauser(key: string, { store, onPause }: ExecuteOptions): StepContext["pause"] {
  let saved = performance.now();
  return async (pause, { from, to }) => {
    const stop = (await onPause?.({ step: pause.step, from, to })) ?? false;
    if (!stop && performance.now() - saved < SAVE_EVERY) return;
    await store.writePartial(key, encodeState(pause.snapshot()));
    saved = performance.now();
    if (stop) throw new TombolaError("interrupted", "interrupted: the state is saved; the same command continues");
  };
}

/** A runner that runs steps one after the other in this thread; equal steps that are asked for together run once. */
export function createInlineRunner(options: ExecuteOptions): Runner {
  let last: Promise<unknown> = Promise.resolve();
  return {
    store: options.store,
    run(request) {
      const result = last.then(() => execute(request, options));
      last = result.catch(() => {});
      return result;
    },
  };
}
