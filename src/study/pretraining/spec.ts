/** The specification of the study `pretraining-tickets`. */
import { z } from "zod";
import { parseWith, pruningFields, steps } from "../shared/spec.ts";

/** What networks are pre-trained by: without labels, or by those of the data set. */
export const METHODS = ["simclr", "moco", "rotation", "supervised"] as const;

/**
 * What is compared on a target, as (mask, weights): `ticket` is (source's mask, pre-trained), `scratch` (source's mask, first
 * weights), `task` (target's mask found from the pre-trained weights, pre-trained), `task-scratch` (target's mask found from the
 * first weights, those); then pre-trained weights under the `oneshot` mask of their magnitudes, under a `random` mask of the
 * source's layer counts, and under the `complement` of the source's mask.
 */
export const ARMS = ["ticket", "scratch", "task", "task-scratch", "oneshot", "random", "complement"] as const;
export type PretrainingArm = (typeof ARMS)[number];

const { model, data, validation, batch, lr } = pruningFields.shape;
const decay = z.number().min(0);

/** A data set that networks are trained on, and how. */
const part = z.strictObject({
  name: z.string().min(1),
  role: z.enum(["source", "target", "probe"]),
  ...{ model, data, validation, batch, lr, steps },
  /** Of a round of the search for masks, and its rate, which stays. */
  roundSteps: steps,
  roundLr: lr,
  weightDecay: decay,
  /** Whether training pictures are cropped and mirrored; those of views are of themselves. */
  augment: z.boolean(),
});

const unique = (names: readonly string[]) => new Set(names).size === names.length;

const schema = z
  .strictObject({
    study: z.literal("pretraining-tickets"),
    parts: z
      .array(part)
      .refine((parts) => unique(parts.map(({ role, name }) => `${role} ${name}`)), "must have names of their own"),
    arms: z.array(z.enum(ARMS)).min(1).refine(unique, "must name each arm once"),
    /** Rounds behind the masks that are compared; 0 is dense. */
    levels: z
      .array(z.int().min(0))
      .min(1)
      .refine((levels) => new Set(levels).size === levels.length, "must name each level once"),
    cut: pruningFields.shape.cut,
    init: pruningFields.shape.init,
    replicates: pruningFields.shape.replicates,
    seed: pruningFields.shape.seed,
  })
  .superRefine(({ parts }, context) => {
    for (const role of ["source", "target"] as const)
      if (!parts.some((each) => each.role === role))
        context.addIssue({ code: "custom", path: [`${role}s`], message: "must be one at least" });
  });

export type PretrainingSpec = z.infer<typeof schema>;
export type Part = PretrainingSpec["parts"][number];

/** Checks a specification; throws `usage` naming the field. */
export function parsePretrainingSpec(value: unknown): PretrainingSpec {
  return parseWith(schema, value);
}
