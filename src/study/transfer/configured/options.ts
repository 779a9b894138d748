/** The options of studies of configurations, and the specification that they make. */
import { defaultRate, optimizerNames } from "../../../train/optimizer.ts";
import {
  integer,
  listOf,
  type Need,
  number,
  type Option,
  oneOf,
  positive,
  steps,
  text,
  type Values,
} from "../../option.ts";
import { RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../../shared/options.ts";
import { PRUNING_OPTIONS } from "../../shared/pruning-options.ts";
import { type Complete, complete, fieldsOf, presetNamed } from "../../shared/spec-of.ts";
import { TRAINING_OPTIONS } from "../../shared/training-options.ts";
import { type ByTask, byTask, checkNames, readTasks, taskNames, withOptions } from "../tasks.ts";
import type { ConfiguredPreset } from "./presets.ts";
import { ARMS, type ConfiguredArm, type ConfiguredSpec, parseConfiguredSpec } from "./spec.ts";

/** Their values. */
export interface ConfiguredOptions extends Omit<TrainingOptions, "arms" | "optimizer" | "levels" | "cut"> {
  readonly tasks?: readonly string[];
  readonly optimizers?: readonly string[];
  readonly rates?: ByTask<number>;
  readonly sources?: readonly string[];
  readonly targets?: readonly string[];
  readonly densities?: readonly number[];
  readonly arms?: readonly ConfiguredArm[];
  readonly decays?: readonly number[];
  readonly lines?: readonly number[];
}

const share = number({ rule: "between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const fromZero = number({ rule: "a number from 0", holds: (value) => value >= 0 });

const isSgd = (names: unknown) => ((names as readonly string[] | undefined) ?? []).some((name) => /^sgdw?$/.test(name));
const sgd: Need = {
  words: "optimizers sgd or sgdw",
  fields: ["optimizers"],
  met: ({ optimizers }) => isSgd(optimizers),
};

/** Options of training that do not stand for every configuration alike, or are said in another way. */
const LEFT_OUT = ["optimizer", "trainSize", "loss", "clipNorm", "epsilon"];

const OWN_NEEDS: Readonly<Record<string, Need>> = {
  momentum: sgd,
  nesterov: { ...sgd, words: `${sgd.words}, with momentum`, met: (all) => isSgd(all.optimizers) && !!all.momentum },
};

const TRAINING = TRAINING_OPTIONS.filter(({ name }) => !LEFT_OUT.includes(name)).map(({ need, ...option }): Option => {
  const own = OWN_NEEDS[option.name] ?? (option.name === "augment" ? undefined : need);
  return { ...option, ...(own && { need: own }) };
});

const PRUNING = PRUNING_OPTIONS.filter(({ name }) => name === "scope" || name === "shortcutCutFactor").map(
  ({ need: _, ...option }) => option,
);

const WARMUP = RATE_OPTIONS.filter(({ name }) => name === "warmup");

const hasArm = (arm: ConfiguredArm): Need => ({
  words: `the arm ${arm}`,
  fields: ["arms"],
  met: ({ arms }) => (arms as readonly string[]).includes(arm),
});

/** What the studies are without a preset. */
export interface ConfiguredDefaults {
  readonly tasks: readonly string[];
  readonly arms: readonly ConfiguredArm[];
  readonly model: string;
}

const DENSITIES = [0.512, 0.262, 0.134, 0.0687] as const;
const DECAYS = [0, 1e-4, 1e-3, 1e-2] as const;

/** The options of a study that is so without any. */
export function configuredOptions({ tasks, arms, model }: ConfiguredDefaults): readonly Option[] {
  const subject = SUBJECT_OPTIONS.filter(({ name }) => name === "model").map((option) => ({
    ...option,
    fallback: model,
  }));
  return [
    ...subject,
    {
      name: "tasks",
      value: "names",
      description: "data sets of one shape, separated by commas, or where they have commas by semicolons",
      fallback: tasks.join(","),
      read: readTasks,
    },
    {
      name: "optimizers",
      value: "names",
      description: () => `each of them trains every data set: ${optimizerNames().join(", ")}`,
      fallback: "sgd",
      read: listOf(oneOf(optimizerNames)),
    },
    {
      name: "rates",
      value: "rates",
      description: "learning rates by optimizer, such as sgd=0.1,adam=0.0012",
      fallback: "sgd and sgdw 0.1, others 0.0012",
      read: byTask(positive),
    },
    {
      name: "sources",
      value: "names",
      description: "whose tickets are carried over: data sets, of several optimizers with theirs, as mnist-adam",
      fallback: "all",
      read: listOf(text),
    },
    { name: "targets", value: "names", description: "what is trained on", fallback: "all", read: listOf(text) },
    {
      name: "densities",
      value: "fractions",
      description: "of the weights that may be cut, what is left at levels 1, 2 and so on",
      fallback: DENSITIES.join(","),
      read: listOf(share),
    },
    {
      name: "arms",
      value: "names",
      description: `what is trained on a target beside its dense network: of ${ARMS.join(", ")}`,
      fallback: arms.join(","),
      read: listOf(oneOf(ARMS)),
    },
    {
      name: "decays",
      value: "numbers",
      description: "weight decays of which rows held out choose one for the arm l2",
      fallback: DECAYS.join(","),
      read: listOf(fromZero),
      need: hasArm("l2"),
    },
    {
      name: "lines",
      value: "levels",
      description: "whose tickets of different sources are joined by lines on each target",
      fallback: "none",
      read: listOf(integer(1, 9999)),
      need: hasArm("ticket"),
    },
    {
      name: "rewind",
      value: "length",
      description: "where the weights of tickets are taken from, on the source",
      fallback: "0, the beginning",
      read: steps,
    },
    ...TRAINING,
    ...WARMUP,
    ...PRUNING.map((option) => (option.name === "scope" ? { ...option, fallback: "global" } : option)),
    ...REPEAT_OPTIONS,
  ];
}

/** How the specification of a study is made of options. */
export interface SpecMaking {
  readonly study: ConfiguredSpec["study"];
  readonly options: readonly Option[];
  readonly presets: readonly ConfiguredPreset[];
  readonly defaults: ConfiguredDefaults;
}

/** The specification that the options given make, over those of a preset; throws `usage` naming the field. */
export function configuredSpecOf(
  { study, options, presets, defaults }: SpecMaking,
  given: Values,
  preset?: string | Values,
) {
  const named = presetNamed(presets, preset, { study })?.options ?? {};
  const all = { optimizers: ["sgd"], scope: "global", model: defaults.model, ...named } as const;
  const made = complete(given, all, { options, arms: defaults.arms }) as Complete<TrainingOptions> & ConfiguredOptions;
  return parseConfiguredSpec({ study, ...specFields(made, defaults) });
}

function specFields(options: Complete<TrainingOptions> & ConfiguredOptions, { tasks: usual }: ConfiguredDefaults) {
  const { tasks: data = usual, densities = DENSITIES, lines = [], rewind = "0", warmup = "0", decays } = options;
  const arms = options.arms as readonly ConfiguredArm[];
  const configurations = configurationsOf(data, options);
  const names = configurations.map(({ name }) => name);
  const { sources = names, targets = names } = options;
  const plain = { ...options, arms: [], data: data[0]!, optimizer: options.optimizers![0]! };
  const { schedule, init, scope, replicates, seed, evaluateEvery, shortcutCutFactor } = fieldsOf(
    plain as never,
  ) as Record<string, unknown>;
  return {
    ...{ tasks: configurations, sources, targets, densities, arms, lines, rewind, warmup },
    ...{ schedule, init, scope, replicates, seed, evaluateEvery: options.evaluateEvery ?? evaluateEvery },
    ...(shortcutCutFactor !== undefined && { shortcutCutFactor }),
    ...(arms.includes("l2") && { decays: decays ?? DECAYS }),
  };
}

/** Every data set with every optimizer. */
function configurationsOf(data: readonly string[], options: Complete<TrainingOptions> & ConfiguredOptions) {
  const { optimizers = ["sgd"], rates = {}, model, steps } = options;
  checkNames("rates", rates, { names: optimizers, what: "optimizers" });
  const several = optimizers.length > 1;
  return taskNames(data).flatMap((name, i) =>
    optimizers.map((optimizer) => {
      // What the whole data set holds out and is varied by is said by its own name.
      const own = { ...options, data: withOptions(data[i]!, {}), optimizer, arms: [] };
      const fields = fieldsOf(own as never) as Record<string, unknown>;
      const { batch, validation, augment, optimizer: made } = fields;
      return {
        name: several ? `${name}-${optimizer}` : name,
        ...{ model, data: fields.data, batch, steps, searchSteps: steps, optimizer: made },
        lr: rates[optimizer] ?? defaultRate(optimizer),
        ...(validation !== undefined && { validation }),
        ...(augment !== undefined && { augment }),
      };
    }),
  );
}
