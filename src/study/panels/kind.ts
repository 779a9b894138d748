/**
 * Studies of several panels: one pruning study at several learning rates, or by several recipes, compared side by side.
 * `figure1` is the central figure of the survey that this project follows, `forgetting` asks what decides on its
 * counter-case, `scratch` is the question of Liu et al. 2018, whether pruned architectures need their tickets.
 */

import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import { trainedImages } from "../../dataset/split.ts";
import type { Band } from "../../figure/band.ts";
import { table } from "../../figure/tables.ts";
import type { Example, FigureKind, StudyKind } from "../kind.ts";
import { networkKind } from "../networks/kind.ts";
import type { NetworkPlace } from "../networks/row.ts";
import type { Values } from "../option.ts";
import { checkRewind, howOf } from "../pruning/kind.ts";
import { pruningPlan } from "../pruning/plan.ts";
import { settled } from "../shared/common.ts";
import { familyNotes } from "../shared/defaults.ts";
import type { TrainingOptions } from "../shared/options.ts";
import { inPanel } from "../shared/panel.ts";
import type { NetworkPlan } from "../shared/replicate.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { complete, fieldsOf, presetNamed, rewindsOf } from "../shared/spec-of.ts";
import { setupTitle } from "../shared/title.ts";
import { withCopies } from "./copies.ts";
import { PANEL_COMPARISON, type PanelDetail, type PanelRow, panelDetails } from "./forgetting.ts";
import { memoryTable } from "./memory.ts";
import { type PanelsOptions, panelsOptions } from "./options.ts";
import { FIGURE1_PRESETS, FORGETTING_PRESETS, PANELS, type PanelsPreset, SCRATCH_PRESETS } from "./presets.ts";
import { panelRows } from "./rows.ts";
import { type PanelsSpec, parsePanelsSpec, pruningOf } from "./spec.ts";

interface Words {
  readonly summary: string;
  /** How it prunes where that is not chosen. */
  readonly pruning: PruningSpec["study"];
  readonly presets: readonly PanelsPreset[];
  readonly examples: readonly Example[];
  readonly figures: readonly FigureKind<PanelDetail>[];
  /** What error bars show where that is not asked for. */
  readonly band?: Band;
  /** What a panel has, as help says it. */
  readonly panel: string;
}

/** The panels one after the other. */
function* panelsPlan(spec: PanelsSpec, datasets: readonly Dataset[]): NetworkPlan {
  const dataset = datasetNamed(datasets, spec.data);
  const { copiesAt: level } = spec;
  for (const panel of spec.panels) {
    const pruning = pruningOf(spec, panel);
    const plan = pruningPlan(pruning, dataset);
    const own = settled(pruning, dataset);
    const images = trainedImages(dataset, own).length;
    const whole = level === undefined ? plan : withCopies(plan, { spec: own, level, images });
    yield* inPanel(panel.name, whole);
  }
}

function panelsKind(
  name: PanelsSpec["study"],
  words: Words,
): StudyKind<PanelsSpec, PanelRow, NetworkPlace, PanelDetail> {
  const { summary, presets, examples, figures, band } = words;
  const { arms = [] } = presets[0]!.options as TrainingOptions;
  const options = panelsOptions({ pruning: words.pruning, arms });
  const notes = `Without a preset it is ${presets[0]!.name}; each panel has ${words.panel}.\n\n${familyNotes()}`;
  return {
    ...networkKind,
    details: panelDetails,
    report: async (rows, measure) => {
      const { sections, ...report } = await networkKind.report(rows, measure);
      const { header, cells, title = "" } = memoryTable(rows, measure);
      return { ...report, sections: [...sections, { title, html: table(header, cells) }] };
    },
    tables: async (rows, store, measure) => [
      memoryTable(rows, measure),
      ...(await networkKind.tables(rows, store, measure)),
    ],
    comparison: PANEL_COMPARISON,
    ...{ name, summary, presets, examples, options, notes, figures },
    ...(band && { band }),
    specOf(given: Values, preset?: string | Values) {
      const { options: named, panels = PANELS } = presetNamed(presets, preset, { study: name, always: true })!;
      const asked = complete<PanelsOptions>(given, named, { options, arms: [] });
      const pruning = asked.pruning ?? words.pruning;
      const { copiesAt } = asked;
      const own = { study: name, pruning, panels, ...(copiesAt !== undefined && { copiesAt }) };
      return parsePanelsSpec({ ...fieldsOf(asked), ...rewindsOf(asked), ...own });
    },
    parse: parsePanelsSpec,
    check: (spec, datasets) => checkRewind(spec, datasetNamed(datasets, spec.data)),
    plan: panelsPlan,
    rows: panelRows,
    title: (spec) => setupTitle(spec, howOf(spec.pruning)),
  };
}

const ANGLE: FigureKind<PanelDetail> = {
  name: "angle",
  draw: async (data) => (await import("./figures/angle.ts")).angle(data),
};

export const figure1 = panelsKind("figure1", {
  summary: "tickets, new weights and rewound weights at a low and at the usual learning rate",
  pruning: "imp",
  presets: FIGURE1_PRESETS,
  panel: "a learning rate",
  // As in the survey's Figure 1.
  band: "minmax",
  figures: [{ name: "figure1", draw: async (data) => (await import("./figures/panels.ts")).figure1(data) }, ANGLE],
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
  panel: "a learning rate",
  band: "minmax",
  figures: [{ name: "scratch", draw: async (data) => (await import("./figures/panels.ts")).scratch(data) }],
  examples: [
    { summary: "VGG-16 of an eighth of the width" },
    { options: { unit: "filter", scope: "layer" }, summary: "the same with whole filters removed" },
  ],
});

export const forgetting = panelsKind("forgetting", {
  summary: "how far tickets lead new weights, against how far training forgets the first weights",
  pruning: "imp",
  presets: FORGETTING_PRESETS,
  panel: "a recipe",
  figures: [
    { name: "forgetting", draw: async (data) => (await import("./figures/forgetting.ts")).forgetting(data) },
    ANGLE,
  ],
  examples: [
    { summary: "ten recipes, which reach the same exponents in several ways" },
    { preset: "smoke", summary: "a try in seconds" },
  ],
});
