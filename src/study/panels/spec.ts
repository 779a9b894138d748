/** The specification of a study of several panels: one pruning study of which each panel sets the learning rate, or more. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";
import { type PruningSpec, parsePruningSpec, parseWith, pruningFields, steps } from "../shared/spec.ts";

const { lr, warmup } = pruningFields.shape;
const panel = z.strictObject({
  ...{ name: z.string().min(1), lr, warmup },
  /** In place of the study's own, where they are there. */
  weightDecay: z.number().min(0).optional(),
  steps: steps.optional(),
  milestones: z.array(steps).optional(),
  evaluateEvery: steps.optional(),
});

const panelsSpec = pruningFields.omit({ study: true, lr: true, warmup: true }).extend({
  study: z.enum(["figure1", "scratch", "forgetting"]),
  pruning: pruningFields.shape.study,
  /** The level whose networks, with the dense ones, are trained once more with other noise; absent: none. */
  copiesAt: z.int().min(0).optional(),
  panels: z
    .array(panel)
    .min(1)
    .refine((panels) => new Set(panels.map(({ name }) => name)).size === panels.length, "must have names of their own"),
});

/** A panel's name and its regime of the learning rate. */
export type Panel = z.infer<typeof panel>;

/** A pruning study whose learning rate each panel sets. */
export type PanelsSpec = z.infer<typeof panelsSpec>;

/** Checks a specification; throws `usage`, naming the field, the rule and the value. */
export function parsePanelsSpec(value: unknown): PanelsSpec {
  const spec = parseWith(panelsSpec, value);
  const { copiesAt = 0, levels } = spec;
  if (copiesAt > levels)
    fail("usage", "copiesAt", { rule: `must be a level of the study, at most ${levels}`, got: copiesAt });
  for (const each of spec.panels) pruningOf(spec, each);
  return spec;
}

/** The pruning study of one panel. */
export function pruningOf(
  { study: _, pruning, panels: __, copiesAt: ___, ...shared }: PanelsSpec,
  { name: ____, weightDecay, milestones, ...own }: Panel,
): PruningSpec {
  const { optimizer, schedule } = shared;
  const decayed = weightDecay === undefined ? optimizer : { ...optimizer, weightDecay };
  const stepped = milestones && schedule.name === "step" ? { ...schedule, milestones } : schedule;
  return parsePruningSpec({ ...shared, ...own, study: pruning, optimizer: decayed, schedule: stepped });
}
