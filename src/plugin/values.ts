/** What a program brings as values, in place of names: each gets a name that says what it is, which keys are made of. */
import { fail } from "../base/errors.ts";
import { contentOf } from "../dataset/brought.ts";
import { checkDataset } from "../dataset/check.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { isLoaded } from "../dataset/load.ts";
import { datasetNames, registerDataset } from "../dataset/registry.ts";
import { modelContent } from "../model/content.ts";
import type { Model } from "../model/model.ts";
import { parseModel, registerModel } from "../model/registry.ts";
import type { ScoreFunction } from "../prune/scores.ts";
import type { Task } from "../task/task.ts";
import type { OptimizerDefinition } from "../train/optimizer.ts";
import type { ScheduleFunction } from "../train/schedule.ts";
import { type BroughtFamily, bring, type ModelBuild, NAMED, ofTask, SELF_NAMED } from "./bring.ts";

/** A value with the name and the version that a user gives it. */
export interface Named<T> {
  /** Of letters, digits and `. _ + -`. */
  readonly name: string;
  /** To be raised whenever the value begins to do something else. */
  readonly version: string;
  readonly value: T;
}

/**
 * Names a value that has no content to be told by, such as a function: `named("increase", "1", fn)`. Artifacts are kept
 * under name and version, so the version must be raised whenever the function begins to give something else.
 */
export function named<T>(name: string, version: string, value: T): Named<T> {
  return { name, version, value };
}

/** What may stand in place of a name in the options of a study. */
export interface StudyValues {
  /** A model, told by its content; or a function that adds layers, or a family, with a name and a version. Default the study's. */
  readonly model?: string | Model | Named<ModelBuild | BroughtFamily>;
  /** A data set, told by its content; default the study's. */
  readonly dataset?: string | Dataset;
  /** What weights are pruned by; default the study's. */
  readonly scores?: string | Named<ScoreFunction>;
  /** What the base learning rate is multiplied by; default the study's. */
  readonly schedule?: string | Named<ScheduleFunction>;
  /** What weights are updated by; default the study's. */
  readonly optimizer?: string | Named<OptimizerDefinition>;
  /** What is learnt of the data set; default its own task. */
  readonly task?: string | Named<Task>;
}

/** The options with names in place of values, and whether some of them are functions, which no other thread can be given. */
export interface Adopted {
  readonly options: Readonly<Record<string, string>>;
  readonly functions: readonly string[];
}

const adopted = new Set<string>();

/** Registers values; throws `usage` naming the field for a function without a name, and for a name that is taken. */
export function adopt(values: StudyValues): Adopted {
  const options: Record<string, string> = {};
  const functions: string[] = [];
  const { model, dataset, task, ...rest } = values;
  if (model !== undefined)
    options.model = isModel(model) ? adoptModel(model, functions) : nameOf("model", "models", model);
  if (task !== undefined) options.task = nameOf("task", "tasks", task);
  if (dataset !== undefined) options.data = typeof dataset === "string" ? dataset : adoptDataset(dataset);
  const kinds = { scores: "scores", schedule: "schedules", optimizer: "optimizers" } as const;
  for (const [field, kind] of Object.entries(kinds)) {
    const value = rest[field as keyof typeof rest];
    if (value !== undefined) options[field] = nameOf(field, kind, value);
  }
  for (const [field, value] of Object.entries({ model, task, ...pick(rest, Object.keys(kinds)) }))
    if (typeof value === "object" && !isModel(value)) functions.push(field);
  return { options, functions };
}

function pick(values: object, fields: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([field]) => fields.includes(field)));
}

/** The name of what is named, registered where it is a value. */
function nameOf(field: string, kind: keyof typeof NAMED | "tasks", value: unknown): string {
  if (typeof value === "string") return value;
  const { name, version, value: own } = (typeof value === "object" && value !== null ? value : {}) as Named<unknown>;
  if (typeof name !== "string" || typeof version !== "string" || own === undefined) {
    const rule = "must be a name, or a value with a name and a version, since results are kept under these";
    const remedy = `Write named("my-${field}", "1", ...), and raise the version whenever it begins to do something else`;
    fail("usage", field, { rule, got: typeof value, remedy });
  }
  const of = { ...NAMED, ...SELF_NAMED }[kind];
  const renamed = kind === "tasks" ? ownTask(own as Task, name) : own;
  return bring(of as never, { name, value: renamed, version } as never, field);
}

const tasks = new WeakMap<Task, Task>();

/** The task under the name that it is given; equal values have one. */
function ownTask(task: Task, name: string): Task {
  if (task.name === name || typeof task !== "object") return task;
  const known = tasks.get(task) ?? { ...task, name };
  tasks.set(task, known);
  return known;
}

function isModel(value: unknown): value is Model {
  return typeof value === "object" && value !== null && "apply" in value && "parameters" in value;
}

function adoptModel(model: Model, functions: string[]): string {
  const { name, input, outputs } = model;
  const content = modelContent(model);
  const own = builtIn(model, content);
  if (own !== undefined && !adopted.has(own)) return own;
  functions.push("model");
  const base = nameable(name, "model");
  const written = `${base}@${content}`;
  if (adopted.has(written)) return written;
  const build = (fitting: { name: string; input: readonly number[]; outputs: number }): Model => {
    if (fitting.input.join() !== input.join() || fitting.outputs !== outputs) {
      const rule = `must be fitted to the data set: inputs of [${fitting.input.join(", ")}] and ${fitting.outputs} outputs`;
      fail("usage", "model", { rule, got: `[${input.join(", ")}] and ${outputs}` });
    }
    return { ...model, name: fitting.name };
  };
  const pattern = new RegExp(`^${base.replace(/[^\w]/g, "\\$&")}$`);
  registerModel(base, { grammar: base, pattern, build }, content);
  adopted.add(written);
  return written;
}

/** The name of a model that is what its name says, such as one that `parseModel` gave. */
function builtIn({ name, input, outputs, vocabulary }: Model, content: string): string | undefined {
  try {
    const same = parseModel(name, { shape: input, outputs, ...(vocabulary !== undefined && { vocabulary }) });
    return modelContent(same) === content ? same.name : undefined;
  } catch {
    return undefined;
  }
}

function adoptDataset(asked: Dataset): string {
  const { name, source } = asked;
  if (isLoaded(asked)) return source ?? name;
  const dataset = ofTask(checkDataset(asked));
  const content = contentOf(dataset);
  const plain = nameable(name, "data");
  const base = datasetNames.includes(plain) ? `own-${plain}` : plain;
  const written = `${base}@${content}`;
  if (!adopted.has(written)) registerDataset(base, { make: () => dataset }, content);
  adopted.add(written);
  return written;
}

/** A name that may stand in a specification, made of one that need not. */
function nameable(name: unknown, otherwise: string): string {
  const plain = String(name ?? "")
    .replace(/[@?].*$/s, "")
    .replace(/[^A-Za-z0-9._+-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "");
  return plain || otherwise;
}
