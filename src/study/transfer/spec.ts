/** The specification of studies that carry masks from task to task. */
import { z } from "zod";
import { power } from "../../base/exact.ts";
import { parseWith, pruningFields, steps } from "../shared/spec.ts";

/** Sources that are no tasks: what masks are made of without a search, and what tickets' weights are compared with. */
export const CONTROLS = ["oneshot", "random", "reinit", "layers", "lota", "lota-random"] as const;
export type Control = (typeof CONTROLS)[number];

const { model, data, validation, trainSize, batch, lr } = pruningFields.shape;

const task = z.strictObject({
  /** As sources and targets call it. */
  name: z.string().min(1),
  ...{ model, data, validation, trainSize, batch, lr, steps },
  /** Of each round of the search for its mask. */
  searchSteps: steps,
  /** For which a fresh head is trained on the network as it is, before all else; absent: none. */
  headSteps: steps.optional(),
});

const unique = (names: readonly string[]) => new Set(names).size === names.length;

const transferSpec = pruningFields
  .pick({
    ...{
      optimizer: true,
      schedule: true,
      warmup: true,
      init: true,
      evaluateEvery: true,
      cut: true,
      outputCutFactor: true,
    },
    ...{ scope: true, rewind: true, replicates: true, seed: true },
  })
  .extend({
    study: z.enum(["transfer-matrix", "bert-tickets"]),
    tasks: z
      .array(task)
      .min(1)
      .refine((tasks) => unique(tasks.map(({ name }) => name)), "must have names of their own"),
    sources: z.array(z.string()).refine(unique, "must name each source once"),
    targets: z.array(z.string()).min(1).refine(unique, "must name each target once"),
    /** The levels at which masks are carried over, from 1, ascending. */
    levels: z
      .array(z.int().min(1))
      .min(1)
      .refine((levels) => new Set(levels).size === levels.length, "must name each level once"),
    /** `linear`: each round removes `cut` of all weights; `geometric`: of those that are left. */
    cutSchedule: z.enum(["linear", "geometric"]),
    /** `fresh`: every round of a search begins with the same new head; `kept`: with the one before's, as the code of Chen et al. has it. */
    headRule: z.enum(["fresh", "kept"]),
    /** Whether the rounds of the searches make rows too. */
    searches: z.boolean(),
    /** Whether the store keeps the networks of the result table; else their scores and curves alone. */
    keepWeights: z.boolean(),
  })
  .superRefine(({ tasks, sources, targets, cut, cutSchedule, levels }, context) => {
    const names = tasks.map(({ name }) => name);
    const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const strange = (all: readonly string[], known: readonly string[]) => all.find((name) => !known.includes(name));
    const taken = names.find((name) => (CONTROLS as readonly string[]).includes(name) || name === "dense");
    if (taken) issue("tasks", `must not be called as a control is: ${taken}`);
    const source = strange(sources, [...names, ...CONTROLS]);
    if (source) issue("sources", `must be of ${[...names, ...CONTROLS].join(", ")}: ${source} is none`);
    const target = strange(targets, names);
    if (target) issue("targets", `must be of ${names.join(", ")}: ${target} is none`);
    const most = Math.ceil(1 / cut - 1e-9) - 1;
    if (cutSchedule === "linear" && Math.max(...levels) > most)
      issue("levels", `must leave a weight: with a cut of ${cut} of all weights at most level ${most}`);
  });

export type TransferSpec = z.infer<typeof transferSpec>;
export type TransferTask = TransferSpec["tasks"][number];

/** Checks a specification; throws `usage` naming the field. */
export function parseTransferSpec(value: unknown): TransferSpec {
  return parseWith(transferSpec, value);
}

/** The fraction of the weights left that round `level`, from 1, removes. */
export function cutAt({ cut, cutSchedule }: Pick<TransferSpec, "cut" | "cutSchedule">, level: number): number {
  return cutSchedule === "geometric" ? cut : cut / (1 - cut * (level - 1));
}

/** The fraction of the prunable weights that `level` rounds remove. */
export function removedAt({ cut, cutSchedule }: Pick<TransferSpec, "cut" | "cutSchedule">, level: number): number {
  return cutSchedule === "geometric" ? 1 - power(1 - cut, level) : cut * level;
}
