/** The specification of a pruning study: plain, complete data that determines every number, and its validation. */
import { z } from "zod";
import { fail } from "../base/errors.ts";
import { INITIALISERS, type Initialiser } from "../model/initialise.ts";
import { ARMS } from "./row.ts";

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
const steps = z
  .string()
  .regex(/^(0|\d+ep|\d+it|\d+ep\d+it)$/, "must be a step count such as 10ep, 500it, 2ep50it or 0");

const optimizer = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("sgd"),
    momentum: fraction,
    nesterov: z.boolean(),
    weightDecay: z.number().min(0),
  }),
  z.strictObject({
    name: z.enum(["adam", "adamw"]),
    beta1: fraction.lt(1),
    beta2: fraction.lt(1),
    epsilon: z.number().positive(),
    weightDecay: z.number().min(0),
  }),
]);

const schedule = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({ name: z.literal("step"), milestones: z.array(steps), factor: z.number().positive() }),
  z.strictObject({ name: z.literal("cosine") }),
]);

/** Iterative (`imp`) or one-shot magnitude pruning with its controls. */
export const pruningSpec = z.strictObject({
  study: z.enum(["imp", "oneshot"]),
  model: z.string(),
  data: z.string(),
  /** Training images held out for early stopping. */
  validation: count,
  batch: count.min(1),
  loss: z.enum(["cross-entropy", "squared-error"]),
  optimizer,
  lr: z.number().positive(),
  schedule,
  warmup: steps,
  steps,
  evaluateEvery: steps,
  init: z.enum(Object.keys(INITIALISERS) as [Initialiser, ...Initialiser[]]),
  /** Pruning rounds; levels 0 to this are trained. */
  levels: count,
  cut: z.number().gt(0).lt(1),
  outputCutFactor: fraction,
  scope: z.enum(["layer", "global"]),
  rewind: steps,
  arms: z
    .array(z.enum(ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
  replicates: count.min(1).max(65535),
  seed: count.max(2 ** 32 - 1),
});

export type PruningSpec = z.infer<typeof pruningSpec>;

/** Checks a specification; throws with code `usage`, naming the field, the rule and the value. */
export function parsePruningSpec(value: unknown): PruningSpec {
  const parsed = pruningSpec.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue!.path.join(".");
  const got = issue!.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const detail = issue!.code === "unrecognized_keys" ? {} : { got };
  fail("usage", path || "specification", { rule: issue!.message, ...detail });
}
