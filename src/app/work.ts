/** The steps of a study that were asked for, by key: what they wait for, what came of them, and the rows they make. */
import { TombolaError } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { keyOf, type StepRequest } from "../step/request.ts";
import type { Runner } from "../step/runner.ts";
import type { StudyKind, StudyRow, StudySpec } from "../study/kind.ts";
import { type Artifacts, type AskedStep, type Planned, stepsFor } from "../study/plan.ts";

/** What is told while a study runs. */
export interface StudyEvents {
  /** A step is asked for, each key once. */
  asked?(key: string): void;
  /** A planned step is in the store. */
  stored?(key: string, label: string): void;
  /** A step diverged that makes no row of its own. */
  diverged?(message: string): void;
  /** A planned step is not carried out, since what it takes in diverged. */
  leftOut?(label: string): void;
  /** A row is finished; rows come in the order that they do. */
  row?(row: StudyRow): void;
}

/** A study, where its steps run, and who is told. */
export interface CarryOut {
  /** The study. */
  readonly kind: StudyKind;
  /** What it is carried out with. */
  readonly spec: StudySpec;
  /** Those that it names. */
  readonly datasets: readonly Dataset[];
  /** Where its steps run. */
  readonly runner: Runner;
  /** Default nobody is told. */
  readonly events?: StudyEvents;
}

/** The work of one study. */
export interface Work {
  /** Asks for a step and all that it takes in. */
  ask(planned: Planned): void;
  /** The same; resolves to what its artifact says of itself, and throws `diverged` for a step that is left out. */
  result(planned: Planned): Promise<Readonly<Record<string, unknown>>>;
  /** Notes a failure, to be thrown in the end. */
  note(error: unknown): void;
  /** Whether the runner was interrupted: it refuses everything, and there is no sense in asking for more. */
  isStopped(): boolean;
  /** Resolves when few enough steps are under way for more to be asked for. */
  room(): Promise<void>;
  /** Waits for all that was asked for; resolves to the rows in order, or throws the first failure. */
  finish(): Promise<readonly StudyRow[]>;
}

/** What came of a step; `left out` where what it takes in diverged or was left out. */
type Outcome = "done" | "diverged" | "left out";

/** Steps that were asked for and have not ended; more are asked for when there are fewer. */
const WINDOW = 2048;

export function createWork({ kind, spec, runner, events = {} }: CarryOut): Work {
  const { arithmetic } = runner;
  const artifacts = artifactsOf(runner);
  const { wait, room, all } = createWaiting(WINDOW);
  const steps = new Map<string, Promise<Outcome>>();
  const divergences: string[] = [];
  const seen = new Set<string>();
  const made: Planned[] = [];
  const left = new Set<Planned>();
  let finished = 0;
  const failures: unknown[] = [];
  let stopped = false;

  const note = (error: unknown) => {
    failures.push(error);
    stopped ||= error instanceof TombolaError && error.code === "interrupted";
  };
  const run = async ({ key, request, label, urgent, rows = [] }: AskedStep): Promise<Outcome> => {
    const before = await Promise.all(inputsOf(request).map((input) => steps.get(artifacts.key(input))));
    if (before.some((outcome) => outcome !== "done")) {
      if (label !== undefined) events.leftOut?.(label);
      return "left out";
    }
    await runner.run(request, { label, urgent });
    const { diverged, message } = await artifacts.result(request);
    if (diverged !== undefined) divergences.push(`${label ?? request.step}: ${message}`);
    if (diverged !== undefined && rows.length === 0) events.diverged?.(divergences.at(-1)!);
    if (label !== undefined) events.stored?.(key, label);
    return diverged === undefined ? "done" : "diverged";
  };
  const makeRows = async (planned: Planned, step: Promise<Outcome>) => {
    made.push(planned);
    const outcome = await step;
    if (outcome === "left out") return void left.add(planned);
    finished += outcome === "done" ? 1 : 0;
    for (const row of await kind.rows(spec, [planned], artifacts)) events.row?.(row);
  };
  const begin = (asked: AskedStep) => {
    let step = steps.get(asked.key);
    if (!step) {
      events.asked?.(asked.key);
      step = wait(run(asked));
      step.catch(note);
      steps.set(asked.key, step);
    }
    if (asked.rows?.length) wait(makeRows(asked as Planned, step)).catch(note);
  };
  const ask = (planned: Planned): Promise<Outcome> => {
    for (const asked of stepsFor(planned, seen, arithmetic)) begin(asked);
    return steps.get(artifacts.key(planned.request))!;
  };

  return {
    ...{ ask, note, room },
    async result(planned) {
      if ((await ask(planned)) !== "left out") return artifacts.result(planned.request);
      throw new TombolaError("diverged", `${planned.label}: ${divergences[0]}`);
    },
    isStopped: () => stopped,
    async finish() {
      await all();
      if (failures.length > 0) throw failures[0];
      if (finished === 0 && divergences.length > 0) throw new TombolaError("diverged", divergences[0]!);
      const whole = made.filter((planned) => !left.has(planned));
      return kind.rows(spec, whole, artifacts);
    },
  };
}

/** The requests that must be carried out before this one. */
function inputsOf({ inputs, headStart }: StepRequest): StepRequest[] {
  return [...Object.values(inputs), headStart].filter((input) => typeof input === "object");
}

/** What the steps of a runner left, each read once. */
function artifactsOf({ store, arithmetic }: Runner): Artifacts {
  const results = new Map<string, ReturnType<Artifacts["result"]>>();
  const key: Artifacts["key"] = (input) => keyOf(input, arithmetic);
  return {
    key,
    result(input) {
      const found = results.get(key(input)) ?? store.readMeta(key(input)).then(({ result }) => result);
      results.set(key(input), found);
      return found;
    },
  };
}

/** Waiting for promises to settle: until fewer than `most` are under way, or all of them. */
function createWaiting(most: number) {
  const pending = new Set<Promise<unknown>>();
  let onRoom = () => {};
  return {
    wait<T>(promise: Promise<T>): Promise<T> {
      const done = () => {
        pending.delete(settled);
        onRoom();
      };
      const settled: Promise<void> = promise.then(done, done);
      pending.add(settled);
      return promise;
    },
    async room() {
      while (pending.size >= most)
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
    },
    async all() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
