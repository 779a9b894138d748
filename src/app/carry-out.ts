/** Carrying a study out: each step once what it takes in is there, and rows as they finish. */
import { TombolaError } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { keyOf, type StepInput } from "../step/request.ts";
import type { Runner } from "../step/runner.ts";
import type { StudyKind, StudyRow, StudySpec } from "../study/kind.ts";
import { type Artifacts, type AskedStep, type Planned, stepsFor } from "../study/plan.ts";

/** What is told while a study runs. */
export interface StudyEvents {
  /** A step is asked for, each key once. */
  asked?(key: string): void;
  /** A planned step is in the store. */
  stored?(key: string, label: string): void;
  /** A row is finished; rows come in the order that they do. */
  row?(row: StudyRow): void;
}

/** A study, where its steps run, and who is told. */
export interface CarryOut {
  readonly kind: StudyKind;
  readonly spec: StudySpec;
  readonly datasets: readonly Dataset[];
  readonly runner: Runner;
  readonly events?: StudyEvents;
}

/** Steps that were taken from the plan and have not ended; more are taken when there are fewer. */
const WINDOW = 2048;

/**
 * Runs a study to its end; resolves to its rows in order. What fails does not tear down the rest: the first failure is
 * thrown once everything has ended that does not depend on it.
 */
export async function carryOut(study: CarryOut): Promise<readonly StudyRow[]> {
  const work = createWork(study);
  await askAll(study, work).catch(work.note);
  return work.finish();
}

type Work = ReturnType<typeof createWork>;

/** Asks for the steps of the plan as there is room for them; an adaptive study asks by itself. */
async function askAll({ kind, spec, datasets }: CarryOut, work: Work): Promise<void> {
  if (kind.adaptive && kind.run) return kind.run(spec, { datasets, step: work.result });
  for (const planned of kind.plan(spec, datasets)) {
    if (work.isStopped()) return;
    work.ask(planned);
    await work.room();
  }
}

/** What is asked for, by key, and what came of it. */
function createWork({ kind, spec, runner, events = {} }: CarryOut) {
  const { arithmetic, store } = runner;
  const steps = new Map<string, Promise<string>>();
  const seen = new Set<string>();
  const pending = new Set<Promise<unknown>>();
  const planned: Planned[] = [];
  const failures: unknown[] = [];
  const results = new Map<string, ReturnType<Artifacts["result"]>>();
  const artifacts: Artifacts = {
    key: (input) => keyOf(input, arithmetic),
    result(input) {
      const key = keyOf(input, arithmetic);
      const found = results.get(key) ?? store.readMeta(key).then(({ result }) => result);
      results.set(key, found);
      return found;
    },
  };

  let onRoom = () => {};
  const note = (error: unknown) => void failures.push(error);
  const wait = <T>(promise: Promise<T>): Promise<T> => {
    const ended: Promise<unknown> = promise
      .catch(() => {})
      .then(() => {
        pending.delete(ended);
        onRoom();
      });
    pending.add(ended);
    return promise;
  };
  const ready = (input: StepInput) => (typeof input === "string" ? input : steps.get(artifacts.key(input))!);

  const run = async ({ key, request, label, urgent }: AskedStep): Promise<string> => {
    const { inputs, headStart } = request;
    await Promise.all([...Object.values(inputs), ...(headStart === undefined ? [] : [headStart])].map(ready));
    try {
      await runner.run(request, { label, urgent });
    } catch (error) {
      // The place where a step that diverged would become a result, and what depends on it be left out and counted.
      throw named(error, label);
    }
    if (label !== undefined) events.stored?.(key, label);
    return key;
  };
  const makeRows = async (item: Planned, step: Promise<string>) => {
    planned.push(item);
    await step;
    for (const row of await kind.rows(spec, [item], artifacts)) events.row?.(row);
  };
  const begin = (task: AskedStep): Promise<string> => {
    const { key, rows } = task;
    let step = steps.get(key);
    if (!step) {
      events.asked?.(key);
      step = wait(run(task));
      // What fails is told where it was asked for, and not again by all that depend on it.
      step.catch(() => {});
      steps.set(key, step);
    }
    if (rows?.length) wait(makeRows(task as Planned, step)).catch(note);
    return step;
  };
  const ask = (item: Planned): Promise<string> => {
    for (const task of stepsFor(item, seen, arithmetic)) begin(task).catch(note);
    return steps.get(artifacts.key(item.request))!;
  };

  return {
    note,
    ask,
    result: (item: Planned) => ask(item).then(() => artifacts.result(item.request)),
    /** An interrupted runner refuses everything: there is no sense in asking for more. */
    isStopped: () => failures.some((error) => error instanceof TombolaError && error.code === "interrupted"),
    async room(): Promise<void> {
      while (pending.size >= WINDOW)
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
    },
    async finish(): Promise<readonly StudyRow[]> {
      while (pending.size > 0) await Promise.all(pending);
      if (failures.length > 0) throw failures[0];
      return kind.rows(spec, planned, artifacts);
    },
  };
}

/** A training that diverged does not know which network it is. */
function named(error: unknown, label: string | undefined): unknown {
  if (!(error instanceof TombolaError) || error.code !== "diverged") return error;
  return new TombolaError(error.code, `${label}: ${error.message}`);
}
