/** The options of the studies `transfer-matrix` and `bert-tickets`. */
import { fail } from "../../base/errors.ts";
import { integer, listOf, number, type Option, oneOf, steps, text } from "../option.ts";
import { BY_MODEL, RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { type Complete, fieldsOf, rateOf } from "../shared/spec-of.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { CONTROLS, parseTransferSpec, type TransferSpec, type TransferTask } from "./spec.ts";
import { type ByTask, byTask, checkNames, readTasks, taskNames, withOptions } from "./tasks.ts";

/** Their values. */
export interface TransferOptions extends Omit<TrainingOptions, "levels" | "arms"> {
  readonly tasks?: readonly string[];
  readonly mlm?: string;
  readonly vocab?: string;
  readonly length?: number;
  readonly sources?: readonly string[];
  readonly targets?: readonly string[];
  readonly arms?: readonly string[];
  readonly levels?: number;
  readonly level?: readonly number[];
  readonly cutSchedule?: TransferSpec["cutSchedule"];
  readonly taskSteps?: ByTask<string>;
  readonly searchSteps?: ByTask<string>;
  readonly headSteps?: ByTask<string>;
  readonly trainSizes?: ByTask<number>;
  readonly headRule?: TransferSpec["headRule"];
  readonly searches?: boolean;
  readonly keepWeights?: boolean;
}

const inside = number({ rule: "a number between 0 and 1, such as 0.1", holds: (value) => value > 0 && value < 1 });

const LEFT_OUT = ["augment", "trainSize", "loss", "milestones", "lrFactor"];

/** How networks are trained, pruned and repeated. */
const SHARED: readonly Option[] = [
  ...TRAINING_OPTIONS.filter(({ name }) => !LEFT_OUT.includes(name)),
  ...RATE_OPTIONS,
  {
    name: "vocab",
    value: "folder",
    description: "vocabulary of the texts that do not say one",
    fallback: "none",
    read: text,
  },
  {
    name: "length",
    value: "n",
    description: "most tokens of the texts that do not say it",
    fallback: "by kind",
    read: integer(5),
  },
  { name: "cut", value: "fraction", description: "of the weights, removed each round", fallback: "0.1", read: inside },
  {
    name: "cutSchedule",
    value: "name",
    description: "linear: of all weights; geometric: of those left",
    fallback: "linear",
    read: oneOf(["linear", "geometric"]),
  },
  {
    name: "outputCutFactor",
    value: "f",
    description: "scales the cut of the output layer",
    fallback: "0",
    read: number({ rule: "a number from 0 to 1", holds: (value) => value >= 0 && value <= 1 }),
  },
  {
    name: "scope",
    value: "name",
    description: "whether weights compete within their layer or globally",
    fallback: BY_MODEL,
    read: oneOf(["layer", "global"]),
  },
  {
    name: "rewind",
    value: "length",
    description: "where the weights of tickets are taken from",
    fallback: "0, the beginning",
    read: steps,
  },
  {
    name: "taskSteps",
    value: "lengths",
    description: "of trainings on some tasks, such as squad=2ep",
    fallback: "steps",
    read: byTask(steps),
  },
  {
    name: "searchSteps",
    value: "lengths",
    description: "of a round of a search on some tasks, such as mlm=500it",
    fallback: "those of its trainings",
    read: byTask(steps),
  },
  {
    name: "headSteps",
    value: "lengths",
    description: "for which some tasks train a new head alone, on the network as it is, before all else",
    fallback: "none",
    read: byTask(steps),
  },
  {
    name: "trainSizes",
    value: "counts",
    description: "rows that some tasks are trained on, such as sst-2=8000",
    fallback: "all",
    read: byTask(integer(1)),
  },
  {
    name: "headRule",
    value: "name",
    description:
      "fresh: rounds of a search begin with one new head; kept: with the trained one of the round before, and one schedule over all",
    fallback: "fresh",
    read: oneOf(["fresh", "kept"]),
  },
  { name: "searches", description: "show the rounds of the searches too" },
  { name: "keepWeights", description: "keep the networks of all rows, else their scores and curves alone" },
];

const USUAL_TASKS = ["glue:mrpc", "glue:sts-b", "glue:cola"];

const MODEL = SUBJECT_OPTIONS.filter(({ name }) => name === "model");

export const MATRIX_OPTIONS: readonly Option[] = [
  ...MODEL.map((option) => ({ ...option, fallback: "bert-4x128" })),
  {
    name: "tasks",
    value: "names",
    description: "data sets, separated by commas, or where they have commas by semicolons",
    fallback: USUAL_TASKS.join(","),
    read: readTasks,
    of: ({ tasks }) => (tasks as TransferSpec["tasks"]).map(({ name }) => name),
  },
  {
    name: "sources",
    value: "names",
    description: `tasks and controls (${CONTROLS.join(", ")})`,
    fallback: "all tasks, oneshot, random and reinit",
    read: listOf(text),
  },
  { name: "targets", value: "names", description: "tasks to train on", fallback: "all", read: listOf(text) },
  {
    of: ({ levels }) => levels,
    name: "level",
    value: "n",
    description: "rounds behind the masks, several separated by commas",
    fallback: "7",
    read: listOf(integer(1, 9999)),
  },
  ...SHARED,
  ...REPEAT_OPTIONS,
];

const ARMS = ["ticket", "mlm", ...CONTROLS] as const;

export const TICKETS_OPTIONS: readonly Option[] = [
  ...MODEL.map((option) => ({ ...option, fallback: "bert-4x128" })),
  ...SUBJECT_OPTIONS.filter(({ name }) => ["data", "target", "task", "test"].includes(name)),
  {
    name: "mlm",
    value: "name",
    description: "data set of masked words, whose mask is the arm mlm",
    fallback: "none",
    read: text,
  },
  {
    of: ({ sources }) => sources,
    name: "arms",
    value: "names",
    description: `what is compared: of ${ARMS.join(", ")}`,
    fallback: "all but lota and lota-random",
    read: listOf(oneOf(ARMS)),
  },
  {
    of: ({ levels }) => Math.max(...(levels as readonly number[])),
    name: "levels",
    value: "n",
    description: "rounds; masks of all of them are carried over",
    fallback: "7",
    read: integer(1, 9999),
  },
  ...SHARED,
  ...REPEAT_OPTIONS,
];

/** The fields that both have. */
function shared(options: Complete<TransferOptions & TrainingOptions>, first: string) {
  const all = {
    schedule: "linear",
    cut: 0.1,
    validation: 0,
    ...options,
    data: first,
  };
  const { batch: _, validation: __, ...fields } = fieldsOf({ ...all, arms: [] } as never) as Record<string, unknown>;
  const { optimizer, schedule, init, outputCutFactor, scope, replicates, seed, cut } = fields;
  const { cutSchedule = "linear", headRule = "fresh", searches = false, keepWeights = false, rewind = "0" } = options;
  return {
    ...{
      optimizer,
      schedule,
      init,
      outputCutFactor,
      scope,
      replicates,
      seed,
      cut,
      warmup: rateOf(options).warmup,
    },
    ...{ evaluateEvery: options.evaluateEvery ?? options.steps, cutSchedule, headRule, searches, keepWeights, rewind },
  };
}

function tasksOf(
  data: readonly string[],
  options: Complete<TransferOptions & TrainingOptions>,
): Partial<TransferTask>[] {
  const { model, batch, steps: length, validation = 0, vocab, length: most } = options;
  const { taskSteps = {}, searchSteps = {}, headSteps = {}, trainSizes = {} } = options;
  const said = { ...(vocab && { vocab: encodeURIComponent(vocab) }), ...(most && { length: String(most) }) };
  const names = taskNames(data);
  for (const [where, of] of Object.entries({ taskSteps, searchSteps, headSteps, trainSizes }))
    checkNames(where, of, { names });
  return data.map((each, i) => {
    const name = names[i]!;
    const own = taskSteps[name] ?? length!;
    return {
      ...{ name, model, data: withOptions(each, said), validation, batch, lr: rateOf(options).lr, steps: own },
      ...{ searchSteps: searchSteps[name] ?? own, ...(headSteps[name] && { headSteps: headSteps[name] }) },
      ...(trainSizes[name] && { trainSize: trainSizes[name] }),
    } as Partial<TransferTask>;
  });
}

/** The specification of a matrix. */
export function matrixSpecOf(options: Complete<TransferOptions & TrainingOptions>): TransferSpec {
  const { tasks: asked = USUAL_TASKS, level = [7] } = options as TransferOptions;
  const tasks = tasksOf(asked, options);
  const names = tasks.map(({ name }) => name!);
  const { sources = [...names, "oneshot", "random", "reinit"], targets = names } = options as TransferOptions;
  const levels = level.toSorted((a, b) => a - b);
  return parseTransferSpec({
    study: "transfer-matrix",
    tasks,
    sources,
    targets,
    levels,
    ...shared(options, asked[0]!),
  });
}

/** The specification of tickets of one task. */
export function ticketsSpecOf(options: Complete<TransferOptions & TrainingOptions>): TransferSpec {
  const { data = "glue:mrpc", mlm, levels = 7 } = options as TransferOptions;
  const usual = ARMS.filter((arm) => !arm.startsWith("lota") && (arm !== "mlm" || mlm !== undefined));
  const arms = (options as unknown as TransferOptions).arms ?? usual;
  if (arms.includes("mlm") && mlm === undefined) {
    const remedy = "Name its data set, such as --mlm mlm:wikitext-2";
    fail("usage", "mlm", { rule: "the arm mlm needs it", remedy, fields: ["arms"] });
  }
  const tasks = tasksOf(mlm === undefined || !arms.includes("mlm") ? [data] : [data, mlm], options);
  const [own, words] = tasks.map(({ name }) => name!);
  const sources = arms.map((arm) => (arm === "ticket" ? own! : arm === "mlm" ? words! : arm));
  const all = Array.from({ length: levels }, (_, i) => i + 1);
  return parseTransferSpec({
    ...{ study: "bert-tickets", tasks, sources, targets: [own], levels: all },
    ...shared(options, data),
  });
}

/** Chen et al. 2020: no decay, no warm-up, gradients cut at 1, and a head that is never cut. */
export const CHEN = { weightDecay: 0, clipNorm: 1, model: "bert-4x128", validation: 0, outputCutFactor: 0 } as const;
