/** From the options of `tombola run` to a complete specification: readers, defaults, and options that would do nothing. */

import type { Command } from "commander";
import { fail } from "../base/errors.ts";
import { INITIALISERS, type Initialiser } from "../model/initialise.ts";
import { MODEL_NAMES } from "../model/registry.ts";
import { PRESETS, type PruningOptions } from "../study/presets.ts";
import { ARMS } from "../study/row.ts";
import { type PruningSpec, parsePruningSpec } from "../study/spec.ts";
import { addOption, addShared, integer, listOf, number, oneOf, type Reader, steps, text } from "./options.ts";

const STUDIES = ["imp", "oneshot"] as const;

/** Reads what `tombola run` can run: a study or a preset. */
export const readStudy: Reader<string> = oneOf([...STUDIES, ...Object.keys(PRESETS)]);

const positive = number({ rule: "a number above 0", holds: (value) => value > 0 });
const fromZero = number({ rule: "a number from 0", holds: (value) => value >= 0 });
const fraction = number({ rule: "a number from 0 to 1", holds: (value) => value >= 0 && value <= 1 });
const inside = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const initialisers = Object.keys(INITIALISERS) as Initialiser[];

type Line = readonly [flags: string, description: string, read?: Reader<unknown>];

const OPTIONS: readonly Line[] = [
  ["--model <name>", `${MODEL_NAMES.join(" or ")} (default: lenet-300-100)`, text],
  ["--init <name>", `initialiser: ${initialisers.join(", ")} (default: glorot-normal)`, oneOf(initialisers)],
  ["--validation <n>", "training images held out for early stopping, 0 for none (default: 5000)", integer(0)],
  ["--steps <length>", "of every training, such as 50000it or 12ep (default: 50000it)", steps],
  ["--batch <n>", "images an iteration (default: 60)", integer(1)],
  [
    "--loss <name>",
    "cross-entropy or squared-error (default: cross-entropy)",
    oneOf(["cross-entropy", "squared-error"]),
  ],
  ["--optimizer <name>", "sgd, adam or adamw (default: adam)", oneOf(["sgd", "adam", "adamw"])],
  ["--lr <rate>", "learning rate (default: 0.0012, with sgd 0.1)", positive],
  ["--momentum <m>", "of sgd (default: 0)", inside],
  ["--nesterov", "Nesterov's momentum, of sgd"],
  ["--weight-decay <w>", "L2, with adamw decoupled (default: 0, with adamw 0.01)", fromZero],
  [
    "--schedule <name>",
    "of the rate: constant, step or cosine (default: constant)",
    oneOf(["constant", "step", "cosine"]),
  ],
  ["--milestones <lengths>", "where schedule step lowers the rate, such as 20000it,25000it", listOf(steps)],
  ["--lr-factor <f>", "what schedule step multiplies the rate by (default: 0.1)", positive],
  ["--warmup <length>", "linear rise of the rate from 0 (default: 0)", steps],
  ["--evaluate-every <length>", "between evaluations (default: 100it, without validation images 1ep)", steps],
  ["--levels <n>", "pruning rounds; levels 0 (dense) to n are trained (default: 20)", integer(0, 9999)],
  ["--cut <fraction>", "of the weights left, removed each round (default: 0.2)", inside],
  ["--output-cut-factor <f>", "scales the cut of the output layer (default: 0.5 for lenet models, else 1)", fraction],
  [
    "--scope <name>",
    "whether weights compete within their layer or globally (default: layer)",
    oneOf(["layer", "global"]),
  ],
  ["--rewind <length>", "where tickets' weights are taken from (default: 0, the initialisation)", steps],
  ["--arms <names>", `of ${ARMS.join(", ")} (default: ticket,reinit,random)`, listOf(oneOf(ARMS))],
  ["--replicates <n>", "repetitions with their own seeds (default: 1)", integer(1, 65535)],
  ["--seed <n>", "of all randomness (default: 1)", integer(0, 2 ** 32 - 1)],
];

/** Adds the options of a pruning study; values that were not given stay undefined. */
export function addPruningOptions(command: Command): Command {
  addShared(command, "data");
  for (const line of OPTIONS) addOption(command, ...line);
  return command;
}

/** The specification that a study or preset (of {@link readStudy}) and the options given make; throws `usage` naming what is wrong. */
export function specOf(name: string, given: PruningOptions): PruningSpec {
  const { study, options: named } = PRESETS[name] ?? { study: name, options: {} };
  const options = { ...named, ...given };
  refuseUnused(given, options);
  const { model = "lenet-300-100", validation = 5000, arms = ["ticket", "reinit", "random"] } = options;
  return parsePruningSpec({
    study,
    model,
    data: options.data ?? "mnist",
    validation,
    batch: options.batch ?? 60,
    loss: options.loss ?? "cross-entropy",
    optimizer: optimizerOf(options),
    lr: options.lr ?? (options.optimizer === "sgd" ? 0.1 : 0.0012),
    schedule: scheduleOf(options),
    warmup: options.warmup ?? "0",
    steps: options.steps ?? "50000it",
    evaluateEvery: options.evaluateEvery ?? (validation > 0 ? "100it" : "1ep"),
    init: options.init ?? "glorot-normal",
    levels: options.levels ?? 20,
    cut: options.cut ?? 0.2,
    // Frankle & Carbin 2019, figure 2: LeNet's output layer is pruned at half the rate.
    outputCutFactor: options.outputCutFactor ?? (model.startsWith("lenet") ? 0.5 : 1),
    scope: options.scope ?? "layer",
    rewind: options.rewind ?? "0",
    arms,
    replicates: options.replicates ?? 1,
    seed: options.seed ?? 1,
  });
}

function optimizerOf({ optimizer: name = "adam", weightDecay, momentum = 0, nesterov = false }: PruningOptions) {
  if (name === "sgd") return { name, momentum, nesterov, weightDecay: weightDecay ?? 0 };
  return { name, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: weightDecay ?? (name === "adamw" ? 0.01 : 0) };
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

/** Options that do nothing without others: when they do something, and what that needs. */
const NEEDS: readonly (readonly [
  option: keyof PruningOptions,
  met: (options: PruningOptions) => boolean,
  need: string,
])[] = [
  ["momentum", ({ optimizer }) => optimizer === "sgd", "--optimizer sgd"],
  ["nesterov", ({ optimizer, momentum }) => optimizer === "sgd" && !!momentum, "--optimizer sgd with --momentum"],
  ["milestones", ({ schedule }) => schedule === "step", "--schedule step"],
  ["lrFactor", ({ schedule }) => schedule === "step", "--schedule step"],
  ...(["levels", "cut", "outputCutFactor", "scope"] as const).map(
    (option) => [option, prunes, "an arm other than dense"] as const,
  ),
];

function prunes({ arms = ["ticket"] }: PruningOptions): boolean {
  return arms.some((arm) => arm !== "dense");
}

function refuseUnused(given: PruningOptions, all: PruningOptions): void {
  const unused = NEEDS.find(([option, met]) => given[option] !== undefined && !met(all));
  if (!unused) return;
  const [option, , need] = unused;
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  fail("usage", flag, { rule: `does nothing without ${need}`, got: given[option], remedy: "Leave it out or add that" });
}
