/** From the options of `tombola run` to a complete specification: presets, defaults, and options that would do nothing. */

import { fail } from "../base/errors.ts";
import { defaultsOf } from "../study/defaults.ts";
import { parsePanelsSpec } from "../study/panels.ts";
import { PANELS, PRESETS, type Preset, type PruningOptions } from "../study/presets.ts";
import type { Arm } from "../study/row.ts";
import { goesBack, parsePruningSpec } from "../study/spec.ts";
import { STUDIES, type StudyName, type StudySpec } from "../study/studies.ts";
import { OPTIMIZERS, optimizerOf } from "../train/optimizer.ts";
import {
  CONNECTIVITY_NEEDS,
  chosenNetworks,
  instabilitySpecOf,
  isConnectivity,
  networksSpecOf,
} from "./connectivity-options.ts";
import { METHODS_NEEDS, methodsSpecOf } from "./methods-options.ts";
import { oneOf, type Reader } from "./options.ts";

/** Studies that have panels, and so a preset always. */
const PANELLED: readonly string[] = ["figure1", "scratch"] satisfies StudyName[];

/** Studies that are never without a preset. */
const WITH_PRESET: readonly string[] = [...PANELLED, ...(["figure2", "figure3"] satisfies StudyName[])];

const DEFAULT_ARMS = ["ticket", "reinit", "random"] as const;

/** Presets of `imp` are commands themselves. */
const SHORT = PRESETS.filter(({ study }) => study === "imp");

/** Reads what `tombola run` can run: a study, or a preset of `imp`. */
export const readStudy: Reader<string> = oneOf([...Object.keys(STUDIES), ...SHORT.map(({ name }) => name)]);

/** What was asked for: `--preset` beside the options of the study. */
export interface StudyOptions extends PruningOptions {
  readonly preset?: string;
  /** Of a study of several. */
  readonly networks?: readonly string[];
}

/** The specification that a study or preset (of {@link readStudy}) and the options given make; throws `usage` naming what is wrong. */
export function specOf(name: string, { preset, networks, ...given }: StudyOptions): StudySpec {
  const short = SHORT.find((each) => each.name === name);
  if (short && preset !== undefined)
    fail("usage", "--preset", { rule: `${name} is a preset itself`, got: preset, remedy: "Leave it out" });
  const study = (short?.study ?? name) as StudyName;
  const base = short ?? presetOf(study, preset);
  if (study === "figure2" || study === "figure3") return severalOf(study, base!, { networks, given });
  if (networks !== undefined)
    fail("usage", "--networks", {
      rule: "does nothing without figure2 or figure3",
      got: networks,
      remedy: "Leave it out",
    });
  const named = base?.options ?? {};
  return oneOfOptions(study, named, given);
}

/** Of every network: the preset's options, its own, and those given, which hold for all. */
function severalOf(
  study: "figure2" | "figure3",
  { options, networks: all = [] }: Preset,
  { networks, given }: { networks: readonly string[] | undefined; given: PruningOptions },
): StudySpec {
  for (const option of ["model", "data"] as const)
    if (given[option] !== undefined)
      fail("usage", `--${option}`, {
        rule: `the networks of ${study} set it`,
        got: given[option],
        remedy: "Use the study instability",
      });
  const specs = chosenNetworks(all, networks).map(
    (each) => [each.name, oneOfOptions("instability", { ...options, ...each.options }, given)] as const,
  );
  return networksSpecOf(study, specs);
}

function oneOfOptions(study: StudyName, named: PruningOptions, given: PruningOptions): StudySpec {
  const chosen = { ...named, ...given };
  const model = chosen.model ?? "lenet-300-100";
  const options = { ...defaultsOf(model, chosen), ...chosen, model };
  const panelled = PANELLED.includes(study);
  if (panelled) refuseRates(study, given);
  refuseUnused(given, { ...options, study, panelled });
  if (study === "methods") return methodsSpecOf(fieldsOf(options), { ...options, lr: rateOf(options) });
  if (study === "instability")
    return instabilitySpecOf(fieldsOf({ ...options, arms: ["dense"] }), { ...options, lr: rateOf(options) });
  if (!panelled)
    return parsePruningSpec({ ...fieldsOf(options), study, lr: rateOf(options), warmup: options.warmup ?? "0" });
  const pruning = options.pruning ?? (study === "scratch" ? "oneshot" : "imp");
  return parsePanelsSpec({ ...fieldsOf(options), study, pruning, panels: PANELS });
}

function presetOf(study: StudyName, name: string | undefined): Preset | undefined {
  const own = PRESETS.filter((preset) => preset.study === study);
  if (name === undefined) return WITH_PRESET.includes(study) ? own[0] : undefined;
  const names = own.map((preset) => preset.name).join(", ");
  const rule = own.length > 0 ? `of ${study} must be one of ${names}` : `${study} has no presets`;
  return own.find((preset) => preset.name === name) ?? fail("usage", "--preset", { rule, got: name });
}

/** The fields that all studies of pruning share; undefined where an optional one is not used. */
function fieldsOf(options: PruningOptions & { readonly model: string }): Record<string, unknown> {
  const { model, validation = 5000, scope = "layer", data = "mnist" } = options;
  const { outputCutFactor = 1, arms = DEFAULT_ARMS, replicates = 1, seed = 1, ...rest } = options;
  const optimizer = optimizerOf(options.optimizer ?? "adam", { ...options });
  const fields = {
    ...{ model, data, validation, trainSize: rest.trainSize, augment: augmentOf(options) },
    ...{ batch: rest.batch, loss: rest.loss ?? "cross-entropy", optimizer },
    ...{ schedule: scheduleOf(options), steps: rest.steps, init: rest.init },
    evaluateEvery: rest.evaluateEvery ?? (validation > 0 ? "100it" : "1ep"),
    ...{ levels: rest.levels ?? 20, cut: rest.cut ?? 0.2, outputCutFactor, scope },
    convCutFactor: scope === "layer" ? rest.convCutFactor : undefined,
    unit: rest.unit === "filter" ? "filter" : undefined,
    rewind: rest.rewind ?? "0",
    rewindTo: arms.some(goesBack) ? (rest.rewindTo ?? missing(arms)) : undefined,
    ...{ arms, replicates, seed },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function missing(arms: readonly Arm[]): never {
  const rule = `arm ${arms.find(goesBack)} needs it: the iteration to go back to`;
  return fail("usage", "--rewind-to", { rule, remedy: "Write it like 500it" });
}

/** Crop and flip are for CIFAR-10, as He et al. 2016 train on it: four pixels of border. */
function augmentOf({ data, augment = data === "cifar10" ? "crop-flip" : "none" }: PruningOptions) {
  return augment === "crop-flip" ? { crop: 4, flip: true } : undefined;
}

function rateOf({ lr, optimizer }: PruningOptions): number {
  return lr ?? OPTIMIZERS[optimizer ?? "adam"].rate;
}

function scheduleOf({ schedule: name = "constant", milestones, lrFactor: factor = 0.1 }: PruningOptions) {
  if (name !== "step") return { name };
  const remedy = "Write them like 20000it,25000it";
  return {
    name,
    milestones: milestones ?? fail("usage", "--milestones", { rule: "schedule step needs them", remedy }),
    factor,
  };
}

function refuseRates(study: StudyName, given: PruningOptions): void {
  for (const option of ["lr", "warmup"] as const)
    if (given[option] !== undefined)
      fail("usage", `--${option}`, {
        rule: `the panels of ${study} set it`,
        got: given[option],
        remedy: "Leave it out",
      });
}

type Asked = PruningOptions & { readonly study: StudyName; readonly panelled: boolean };

/** Options that do nothing without others: when they do something, and what that needs. */
const NEEDS: readonly (readonly [option: keyof PruningOptions, met: (options: Asked) => boolean, need: string])[] = [
  ["momentum", ({ optimizer }) => optimizer === "sgd", "--optimizer sgd"],
  ["nesterov", ({ optimizer, momentum }) => optimizer === "sgd" && !!momentum, "--optimizer sgd with --momentum"],
  ["milestones", ({ schedule }) => schedule === "step", "--schedule step"],
  ["lrFactor", ({ schedule }) => schedule === "step", "--schedule step"],
  ...METHODS_NEEDS,
  ...CONNECTIVITY_NEEDS,
  ["pruning", ({ panelled }) => panelled, `a study that has panels (${PANELLED.join(", ")})`],
  ["rewindTo", ({ arms }) => !!arms?.some(goesBack), "an arm rewound, lr-rewind or finetune"],
  [
    "convCutFactor",
    ({ scope, model }) => scope === "layer" && !/^(lenet|mlp)/.test(model!),
    "--scope layer and convolutions",
  ],
  ...(["levels", "cut", "outputCutFactor", "scope", "unit"] as const).map(
    (option) => [option, prunes, "an arm other than dense"] as const,
  ),
];

function prunes({ study, arms = isConnectivity(study) ? ["dense"] : DEFAULT_ARMS }: Asked): boolean {
  return arms.some((arm) => arm !== "dense");
}

function refuseUnused(given: PruningOptions, all: Asked): void {
  const unused = NEEDS.find(([option, met]) => given[option] !== undefined && !met(all));
  if (!unused) return;
  const [option, , need] = unused;
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  fail("usage", flag, { rule: `does nothing without ${need}`, got: given[option], remedy: "Leave it out or add that" });
}
