/** What a user may bring, kind by kind: how it is checked, and how it enters the registry of its kind. */
import { fail } from "../base/errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { registerDataset } from "../dataset/registry.ts";
import type { Node } from "../graph/types.ts";
import { defineModel, type Fitting, type Heads, type Layers } from "../model/model.ts";
import { type ModelFamily, registerModel } from "../model/registry.ts";
import { registerScores, type ScoreFunction } from "../prune/scores.ts";
import type { StudyKind } from "../study/kind.ts";
import { registerStudy } from "../study/registry.ts";
import { registerTask, taskNamed } from "../task/registry.ts";
import type { Task } from "../task/task.ts";
import { type OptimizerDefinition, registerOptimizer } from "../train/optimizer.ts";
import { registerSchedule, type ScheduleFunction } from "../train/schedule.ts";

/** Adds the layers of a model to a graph; `parts` are the named groups of its name's pattern. */
export type ModelBuild = (
  layers: Layers,
  x: Node,
  fitting: Fitting,
  parts: Readonly<Record<string, string | undefined>>,
) => Node | Heads;

/** Models whose names have one form, such as `wide-UNITS`. */
export interface BroughtFamily extends Pick<ModelFamily, "grammar" | "pattern" | "least" | "variants"> {
  readonly build: ModelBuild;
}

/** What a plug-in's default export has, each member only where it brings some of the kind. */
export interface PluginExports {
  /** By name: what adds the model's layers, or a family of models. */
  readonly models?: Readonly<Record<string, ModelBuild | BroughtFamily>>;
  /** By name: what makes the data set, at once or later. */
  readonly datasets?: Readonly<Record<string, () => Dataset | Promise<Dataset>>>;
  /** By name: what gives each weight a number; the lowest are pruned first. */
  readonly scores?: Readonly<Record<string, ScoreFunction>>;
  /** By name: what the base learning rate is multiplied by at an iteration. */
  readonly schedules?: Readonly<Record<string, ScheduleFunction>>;
  /** By name: an optimizer's options, state, update and control. */
  readonly optimizers?: Readonly<Record<string, OptimizerDefinition>>;
  /** Tasks, which have names of their own. */
  readonly tasks?: readonly Task[];
  /** Kinds of study, which have names of their own. */
  readonly studies?: readonly StudyKind[];
}

/** A thing that is brought, and the version that its name is followed by. */
interface Brought<T> {
  readonly name: string;
  readonly value: T;
  readonly version: string;
}

/** One kind of thing: what it is in words, what of it must be there, and where it goes. Returns its name in specifications. */
interface Kind<T> {
  readonly must: string;
  is(value: T): boolean;
  add(brought: Brought<T>): string;
}

const isFunction = (value: unknown) => typeof value === "function";
const isText = (value: unknown) => typeof value === "string";

/** Whether a value has members for which each of `parts` is true. */
function has(parts: Readonly<Record<string, (value: unknown) => boolean>>): (value: unknown) => boolean {
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(parts).every(([part, is]) => is((value as Readonly<Record<string, unknown>>)[part]));
}

const isFamily = has({ grammar: isText, pattern: (value) => value instanceof RegExp, build: isFunction });
const isOptimizer = has({ rate: (value) => typeof value === "number", update: isFunction });
const isTask = has({
  ...{ name: isText, losses: Array.isArray, measures: isFunction, target: isFunction },
  ...{ objective: isFunction, scores: isFunction, tally: isFunction },
});
const isStudy = has({
  ...{ name: isText, summary: isText, options: Array.isArray, presets: Array.isArray, examples: Array.isArray },
  ...{ columns: Array.isArray, figures: Array.isArray },
  ...{ specOf: isFunction, parse: isFunction, plan: isFunction, rows: isFunction, say: isFunction, title: isFunction },
});

type Named = Omit<PluginExports, "tasks" | "studies">;
type ValueOf<R> = R extends Readonly<Record<string, infer T>> ? T : never;

/** The kinds whose things have names beside them, and those whose things have names of their own. */
export const NAMED: { readonly [K in keyof Named]-?: Kind<ValueOf<NonNullable<Named[K]>>> } = {
  models: {
    must: "must be a function (layers, x, fitting) that adds its layers, or a family { grammar, pattern, build }",
    is: (value) => isFunction(value) || isFamily(value),
    add: ({ name, value, version }) => registerModel(name, familyOf(name, value), version),
  },
  datasets: {
    must: "must be a function that makes the data set",
    is: isFunction,
    add: ({ name, value, version }) => registerDataset(name, { make: async () => ofTask(await value()) }, version),
  },
  scores: {
    must: "must be a function of a trained network, { weights, initial, mask, ... }",
    is: isFunction,
    add: ({ name, value, version }) => registerScores(name, value, version),
  },
  schedules: {
    must: "must be a function (iteration, end) that gives a factor",
    is: isFunction,
    add: ({ name, value, version }) => registerSchedule(name, value, version),
  },
  optimizers: {
    must: "must be { rate, defaults, slots, update, control }, of which rate and update are needed",
    is: isOptimizer,
    add: ({ name, value, version }) => registerOptimizer(name, value, version),
  },
};

export const SELF_NAMED: { readonly tasks: Kind<Task>; readonly studies: Kind<StudyKind> } = {
  tasks: {
    must: "must be what Task says: name, losses, measures, target, objective, scores and tally",
    is: isTask,
    add: ({ value, version }) => registerTask(value, version),
  },
  studies: {
    must: "must be what StudyKind says: name, summary, options, presets, examples, columns, figures, specOf, parse, plan, rows, say and title",
    is: isStudy,
    add({ value, version }) {
      registerStudy(value, version);
      return value.name;
    },
  },
};

/** Checks and adds one thing; throws `usage` naming `where` and the rule. Returns how specifications write it. */
export function bring<T>({ must, is, add }: Kind<T>, brought: Brought<T>, where: string): string {
  if (!is(brought.value)) fail("usage", where, { rule: must, got: describe(brought.value) });
  return add(brought);
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return `an object of ${Object.keys(value).join(", ") || "nothing"}`;
}

const families = new WeakMap<object, ModelFamily>();

/** The family of a model; equal values have one, so that adding one twice adds nothing. */
function familyOf(name: string, value: ModelBuild | BroughtFamily): ModelFamily {
  const known = families.get(value);
  if (known) return known;
  const { build, ...own }: BroughtFamily =
    typeof value === "function" ? { grammar: name, pattern: exactly(name), build: value } : value;
  const family: ModelFamily = {
    ...own,
    build: (fitting, parts) => defineModel({ ...fitting, build: (layers, x) => build(layers, x, fitting, parts) }),
  };
  families.set(value, family);
  return family;
}

function exactly(name: string): RegExp {
  return new RegExp(`^${name.replace(/[^\w]/g, "\\$&")}$`);
}

/** The data set with its task as specifications write it. */
export function ofTask(dataset: Dataset): Dataset {
  return dataset.task === undefined ? dataset : { ...dataset, task: taskNamed(dataset.task).name };
}
