/** The options of studies that train networks: how these are trained. */
import { sourceOfName } from "../../dataset/source/name.ts";
import { INITIALISERS, type Initialiser } from "../../model/initialise.ts";
import { lossNames } from "../../task/registry.ts";
import { optimizerNames } from "../../train/optimizer.ts";
import { scheduleNames } from "../../train/schedule.ts";
import { grouped, integer, listOf, number, type Option, oneOf, positive, steps, type Values } from "../option.ts";
import { BY_MODEL, need } from "./options.ts";

const fromZero = number({ rule: "a number from 0", holds: (value) => value >= 0 });
const inside = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const held = number({
  rule: "a whole number from 0, or a fraction below 1 such as 0.1",
  holds: (value) => value >= 0 && (value < 1 || Number.isInteger(value)),
});
const initialisers = Object.keys(INITIALISERS) as Initialiser[];
const isSgd = (optimizer: string | undefined) => optimizer?.startsWith("sgd") ?? false;
const sgd = need("optimizer sgd or sgdw", ({ optimizer }) => isSgd(optimizer), ["optimizer"]);
const stepwise = need("schedule step", ({ schedule }) => schedule === "step", ["schedule"]);

/** Fields within a specification. */
type Fields = Values;

const OPTIONS: readonly Option[] = [
  {
    name: "init",
    group: "weights",
    value: "name",
    description: `initialiser: ${initialisers.join(", ")}`,
    fallback: BY_MODEL,
    read: oneOf(initialisers),
  },
  {
    name: "validation",
    value: "n",
    description: "training rows held out for early stopping, as a count or a fraction below 1; 0 for none",
    fallback: "5000 where that is at most half, else a tenth",
    read: held,
  },
  {
    name: "trainSize",
    value: "n",
    description: "rows trained on, as many of every class",
    fallback: "all that are not held out",
    read: integer(1),
  },
  {
    of: ({ augment }) => (augment ? "crop-flip" : "none"),
    name: "augment",
    value: "name",
    description: "crop-flip: images moved by up to 4 pixels over a black border and mirrored at random; none",
    fallback: BY_MODEL,
    read: oneOf(["crop-flip", "none"]),
    need: need(
      "a data set of images",
      ({ data = "mnist" }) => ["images", "either"].includes(sourceOfName(data).holds),
      ["data"],
    ),
  },
  {
    name: "steps",
    value: "length",
    description: "of every training, such as 50000it or 12ep",
    fallback: BY_MODEL,
    read: steps,
  },
  { name: "batch", value: "n", description: "examples an iteration", fallback: BY_MODEL, read: integer(1) },
  {
    name: "loss",
    value: "name",
    description: () => lossNames().join(", "),
    fallback: "by task: cross-entropy of classes",
    read: oneOf(lossNames),
  },
  {
    of: ({ optimizer }) => (optimizer as Fields).name,
    name: "optimizer",
    value: "name",
    description: () => optimizerNames().join(", "),
    fallback: BY_MODEL,
    read: oneOf(optimizerNames),
  },
  {
    of: ({ optimizer }) => (optimizer as Fields).momentum,
    name: "momentum",
    value: "m",
    description: "of sgd and sgdw",
    fallback: "by model; with another optimizer 0",
    read: inside,
    need: sgd,
  },
  {
    of: ({ optimizer }) => (optimizer as Fields).nesterov,
    name: "nesterov",
    description: "Nesterov's momentum, of sgd and sgdw",
    need: need("optimizer sgd or sgdw with momentum", ({ optimizer, momentum }) => isSgd(optimizer) && !!momentum, [
      "optimizer",
      "momentum",
    ]),
  },
  {
    of: ({ optimizer }) => (optimizer as Fields).weightDecay,
    name: "weightDecay",
    value: "w",
    description: "L2, with adamw and sgdw decoupled",
    fallback: "by model; with adamw and sgdw 0.01",
    read: fromZero,
  },
  {
    of: ({ optimizer }) => (optimizer as Fields).clipNorm,
    name: "clipNorm",
    value: "norm",
    description: "most that the length of all gradients together, of kept weights, may be",
    fallback: "of bert:FOLDER 1, of others any",
    read: positive,
  },
  {
    of: ({ optimizer }) => (optimizer as Fields).epsilon,
    name: "epsilon",
    value: "e",
    description: "of adam and adamw, added to the root of the mean square",
    fallback: "1e-8",
    read: positive,
    need: need("optimizer adam or adamw", ({ optimizer }) => /^adamw?$/.test(optimizer ?? ""), ["optimizer"]),
  },
  {
    of: ({ schedule }) => (schedule as Fields).name,
    name: "schedule",
    value: "name",
    description: () => `of the rate: ${scheduleNames().join(", ")}`,
    fallback: BY_MODEL,
    read: oneOf(scheduleNames),
  },
  {
    of: ({ schedule }) => (schedule as Fields).milestones,
    name: "milestones",
    value: "lengths",
    description: "where schedule step lowers the rate, such as 20000it,25000it",
    read: listOf(steps),
    need: stepwise,
  },
  {
    of: ({ schedule }) => (schedule as Fields).factor,
    name: "lrFactor",
    value: "f",
    description: "what schedule step multiplies the rate by",
    fallback: "0.1",
    read: positive,
    need: stepwise,
  },
  { name: "evaluateEvery", value: "length", description: "between evaluations", fallback: BY_MODEL, read: steps },
];

/** How networks are trained. */
export const TRAINING_OPTIONS: readonly Option[] = grouped("training", OPTIONS, ["steps"]);
