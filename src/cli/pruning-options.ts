/** The options of `tombola run`: how they are written, and what help says of them. */

import type { Command } from "commander";
import { INITIALISERS, type Initialiser } from "../model/initialise.ts";
import { MODEL_NAMES } from "../model/registry.ts";
import { FAMILIES } from "../study/defaults.ts";
import { PRESETS } from "../study/presets.ts";
import { ARMS, METHODS } from "../study/row.ts";
import { STUDIES } from "../study/studies.ts";
import { OPTIMIZER_NAMES } from "../train/optimizer.ts";
import { CONNECTIVITY_OPTIONS } from "./connectivity-options.ts";
import { METHODS_OPTIONS } from "./methods-options.ts";
import { addOption, addShared, integer, listOf, number, oneOf, type Reader, steps, text } from "./options.ts";

const positive = number({ rule: "a number above 0", holds: (value) => value > 0 });
const fromZero = number({ rule: "a number from 0", holds: (value) => value >= 0 });
const fraction = number({ rule: "a number from 0 to 1", holds: (value) => value >= 0 && value <= 1 });
const inside = number({ rule: "a number between 0 and 1, such as 0.2", holds: (value) => value > 0 && value < 1 });
const initialisers = Object.keys(INITIALISERS) as Initialiser[];

type Line = readonly [flags: string, description: string, read?: Reader<unknown>];

const OPTIONS: readonly Line[] = [
  ["--preset <name>", "options of the study under a name, see below", text],
  ["--model <name>", `${MODEL_NAMES.join(" or ")} (default: lenet-300-100)`, text],
  ["--init <name>", `initialiser: ${initialisers.join(", ")} (default: by model)`, oneOf(initialisers)],
  ["--validation <n>", "training images held out for early stopping, 0 for none (default: 5000)", integer(0)],
  ["--train-size <n>", "images trained on, as many of every class (default: all that are not held out)", integer(1)],
  [
    "--augment <name>",
    "crop-flip: images moved by up to 4 pixels over a black border and mirrored at random; none (default: by model)",
    oneOf(["crop-flip", "none"]),
  ],
  ["--steps <length>", "of every training, such as 50000it or 12ep (default: by model)", steps],
  ["--batch <n>", "images an iteration (default: by model)", integer(1)],
  [
    "--loss <name>",
    "cross-entropy or squared-error (default: cross-entropy)",
    oneOf(["cross-entropy", "squared-error"]),
  ],
  ["--optimizer <name>", `${OPTIMIZER_NAMES.join(", ")} (default: by model)`, oneOf(OPTIMIZER_NAMES)],
  ["--lr <rate>", "learning rate (default: by model; with another optimizer 0.0012, with sgd 0.1)", positive],
  ["--momentum <m>", "of sgd (default: by model; with another optimizer 0)", inside],
  ["--nesterov", "Nesterov's momentum, of sgd"],
  ["--weight-decay <w>", "L2, with adamw decoupled (default: by model; with adamw 0.01)", fromZero],
  [
    "--schedule <name>",
    "of the rate: constant, step or cosine (default: by model)",
    oneOf(["constant", "step", "cosine"]),
  ],
  ["--milestones <lengths>", "where schedule step lowers the rate, such as 20000it,25000it", listOf(steps)],
  ["--lr-factor <f>", "what schedule step multiplies the rate by (default: 0.1)", positive],
  ["--warmup <length>", "linear rise of the rate from 0 (default: 0)", steps],
  ["--evaluate-every <length>", "between evaluations (default: by model)", steps],
  ["--levels <n>", "pruning rounds; levels 0 (dense) to n are trained (default: 20)", integer(0, 9999)],
  ["--cut <fraction>", "of the weights left, removed each round (default: 0.2)", inside],
  ["--output-cut-factor <f>", "scales the cut of the output layer (default: by model)", fraction],
  ["--conv-cut-factor <f>", "scales the cut of convolutions, with --scope layer (default: by model)", fraction],
  [
    "--scope <name>",
    "whether weights compete within their layer or globally (default: by model)",
    oneOf(["layer", "global"]),
  ],
  [
    "--unit <name>",
    "what is pruned: weight, or filter with --scope layer (default: weight)",
    oneOf(["weight", "filter"]),
  ],
  [
    "--pruning <name>",
    "imp or oneshot, in studies of panels (default: imp, in scratch oneshot)",
    oneOf(["imp", "oneshot"]),
  ],
  ["--rewind <length>", "where tickets' weights are taken from (default: 0, the initialisation)", steps],
  ["--rewind-to <length>", "where the arms rewound, lr-rewind and finetune go back to, such as 500it", steps],
  [
    "--arms <names>",
    `of ${ARMS.join(", ")} (default: ticket,reinit,random); of methods also ${METHODS.join(", ")} (default: all)`,
    listOf(oneOf([...ARMS, ...METHODS])),
  ],
  ...METHODS_OPTIONS,
  ...CONNECTIVITY_OPTIONS,
  ["--replicates <n>", "repetitions with their own seeds (default: 1)", integer(1, 65535)],
  ["--seed <n>", "of all randomness (default: 1)", integer(0, 2 ** 32 - 1)],
];

/** Adds the options of a pruning study; values that were not given stay undefined. */
export function addPruningOptions(command: Command): Command {
  addShared(command, "data");
  for (const line of OPTIONS) addOption(command, ...line);
  return command;
}

/** What help says below the options: studies, presets, and the defaults of each kind of model. */
export function studyHelp(): string {
  const studies = Object.entries(STUDIES).map(([name, summary]) => `  ${name.padEnd(12)} ${summary}`);
  const presets = PRESETS.map(({ study, name, summary }) => `  ${`${study} --preset ${name}`.padEnd(26)} ${summary}`);
  const families = FAMILIES.map(({ models, options }) => `  ${models.padEnd(12)} ${described(options)}`);
  return [
    `\nStudies:\n${studies.join("\n")}`,
    `Presets, whose options may be overridden; those of imp are commands themselves, such as run smoke:\n${presets.join("\n")}`,
    "figure1, figure2, figure3 and scratch without --preset mean their laptop.",
    `Defaults by model:\n${families.join("\n")}`,
    "Lengths of training are written 10ep, 500it, 2ep50it or 0.",
  ].join("\n\n");
}

function described(options: (typeof FAMILIES)[number]["options"]): string {
  const { data, steps, batch, optimizer, lr, momentum, weightDecay, milestones, init, scope } = options;
  const { convCutFactor = 1, outputCutFactor = 1 } = options;
  return [
    `${data}, ${steps} of ${optimizer} ${lr}${momentum ? `, momentum ${momentum}, decay ${weightDecay}` : ""}, batch ${batch}`,
    milestones ? `a tenth of the rate from ${milestones.join(" and ")}` : "",
    `${init}, scope ${scope}`,
    convCutFactor < 1 ? `convolutions at ${convCutFactor} of the cut` : "",
    outputCutFactor < 1 ? `output layer at ${outputCutFactor}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
