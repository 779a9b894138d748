/** The specification of the study `supermask`. */
import { z } from "zod";
import { LEARNED_ARMS } from "../shared/learned.ts";
import { parseWith, pruningFields, steps } from "../shared/spec.ts";
import { armName, parseArm } from "./arms.ts";

const isName = (name: string) => {
  const arm = parseArm(name);
  return arm !== undefined && armName(arm) === name;
};
const arms = z
  .array(z.string().refine(isName, "must be arms such as large_final or large_final+reinit"))
  .refine((names) => new Set(names).size === names.length, "must name each arm once");

/** Masks that are trained over weights as they are, by arm, each by the recipe of its paper but for what is said here. */
const learned = z.strictObject({
  arms: z
    .array(z.enum(LEARNED_ARMS))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "must name each arm once"),
  steps,
  batch: z.int().min(1),
  /** Of the logits of learned supermasks. */
  rate: z.number().positive(),
});

const supermaskSpec = pruningFields
  .omit({ study: true, arms: true, unit: true, rewind: true, rewindTo: true, longest: true })
  .extend({
    study: z.literal("supermask"),
    /** What is trained. */
    arms,
    /** What is scored without training, beside those that are trained. */
    untrained: arms,
    /** Whether a level's masks are made of the networks of the level below or, all at once, of the dense one. */
    masks: z.enum(["iterative", "oneshot"]),
    /** Absent: none. */
    learned: learned.optional(),
  });

export type SupermaskSpec = z.infer<typeof supermaskSpec>;

/** Checks a specification; throws as {@link parseWith}. */
export function parseSupermaskSpec(value: unknown): SupermaskSpec {
  return parseWith(supermaskSpec, value);
}
