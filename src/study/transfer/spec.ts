/** The specification of studies that carry masks from task to task. */
import { z } from "zod";
import { power } from "../../base/exact.ts";
import { parseWith, pruningFields, steps } from "../shared/spec.ts";

/** Sources that are no tasks: what masks are made of without a search, and what tickets' weights are compared with. */
export const CONTROLS = ["oneshot", "random", "reinit", "layers", "lota", "lota-random"] as const;
export type Control = (typeof CONTROLS)[number];

const { model, data, validation, trainSize, batch, lr } = pruningFields.shape;

/** A task: what is learnt of, by which model, and for how long. */
export const task = z.strictObject({
  /** As sources and targets call it. */
  name: z.string().min(1),
  ...{ model, data, validation, trainSize, batch, lr, steps },
  /** Of each round of the search for its mask. */
  searchSteps: steps,
  /** For which a fresh head is trained on the network as it is, before all else; absent: none. */
  headSteps: steps.optional(),
});

export const unique = (names: readonly string[]) => new Set(names).size === names.length;

/** Tasks, each with a name of its own. */
export const named = <T extends { name: string }>(one: z.ZodType<T>) =>
  z
    .array(one)
    .min(1)
    .refine((tasks) => unique(tasks.map(({ name }) => name)), "must have names of their own");
export const sources = z.array(z.string()).refine(unique, "must name each source once");
export const targets = z.array(z.string()).min(1).refine(unique, "must name each target once");

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
    tasks: named(task),
    sources,
    targets,
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

/** The first name that is not known. */
export function strange(all: readonly string[], known: readonly string[]): string | undefined {
  return all.find((name) => !known.includes(name));
}

export type TransferSpec = z.infer<typeof transferSpec>;
export type TransferTask = TransferSpec["tasks"][number];

/** Checks a specification; throws `usage` naming the field. */
export function parseTransferSpec(value: unknown): TransferSpec {
  return parseWith(transferSpec, value);
}

/** How much rounds remove: a fraction by a schedule, or down to given densities. */
export type Rounds =
  | Pick<TransferSpec, "cut" | "cutSchedule">
  /** Of the weights that may be cut, what is left at levels 1, 2 and so on. */
  | { readonly densities: readonly number[] };

/** The fraction of the weights left that round `level`, from 1, removes. */
export function cutAt(rounds: Rounds, level: number): number {
  if ("densities" in rounds) return 1 - rounds.densities[level - 1]! / (rounds.densities[level - 2] ?? 1);
  const { cut, cutSchedule } = rounds;
  return cutSchedule === "geometric" ? cut : cut / (1 - cut * (level - 1));
}

/** The fraction of the prunable weights that `level` rounds remove. */
export function removedAt(rounds: Rounds, level: number): number {
  if ("densities" in rounds) return 1 - rounds.densities[level - 1]!;
  const { cut, cutSchedule } = rounds;
  return cutSchedule === "geometric" ? 1 - power(1 - cut, level) : cut * level;
}
