/**
 * Studies of several panels: one pruning study at several learning rates, compared side by side. `figure1` is the central
 * figure of the survey that this project follows, `scratch` the question of Liu et al. 2018, whether pruned architectures
 * need their tickets.
 */

import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import type { Example, Preset, StudyKind } from "../kind.ts";
import { networkKind } from "../networks/kind.ts";
import { ARMS, type NetworkPlace, type Row, type RowDetail } from "../networks/row.ts";
import { networkRows } from "../networks/rows.ts";
import { type Option, oneOf, type Values } from "../option.ts";
import { checkRewind, howOf, REWIND_OPTIONS } from "../pruning/kind.ts";
import { pruningPlan } from "../pruning/plan.ts";
import { familyNotes } from "../shared/defaults.ts";
import { armsOption, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { inPanel } from "../shared/panel.ts";
import { longestOption, NO_LIMIT, PRUNING_OPTIONS, UNIT_OPTION } from "../shared/pruning-options.ts";
import type { NetworkPlan } from "../shared/replicate.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { complete, fieldsOf, presetNamed, rewindsOf } from "../shared/spec-of.ts";
import { setupTitle } from "../shared/title.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { FIGURE1_PRESETS, PANELS, SCRATCH_PRESETS } from "./presets.ts";
import { type PanelsSpec, parsePanelsSpec, pruningOf } from "./spec.ts";

interface Words {
  readonly summary: string;
  /** How it prunes where that is not chosen. */
  readonly pruning: PruningSpec["study"];
  readonly presets: readonly Preset[];
  readonly examples: readonly Example[];
}

function optionsOf({ pruning, presets }: Words): readonly Option[] {
  const { arms = [] } = presets[0]!.options as TrainingOptions;
  return [
    ...SUBJECT_OPTIONS,
    ...TRAINING_OPTIONS,
    ...PRUNING_OPTIONS,
    UNIT_OPTION,
    {
      name: "pruning",
      value: "name",
      description: "imp or oneshot",
      fallback: pruning,
      read: oneOf(["imp", "oneshot"]),
    },
    ...REWIND_OPTIONS,
    longestOption(NO_LIMIT),
    armsOption(ARMS, arms.join(",")),
    ...REPEAT_OPTIONS,
  ];
}

/** The panels one after the other. */
function* panelsPlan(spec: PanelsSpec, datasets: readonly Dataset[]): NetworkPlan {
  const dataset = datasetNamed(datasets, spec.data);
  for (const panel of spec.panels) yield* inPanel(panel.name, pruningPlan(pruningOf(spec, panel), dataset));
}

function panelsKind(name: PanelsSpec["study"], words: Words): StudyKind<PanelsSpec, Row, NetworkPlace, RowDetail> {
  const { summary, presets, examples } = words;
  const options = optionsOf(words);
  const notes = `Without a preset it is ${presets[0]!.name}; each panel has a learning rate.\n\n${familyNotes()}`;
  return {
    ...networkKind,
    ...{ name, summary, presets, examples, options, notes },
    figures: [{ name, draw: async (data) => (await import("./figure.ts"))[name](data) }],
    // As in the survey's Figure 1.
    band: "minmax",
    specOf(given: Values, preset?: string) {
      const named = presetNamed(presets, preset, { study: name, always: true })!.options;
      const asked = complete<TrainingOptions & { readonly pruning?: PruningSpec["study"] }>(given, named, {
        options,
        arms: [],
      });
      const pruning = asked.pruning ?? words.pruning;
      return parsePanelsSpec({ ...fieldsOf(asked), ...rewindsOf(asked), study: name, pruning, panels: PANELS });
    },
    parse: parsePanelsSpec,
    check: (spec, datasets) => checkRewind(spec, datasetNamed(datasets, spec.data)),
    plan: panelsPlan,
    rows: ({ arms, panels }, finished, artifacts) =>
      networkRows(finished, artifacts, { arms, panels: panels.map((panel) => panel.name) }),
    title: (spec) => setupTitle(spec, howOf(spec.pruning)),
  };
}

export const figure1 = panelsKind("figure1", {
  summary: "tickets, new weights and rewound weights at a low and at the usual learning rate",
  pruning: "imp",
  presets: FIGURE1_PRESETS,
  examples: [
    { summary: "the survey's Figure 1, and its counter-case beside it" },
    { preset: "short", summary: "a deeper and wider network in a training too short to forget its first weights" },
    { preset: "smoke", options: { replicates: 1 }, summary: "a try in seconds" },
  ],
});

export const scratch = panelsKind("scratch", {
  summary: "whether a pruned network needs its ticket: fine-tuned, put back, or trained from new weights",
  pruning: "oneshot",
  presets: SCRATCH_PRESETS,
  examples: [
    { summary: "VGG-16 of an eighth of the width" },
    { options: { unit: "filter", scope: "layer" }, summary: "the same with whole filters removed" },
  ],
});
