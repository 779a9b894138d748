/** The specification of studies whose sources and targets are configurations: a data set with an optimizer. */
import { z } from "zod";
import { parseWith, pruningFields } from "../../shared/spec.ts";
import { named, sources, strange, targets, task, unique } from "../spec.ts";

/** What is trained on a target beside its dense network, from weak to strong. */
export const ARMS = [
  "global-random",
  "layer-random",
  "permuted",
  "reinit",
  "statistics",
  "weights-masked",
  "weights",
  "l2",
  "ticket",
] as const;
export type ConfiguredArm = (typeof ARMS)[number];

const { optimizer, augment } = pruningFields.shape;

const configuration = task
  .omit({ headSteps: true, searchSteps: true, trainSize: true })
  .extend({ optimizer, augment, searchSteps: task.shape.searchSteps });

const density = z.number().gt(0, "must lie between 0 and 1").lt(1, "must lie between 0 and 1");

const configuredSpec = pruningFields
  .pick({
    ...{ schedule: true, warmup: true, init: true, evaluateEvery: true, scope: true, shortcutCutFactor: true },
    ...{ rewind: true, replicates: true, seed: true },
  })
  .extend({
    study: z.enum(["transfer", "odd-targets"]),
    tasks: named(configuration),
    sources,
    targets,
    /** Of the weights that may be cut, what is left at levels 1, 2 and so on. */
    densities: z
      .array(density)
      .min(1)
      .refine((all) => all.every((each, i) => i === 0 || each < all[i - 1]!), "must fall from level to level"),
    arms: z.array(z.enum(ARMS)).min(1).refine(unique, "must name each arm once"),
    /** Weight decays of which the arm `l2` takes the one that is best on the rows held out; absent without it. */
    decays: z.array(z.number().min(0)).min(2).optional(),
    /** Levels whose tickets of different sources are joined by lines on each target. */
    lines: z.array(z.int().min(1)),
  })
  .superRefine(({ tasks, sources, targets, arms, decays, densities, lines }, context) => {
    const names = tasks.map(({ name }) => name);
    const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const taken = names.find((name) => (ARMS as readonly string[]).includes(name) || RESERVED.includes(name));
    if (taken) issue("tasks", `must not be called as an arm is: ${taken}`);
    for (const [path, all] of Object.entries({ sources, targets })) {
      const other = strange(all, names);
      if (other) issue(path, `must be of ${names.join(", ")}: ${other} is none`);
    }
    if (lines.some((level) => level > densities.length)) issue("lines", `must be levels from 1 to ${densities.length}`);
    if (lines.length > 0 && !arms.includes("ticket")) issue("lines", "need the arm ticket, whose networks they join");
    const tuned = arms.includes("l2");
    if (tuned !== (decays !== undefined)) issue("decays", "must be there with the arm l2, and without it not");
    const unheld = tasks.find(({ name, validation }) => targets.includes(name) && validation === 0);
    if (tuned && unheld) issue("tasks", `the arm l2 chooses by rows held out, and ${unheld.name} has none`);
  });

/** Words that rows and panels have in place of a configuration. */
const RESERVED = ["dense", "own", "others"];

export type ConfiguredSpec = z.infer<typeof configuredSpec>;
export type Configuration = ConfiguredSpec["tasks"][number];

/** Checks a specification; throws `usage` naming the field. */
export function parseConfiguredSpec(value: unknown): ConfiguredSpec {
  return parseWith(configuredSpec, value);
}
