/** The study `edge-popup`: subnetworks of fixed weights over the fraction kept, against random ones and the trained network. */
import { datasetNamed } from "../../dataset/dataset.ts";
import type { Measure } from "../../task/task.ts";
import { told } from "../../task/words.ts";
import type { StudyKind } from "../kind.ts";
import type { Values } from "../option.ts";
import { complete, presetNamed } from "../shared/spec-of.ts";
import { shortTitle } from "../shared/title.ts";
import { POPUP_COLUMNS, POPUP_COMPARISON } from "./columns.ts";
import { POPUP_DEFAULTS, POPUP_OPTIONS, type PopupOptions, popupSpecOf } from "./options.ts";
import { popupPlan } from "./plan.ts";
import { POPUP_PRESETS } from "./presets.ts";
import { groupsOf, lastValue, type PopupPlace, type PopupRow, popupRows, storedValue } from "./row.ts";
import { DEFAULT_ARMS, type PopupSpec, parsePopupSpec } from "./spec.ts";

const name = "edge-popup";

export const edgePopup: StudyKind<PopupSpec, PopupRow, PopupPlace> = {
  name,
  summary: "networks whose weights never change: edge-popup over the fraction kept, against random and learned masks",
  options: POPUP_OPTIONS,
  presets: POPUP_PRESETS,
  examples: [
    { preset: "laptop", summary: "LeNet without biases at five densities" },
    { preset: "widths", summary: "whether wide networks come nearer to the dense one" },
    { preset: "gem-miner", summary: "a mask found before training, and whether its place and its weights matter" },
    {
      options: { model: "conv-2-w16-nobias", kept: [0.5], trainSize: 10_000, steps: "10ep" },
      summary: "a convolutional try",
    },
  ],
  specOf(given: Values, preset?: string | Values) {
    const named = { ...POPUP_DEFAULTS, ...presetNamed(POPUP_PRESETS, preset, { study: name })?.options };
    return popupSpecOf(complete<PopupOptions>(given, named, { options: POPUP_OPTIONS, arms: DEFAULT_ARMS }));
  },
  parse: parsePopupSpec,
  plan: (spec, datasets) => popupPlan(spec, datasetNamed(datasets, spec.data)),
  rows: ({ arms }, finished, artifacts) => popupRows(finished, artifacts, arms),
  say(row, measure) {
    const { panel, arm, replicate, density, seconds, diverged } = row;
    const said = diverged === undefined ? told(measure, lastValue(measure)(row)) : `diverged at iteration ${diverged}`;
    const weights = `with ${(100 * density).toFixed(2)} % of the weights`;
    return `${panel === undefined ? "" : `${panel}: `}${arm}, replicate ${replicate}: ${said} ${weights}${storedText(row, measure)}, ${seconds.toFixed(1)} s`;
  },
  columns: POPUP_COLUMNS,
  lines: groupsOf,
  comparison: POPUP_COMPARISON,
  title: (spec) =>
    `${shortTitle(spec)}, ${spec.weights} weights, a fraction of ${spec.scope === "layer" ? "every layer" : "all"}`,
  figures: [
    { name, draw: async (data) => (await import("./figure.ts")).edgePopup(data) },
    { name: "width", draw: async (data) => (await import("./figure.ts")).overWidth(data) },
  ],
};

/** Of a learned mask, what its value is of, and that of the network that is stored. */
function storedText(row: PopupRow, measure: Measure): string {
  return row.sampled === undefined
    ? ""
    : `, drawn anew; ${told(measure, storedValue(measure)(row))} where likely ones are kept`;
}
