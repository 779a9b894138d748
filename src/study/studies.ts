/** All studies: their specifications, and running one of any kind. */
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { runInstability, runNetworks } from "./connectivity.ts";
import type { InstabilitySpec, NetworksSpec } from "./connectivity-spec.ts";
import type { Runner } from "./execute.ts";
import { runMethods } from "./methods.ts";
import type { MethodsSpec } from "./methods-spec.ts";
import type { StudyRow } from "./pair.ts";
import { type PanelsSpec, runPanels } from "./panels.ts";
import { runPruning, type StudyEvents } from "./pruning.ts";
import type { PruningSpec } from "./spec.ts";

/** The specification of any study. */
export type StudySpec = PruningSpec | PanelsSpec | MethodsSpec | InstabilitySpec | NetworksSpec;

export type StudyName = StudySpec["study"];

/** What each study asks, as help says it. */
export const STUDIES: Readonly<Record<StudyName, string>> = {
  imp: "iterative magnitude pruning: tickets and what they are compared with",
  oneshot: "the same, with the masks of all levels taken from the dense network at once",
  figure1: "tickets, new weights and rewound weights at a low and at the usual learning rate",
  scratch: "whether a pruned network needs its ticket: fine-tuned, put back, or trained from new weights",
  instability: "linear mode connectivity: copies that part at iteration k, and the error on the line between them",
  figure2: "the error on the line between copies that part at initialisation, for several networks",
  figure3: "the instability of several networks against the iteration at which copies part",
  methods: "ways to become sparse while training: gradual pruning, variational dropout, L0, against tickets",
};

/** The names of the data sets of a study. */
export function datasetsOf(spec: StudySpec): string[] {
  return [...new Set("networks" in spec ? spec.networks.map(({ data }) => data) : [spec.data])];
}

/** Runs a study; resolves to its rows in order. */
export function runStudy(
  spec: StudySpec,
  { datasets, events = {}, ...rest }: { runner: Runner; datasets: readonly Dataset[]; events?: StudyEvents<StudyRow> },
): Promise<readonly StudyRow[]> {
  if ("networks" in spec) return runNetworks(spec, { ...rest, datasets, events });
  const options = { ...rest, events, dataset: datasetNamed(datasets, spec.data) };
  if (spec.study === "instability") return runInstability(spec, options);
  if (spec.study === "methods") return runMethods(spec, options);
  return "panels" in spec ? runPanels(spec, options) : runPruning(spec, options);
}
