/** The study `lstm-tickets`: tickets of LSTM language models, biases and embeddings pruned too (Yu et al. 2020, section 3). */
import { type Dataset, datasetNamed } from "../../dataset/dataset.ts";
import type { StudyKind } from "../kind.ts";
import { networkKind } from "../networks/kind.ts";
import type { NetworkPlace, Row, RowDetail } from "../networks/row.ts";
import { networkRows } from "../networks/rows.ts";
import type { Values } from "../option.ts";
import { checkRewind, howOf } from "../pruning/kind.ts";
import { pruningPlan } from "../pruning/plan.ts";
import { familyNotes } from "../shared/defaults.ts";
import { inPanel } from "../shared/panel.ts";
import type { NetworkPlan } from "../shared/replicate.ts";
import { complete, fieldsOf, presetNamed, rateOf, rewindsOf } from "../shared/spec-of.ts";
import { setupTitle } from "../shared/title.ts";
import { LSTM_DEFAULTS, LSTM_OPTIONS, type LstmTicketsOptions } from "./options.ts";
import { LSTM_PRESETS } from "./presets.ts";
import { LSTM_ARMS, type LstmSpec, PANEL_NAMES, parseLstmSpec, pruningOf } from "./spec.ts";

const name = "lstm-tickets";

/** A pruning study for each choice of what may be pruned. */
function* lstmPlan(spec: LstmSpec, datasets: readonly Dataset[]): NetworkPlan {
  const dataset = datasetNamed(datasets, spec.data);
  for (const prunes of spec.prunes) yield* inPanel(PANEL_NAMES[prunes], pruningPlan(pruningOf(spec, prunes), dataset));
}

export const lstmTickets: StudyKind<LstmSpec, Row, NetworkPlace, RowDetail> = {
  ...networkKind,
  name,
  summary: "tickets of LSTM language models: iterative and one-shot, put back to the start or to an early epoch",
  options: LSTM_OPTIONS,
  presets: LSTM_PRESETS,
  examples: [
    { preset: "smoke", summary: "a try in seconds, without data" },
    { preset: "laptop", summary: "the question of Yu et al. 2020 on a smaller model" },
  ],
  notes: familyNotes(),
  specOf(given: Values, preset?: string | Values) {
    const named = { ...LSTM_DEFAULTS, ...presetNamed(LSTM_PRESETS, preset, { study: name })?.options };
    const options = complete<LstmTicketsOptions>(given, named, { options: LSTM_OPTIONS, arms: LSTM_ARMS });
    const { prunes = ["all", "encoder"] } = options;
    return parseLstmSpec({
      ...{ ...fieldsOf(options), ...rewindsOf(options), ...rateOf(options) },
      ...{ study: name, prunes },
    });
  },
  parse: parseLstmSpec,
  check: (spec, datasets) => checkRewind(spec, datasetNamed(datasets, spec.data)),
  plan: lstmPlan,
  rows: ({ arms, prunes }, finished, artifacts) =>
    networkRows(finished, artifacts, { arms, panels: prunes.map((each) => PANEL_NAMES[each]) }),
  title: (spec) => setupTitle(spec, howOf("imp")),
  figures: [{ name, draw: async (data) => (await import("../panels/figures/panels.ts")).lstmTickets(data) }],
};
