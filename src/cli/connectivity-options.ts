/** What of `tombola run` is for the studies of linear mode connectivity alone. */
import { fail } from "../base/errors.ts";
import { parseInstabilitySpec, parseNetworksSpec } from "../study/connectivity-spec.ts";
import type { PruningOptions } from "../study/presets.ts";
import type { StudyName, StudySpec } from "../study/studies.ts";
import { integer, listOf, oneOf, type Reader, steps, text } from "./options.ts";

/** Options as flags, descriptions and readers. */
export const CONNECTIVITY_OPTIONS: readonly (readonly [flags: string, description: string, read?: Reader<unknown>])[] =
  [
    ["--at <lengths>", "instability: where copies part, such as 0,100it,2ep (default: 0)", listOf(steps)],
    ["--copies <n>", "instability: networks trained from each parting (default: 2)", integer(2, 1000)],
    [
      "--points <n>",
      "instability: points scored on the line between two copies, both ends included (default: 31)",
      integer(3, 10_001),
    ],
    [
      "--train-images <n>",
      "instability: training images scored at each point (default: all that are trained on)",
      integer(1),
    ],
    ["--no-recompute", "instability: do not also score lines with the statistics of batch norm recomputed"],
    [
      "--align <how>",
      "instability: permute the second copy to the first before, by weights or activations",
      oneOf(["weights", "activations"]),
    ],
    ["--networks <names>", "figure2 and figure3: which of the preset's networks (default: all)", listOf(text)],
  ];

const CONNECTIVITY: readonly StudyName[] = ["instability", "figure2", "figure3"];

/** Whether a study joins copies by lines. */
export function isConnectivity(study: StudyName): boolean {
  return CONNECTIVITY.includes(study);
}

type Asked = PruningOptions & { readonly study: StudyName };

const joins = ({ study }: Asked) => isConnectivity(study);

/** Options that only these studies have a use for, and those that they have none for: when, and what that needs. */
export const CONNECTIVITY_NEEDS: readonly (readonly [
  option: keyof PruningOptions,
  met: (options: Asked) => boolean,
  need: string,
])[] = [
  ...(["at", "copies", "points", "trainImages", "align"] as const).map(
    (option) => [option, joins, "the study instability, figure2 or figure3"] as const,
  ),
  // The command line says `true` where nothing was asked for.
  [
    "recompute",
    ({ study, recompute }) => isConnectivity(study) || recompute !== false,
    "the study instability, figure2 or figure3",
  ],
  ["rewind", ({ study }) => !isConnectivity(study), "a study of pruning; --at says where copies part"],
];

type Fields = Readonly<Record<string, unknown>>;

/** The specification that the fields of all studies and the options of this one make. */
export function instabilitySpecOf(fields: Fields, options: PruningOptions & { readonly lr: number }) {
  return parseInstabilitySpec({ ...fieldsOf(fields, options), study: "instability" });
}

/** The same of several networks, whose specifications were made by {@link instabilitySpecOf}. */
export function networksSpecOf(
  study: "figure2" | "figure3",
  networks: readonly (readonly [name: string, spec: StudySpec])[],
) {
  const named = networks.map(([name, { study: _, ...rest }]) => ({ name, ...rest }));
  return parseNetworksSpec({ study, networks: named });
}

/** The networks of a preset that were asked for; throws `usage` on a name it does not have. */
export function chosenNetworks<T extends { readonly name: string }>(
  all: readonly T[],
  names?: readonly string[],
): readonly T[] {
  const known = all.map(({ name }) => name);
  const wrong = names?.find((name) => !known.includes(name));
  if (wrong) fail("usage", "--networks", { rule: `must be of ${known.join(", ")}`, got: wrong });
  return names ? all.filter(({ name }) => names.includes(name)) : all;
}

function fieldsOf({ rewind: _, rewindTo: __, ...fields }: Fields, options: PruningOptions & { readonly lr: number }) {
  const { lr, warmup = "0", at = ["0"], copies = 2, points = 31, trainImages, recompute = true, align } = options;
  const { arms = ["dense"] } = options;
  const optional = { ...(trainImages !== undefined && { trainImages }), ...(align && { align }) };
  return { ...fields, ...optional, arms, lr, warmup, at, copies, points, recompute };
}
