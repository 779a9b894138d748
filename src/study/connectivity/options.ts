/** The options of studies that join copies by lines, and the specifications that they make. */

import { fail } from "../../base/errors.ts";
import { integer, listOf, type Option, oneOf, steps, text, type Values } from "../option.ts";
import { armsOption, RATE_OPTIONS, REPEAT_OPTIONS, SUBJECT_OPTIONS, type TrainingOptions } from "../shared/options.ts";
import { PRUNING_OPTIONS, WHAT_OPTIONS } from "../shared/pruning-options.ts";
import { type Complete, complete, fieldsOf, rateOf } from "../shared/spec-of.ts";
import { START_OPTIONS } from "../shared/start.ts";
import { TRAINING_OPTIONS } from "../shared/training-options.ts";
import { PAIR_ARMS } from "./pair.ts";
import type { NetworkOptions } from "./presets.ts";
import { type InstabilitySpec, type NetworksSpec, parseInstabilitySpec, parseNetworksSpec } from "./spec.ts";

/** Their values. */
export interface LineOptions extends TrainingOptions {
  readonly at?: readonly string[];
  readonly copies?: number;
  readonly points?: number;
  readonly trainImages?: number;
  readonly recompute?: boolean;
  readonly align?: "weights" | "activations";
}

/** Of each network of such a study, but for what it is. */
export const LINE_OPTIONS: readonly Option[] = [
  {
    name: "at",
    value: "lengths",
    description: "where copies part, such as 0,100it,2ep",
    fallback: "0",
    read: listOf(steps),
  },
  {
    name: "copies",
    value: "n",
    description: "networks trained from each parting",
    fallback: "2",
    read: integer(2, 1000),
  },
  {
    name: "points",
    value: "n",
    description: "points scored on the line between two copies, both ends included",
    fallback: "31",
    read: integer(3, 10_001),
  },
  {
    name: "trainImages",
    value: "n",
    description: "training images scored at each point",
    fallback: "all that are trained on",
    read: integer(1),
  },
  {
    name: "recompute",
    off: true,
    description: "do not also score lines with the statistics of batch norm recomputed",
  },
  {
    name: "align",
    value: "how",
    description: "permute the second copy to the first before, by weights or activations",
    read: oneOf(["weights", "activations"]),
  },
  ...TRAINING_OPTIONS,
  ...RATE_OPTIONS,
  armsOption(PAIR_ARMS, "dense"),
  ...PRUNING_OPTIONS,
  ...WHAT_OPTIONS,
  ...REPEAT_OPTIONS,
];

/** Of the analysis of one network. */
export const INSTABILITY_OPTIONS: readonly Option[] = [...SUBJECT_OPTIONS, ...START_OPTIONS, ...LINE_OPTIONS];

/** Of that of several, which a preset names. */
export const NETWORKS_OPTIONS: readonly Option[] = [
  {
    name: "networks",
    value: "names",
    of: ({ networks }) => (networks as NetworksSpec["networks"]).map(({ name }) => name),
    description: "which of the preset's networks",
    fallback: "all",
    read: listOf(text),
  },
  ...LINE_OPTIONS,
];

/** The specification that the options given make, over those of a preset. */
export function instabilitySpecOf(given: Values, named: Values): InstabilitySpec {
  return parseInstabilitySpec({ ...lineFields(given, named), study: "instability" });
}

/** The same of several networks: of each the preset's options, its own, and those given, which hold for all. */
export function networksSpecOf(
  study: NetworksSpec["study"],
  { networks: names, ...given }: Values & { readonly networks?: readonly string[] },
  { options, networks }: { options: Values; networks: readonly NetworkOptions[] },
): NetworksSpec {
  const specs = chosenNetworks(networks, names).map((each) => {
    return { name: each.name, ...lineFields(given, { ...options, ...each.options }) };
  });
  return parseNetworksSpec({ study, networks: specs });
}

/** The networks of a preset that were asked for; throws `usage` on a name it does not have. */
export function chosenNetworks<T extends { readonly name: string }>(
  all: readonly T[],
  names?: readonly string[],
): readonly T[] {
  const known = all.map(({ name }) => name);
  const wrong = names?.find((name) => !known.includes(name));
  if (wrong) fail("usage", "networks", { rule: `must be of ${known.join(", ")}`, got: wrong });
  return names ? all.filter(({ name }) => names.includes(name)) : all;
}

function lineFields(given: Values, named: Values): Record<string, unknown> {
  const options: Complete<LineOptions> = complete(given, named, { options: INSTABILITY_OPTIONS, arms: ["dense"] });
  const { at = ["0"], copies = 2, points = 31, trainImages, recompute = true, align } = options;
  const optional = { ...(trainImages !== undefined && { trainImages }), ...(align && { align }) };
  return { ...fieldsOf(options), ...optional, ...rateOf(options), at, copies, points, recompute };
}
