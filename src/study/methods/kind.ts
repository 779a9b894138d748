/** The study `methods`: ways to become sparse while training, against tickets and new weights under their masks. */
import { datasetNamed } from "../../dataset/dataset.ts";
import type { StudyKind } from "../kind.ts";
import { networkKind } from "../networks/kind.ts";
import type { NetworkPlace, Row, RowDetail } from "../networks/row.ts";
import { networkRows } from "../networks/rows.ts";
import type { Values } from "../option.ts";
import { familyNotes } from "../shared/defaults.ts";
import { complete, presetNamed } from "../shared/spec-of.ts";
import { setupTitle } from "../shared/title.ts";
import { METHODS_DEFAULTS, METHODS_OPTIONS, type MethodsOptions, methodsSpecOf } from "./options.ts";
import { methodsPlan } from "./plan.ts";
import { METHODS_PRESETS } from "./presets.ts";
import { METHOD_ARMS, type MethodsSpec, parseMethodsSpec } from "./spec.ts";

const name = "methods";

export const methods: StudyKind<MethodsSpec, Row, NetworkPlace, RowDetail> = {
  ...networkKind,
  name,
  summary: "ways to become sparse while training: gradual pruning, variational dropout, L0, against tickets",
  options: METHODS_OPTIONS,
  presets: METHODS_PRESETS,
  examples: [
    { preset: "laptop", summary: "all ways on LeNet, down to 1.6 % of the weights" },
    {
      options: { arms: ["gradual", "dense"], levels: 4, steps: "5000it" },
      summary: "gradual pruning to four densities",
    },
  ],
  notes: familyNotes(),
  specOf(given: Values, preset?: string | Values) {
    const named = { ...METHODS_DEFAULTS, ...presetNamed(METHODS_PRESETS, preset, { study: name })?.options };
    const arms = METHOD_ARMS;
    return methodsSpecOf(complete<MethodsOptions>(given, named, { options: METHODS_OPTIONS, arms }));
  },
  parse: parseMethodsSpec,
  plan: (spec, datasets) => methodsPlan(spec, datasetNamed(datasets, spec.data)),
  rows: ({ arms }, finished, artifacts) => networkRows(finished, artifacts, { arms }),
  title: (spec) => setupTitle(spec, "gradual pruning and penalties"),
  figures: [{ name, draw: async (data) => (await import("./figure.ts")).methods(data) }],
};
