/** All studies: their specifications, and running one of any kind. */
import type { Dataset } from "../dataset/dataset.ts";
import type { Runner } from "./execute.ts";
import { runMethods } from "./methods.ts";
import type { MethodsSpec } from "./methods-spec.ts";
import { type PanelsSpec, runPanels } from "./panels.ts";
import { runPruning, type StudyEvents } from "./pruning.ts";
import type { Row } from "./row.ts";
import type { PruningSpec } from "./spec.ts";

/** The specification of any study. */
export type StudySpec = PruningSpec | PanelsSpec | MethodsSpec;

export type StudyName = StudySpec["study"];

/** What each study asks, as help says it. */
export const STUDIES: Readonly<Record<StudyName, string>> = {
  imp: "iterative magnitude pruning: tickets and what they are compared with",
  oneshot: "the same, with the masks of all levels taken from the dense network at once",
  figure1: "tickets, new weights and rewound weights at a low and at the usual learning rate",
  scratch: "whether a pruned network needs its ticket: fine-tuned, put back, or trained from new weights",
  methods: "ways to become sparse while training: gradual pruning, variational dropout, L0, against tickets",
};

/** Runs a study; resolves to its rows in order. */
export function runStudy(
  spec: StudySpec,
  options: { runner: Runner; dataset: Dataset; events?: StudyEvents },
): Promise<Row[]> {
  if (spec.study === "methods") return runMethods(spec, options);
  return "panels" in spec ? runPanels(spec, options) : runPruning(spec, options);
}
