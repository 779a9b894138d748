/** The studies `imp` and `oneshot`: magnitude pruning, iterative and at once, with its controls. */

import { fail } from "../../base/errors.ts";
import { parseLength, resolveLength } from "../../base/length.ts";
import { iterationsPerEpoch } from "../../dataset/batches.ts";
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import type { Example, Preset, StudyKind } from "../kind.ts";
import { networkKind } from "../networks/kind.ts";
import { ARMS, type NetworkPlace, type Row, type RowDetail } from "../networks/row.ts";
import { networkRows } from "../networks/rows.ts";
import { type Option, steps, text, type Values } from "../option.ts";
import { settled } from "../shared/common.ts";
import { familyNotes } from "../shared/defaults.ts";
import {
  armsOption,
  need,
  RATE_OPTIONS,
  REPEAT_OPTIONS,
  SUBJECT_OPTIONS,
  type TrainingOptions,
} from "../shared/options.ts";
import { longestOption, NO_LIMIT, PRUNING_OPTIONS, WHAT_OPTIONS } from "../shared/pruning-options.ts";
import { goesBack, type PruningSpec, parsePruningSpec } from "../shared/spec.ts";
import { complete, fieldsOf, presetNamed, rateOf, rewindsOf } from "../shared/spec-of.ts";
import { START_OPTIONS } from "../shared/start.ts";
import { setupTitle } from "../shared/title.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { PRUNING_FIGURES } from "./figures/index.ts";
import { pruningPlan } from "./plan.ts";
import { IMP_PRESETS } from "./presets.ts";

/** What tickets are compared with where no arms are chosen. */
export const DEFAULT_ARMS = ["ticket", "reinit", "random"] as const;

/** Where weights come from, for arms that go back. */
export const REWIND_OPTIONS: readonly Option[] = [
  {
    name: "rewind",
    value: "length",
    description: "where tickets' weights are taken from",
    fallback: "0, the initialisation",
    read: steps,
  },
  {
    name: "rewindTo",
    value: "length",
    description: "where the arms rewound, oneshot, lr-rewind and finetune go back to, such as 500it",
    read: steps,
    need: need("an arm rewound, oneshot, lr-rewind or finetune", ({ arms = [] }) => arms.some(goesBack)),
  },
];

/** Level 0 from elsewhere. The command line reads the file, and gives its name and SHA-256 in its place. */
const TRAINED: Option = {
  name: "trained",
  value: "file",
  description:
    "weights that somebody trained, for finetune and lr-rewind: level 0 is this network, and nothing dense is trained",
  fallback: "none, level 0 is trained",
  read: text,
};

/** Arms of a network that was given, where none are chosen. */
const GIVEN_ARMS = ["finetune"] as const;

const OPTIONS: readonly Option[] = [
  ...SUBJECT_OPTIONS,
  TRAINED,
  ...START_OPTIONS,
  ...TRAINING_OPTIONS,
  ...RATE_OPTIONS,
  ...PRUNING_OPTIONS,
  ...WHAT_OPTIONS,
  ...REWIND_OPTIONS,
  longestOption(NO_LIMIT),
  armsOption(ARMS, DEFAULT_ARMS.join(",")),
  ...REPEAT_OPTIONS,
];

/** Refuses a rewind point at the end, from which nothing is trained. */
export function checkRewind(
  spec: Pick<PruningSpec, "rewind" | "steps" | "data" | "validation" | "trainSize" | "batch">,
  dataset: Dataset,
): void {
  const { rewind, steps: length, batch, ...trained } = settled(spec, dataset);
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, trained).length, batch);
  const [from, to] = [rewind, length].map((text) => resolveLength(parseLength(text), perEpoch)) as [number, number];
  if (from > 0 && from >= to)
    fail("usage", "rewind", { rule: `must come before the end of training (${length})`, got: rewind });
}

function pruningKind(
  name: PruningSpec["study"],
  words: { summary: string; presets: readonly Preset[]; examples: readonly Example[] },
): StudyKind<PruningSpec, Row, NetworkPlace, RowDetail> {
  return {
    ...networkKind,
    ...{ ...words, name, options: OPTIONS, notes: familyNotes(), figures: PRUNING_FIGURES },
    specOf(given: Values, preset?: string | Values) {
      const named = presetNamed(words.presets, preset, { study: name })?.options ?? {};
      const arms = given.trained === undefined ? DEFAULT_ARMS : GIVEN_ARMS;
      const options = complete<TrainingOptions>(given, named, { options: OPTIONS, arms });
      const from = options.trained === undefined ? {} : { trained: options.trained };
      return parsePruningSpec({
        ...fieldsOf(options),
        ...rewindsOf(options),
        ...rateOf(options),
        ...from,
        study: name,
      });
    },
    parse: parsePruningSpec,
    check: (spec, datasets) => checkRewind(spec, datasetNamed(datasets, spec.data)),
    plan: (spec, datasets) => pruningPlan(spec, datasetNamed(datasets, spec.data)),
    rows: ({ arms }, finished, artifacts) => networkRows(finished, artifacts, { arms }),
    title: (spec) => setupTitle(spec, `${howOf(name)}${spec.trained ? ` of ${spec.trained.name}` : ""}`),
  };
}

/** The kind of pruning in words. */
export function howOf(pruning: PruningSpec["study"]): string {
  return pruning === "oneshot" ? "one-shot magnitude pruning" : "iterative magnitude pruning";
}

export const imp = pruningKind("imp", {
  summary: "iterative magnitude pruning: tickets and what they are compared with",
  presets: IMP_PRESETS,
  examples: [
    { preset: "lenet-mnist", summary: "tickets, new weights and random masks on MNIST" },
    {
      options: { model: "resnet-20", levels: 8, arms: ["ticket", "rewound"], rewindTo: "500it" },
      summary: "a deep network, with and without rewinding",
    },
    {
      options: { data: "csv:housing.csv", target: ["price"], task: "regression", model: "mlp-64-64", levels: 3 },
      summary: "a table of one's own",
    },
  ],
});

export const oneshot = pruningKind("oneshot", {
  summary: "the same, with the masks of all levels taken from the dense network at once",
  presets: [],
  examples: [
    { options: { levels: 10, cut: 0.36, steps: "5000it" }, summary: "LeNet on MNIST, at the densities of lenet-mnist" },
    {
      options: { model: "vgg-16", arms: ["finetune", "reinit"], rewindTo: "120ep" },
      summary: "whether fine-tuning is worth it",
    },
  ],
});
