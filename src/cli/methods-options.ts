/** What of `tombola run` is for the study `methods` alone. */
import { formatSteps, parseSteps } from "../base/steps.ts";
import { METHOD_ARMS, type MethodsSpec, parseMethodsSpec } from "../study/methods-spec.ts";
import type { PruningOptions } from "../study/presets.ts";
import type { Arm } from "../study/row.ts";
import type { StudyName } from "../study/studies.ts";
import { listOf, number, type Reader, steps } from "./options.ts";

const positive = number({ rule: "a number above 0", holds: (value) => value > 0 });

/** Options as flags, descriptions and readers. */
export const METHODS_OPTIONS: readonly (readonly [flags: string, description: string, read: Reader<unknown>])[] = [
  ["--prune-from <length>", "methods: the first mask of gradual pruning (default: a tenth of --steps)", steps],
  ["--prune-to <length>", "methods: its last mask, and the full rate of penalties (default: 7 tenths)", steps],
  ["--prune-every <length>", "methods: between masks (default: a fiftieth of --steps)", steps],
  [
    "--variational-rates <numbers>",
    "methods: of the penalty of variational dropout, 1 being the evidence bound (default: 0.3,1,3,10,30)",
    listOf(positive),
  ],
  [
    "--l0-rates <numbers>",
    "methods: of the penalty of L0, over the number of training images (default: 10,30,60,100,150)",
    listOf(positive),
  ],
];

type Asked = PruningOptions & { readonly study: StudyName };

const compares =
  (arm: Arm) =>
  ({ study, arms = METHOD_ARMS }: Asked) =>
    study === "methods" && arms.includes(arm);

/** Options that only the study `methods` has a use for, and one that it has none for: when, and what that needs. */
export const METHODS_NEEDS: readonly (readonly [
  option: keyof PruningOptions,
  met: (options: Asked) => boolean,
  need: string,
])[] = [
  ...(["pruneFrom", "pruneTo", "pruneEvery"] as const).map(
    (option) => [option, ({ study }: Asked) => study === "methods", "the study methods"] as const,
  ),
  ["variationalRates", compares("variational"), "the study methods and its arm variational"],
  ["l0Rates", compares("l0"), "the study methods and its arm l0"],
  ["rewind", ({ study }) => study !== "methods", "a study other than methods"],
];

/** The specification that the fields of all studies and the options of this one make. */
export function methodsSpecOf(
  { rewind: _, ...fields }: Readonly<Record<string, unknown>>,
  options: PruningOptions & { readonly lr: number },
): MethodsSpec {
  const { lr, warmup = "0", arms = METHOD_ARMS } = options;
  const length = options.steps!;
  return parseMethodsSpec({
    ...{ ...fields, study: "methods", arms, lr, warmup },
    pruneFrom: options.pruneFrom ?? partOf(length, 0.1),
    pruneTo: options.pruneTo ?? partOf(length, 0.7),
    pruneEvery: options.pruneEvery ?? partOf(length, 0.02),
    variationalRates: options.variationalRates ?? [0.3, 1, 3, 10, 30],
    l0Rates: options.l0Rates ?? [10, 30, 60, 100, 150],
  });
}

/** A share of a length of training, of the same units, at least one of the smallest. */
function partOf(length: string, share: number): string {
  const { epochs, iterations } = parseSteps(length);
  const part = formatSteps({ epochs: Math.round(epochs * share), iterations: Math.round(iterations * share) });
  return part !== "0" ? part : iterations > 0 ? "1it" : "1ep";
}
