/** The specification of a pruning study: plain, complete data that determines every number, and its validation. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";
import { current } from "../../base/schema.ts";
import { INITIALISERS, type Initialiser } from "../../model/initialise.ts";
import { DEFAULT_SCORES, scoresNamed } from "../../prune/scores.ts";
import { optimizerOptions } from "../../step/optimizer-options.ts";
import { lossNames } from "../../task/registry.ts";
import { scheduleNamed, scheduleNames } from "../../train/schedule.ts";
import { ARMS, type Arm } from "../networks/row.ts";

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
/** A length of training as text. */
export const steps = z
  .string()
  .regex(/^(0|\d+ep|\d+it|\d+ep\d+it)$/, "must be a step count such as 10ep, 500it, 2ep50it or 0");

const shapes = [
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({ name: z.literal("step"), milestones: z.array(steps), factor: z.number().positive() }),
  z.strictObject({ name: z.literal("cosine") }),
  z.strictObject({ name: z.literal("linear") }),
] as const;

/** A schedule as specifications write it; one that is brought is `NAME@VERSION` and has no options. */
type ScheduleSpec = z.infer<(typeof shapes)[number]> | { readonly name: `${string}@${string}` };

const schedule = current<ScheduleSpec>(() => {
  const brought = scheduleNames()
    .map(scheduleNamed)
    .filter((name) => name.includes("@"));
  return z.discriminatedUnion("name", [
    ...shapes,
    ...brought.map((name) => z.strictObject({ name: z.literal(name) })),
  ]) as never;
});

/** Arms that go back to the iteration `rewindTo`, in their weights, their schedule or the length of their training. */
const GO_BACK: readonly Arm[] = ["rewound", "oneshot", "lr-rewind", "finetune"];

/** Whether an arm needs `rewindTo`. */
export function goesBack(arm: Arm): boolean {
  return GO_BACK.includes(arm);
}

/** A network in a file: the file's name, the SHA-256 of its tensors, and whether it is pruned. */
export const startFile = z.strictObject({
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  masked: z.literal(true).optional(),
});

/** The fields of a pruning study. */
export const pruningFields = z.strictObject({
  /** Iterative (`imp`) or one-shot magnitude pruning. */
  study: z.enum(["imp", "oneshot"]),
  model: z.string(),
  data: z.string(),
  /** What replicates begin with, behind its mask; absent: weights that are drawn. */
  from: startFile.optional(),
  /** Training rows held out for early stopping, as a count or a fraction below 1; absent: as `validationCount` has it. */
  validation: count.or(z.number().gt(0).lt(1)).optional(),
  /** Images trained on, as many of every class; absent: all that are not held out. */
  trainSize: count.min(1).optional(),
  /** How training images are varied; absent: not at all. */
  augment: z.strictObject({ crop: count, flip: z.boolean() }).optional(),
  batch: count.min(1),
  /** Absent: the first of the data set's task, where that is known once it is read. */
  loss: z
    .string()
    .refine((loss) => lossNames().includes(loss), "must be a loss of some task")
    .optional(),
  optimizer: optimizerOptions,
  lr: z.number().positive(),
  schedule,
  warmup: steps,
  steps,
  evaluateEvery: steps,
  init: z.enum(Object.keys(INITIALISERS) as [Initialiser, ...Initialiser[]]),
  /** Pruning rounds; levels 0 to this are trained. */
  levels: count.max(9999),
  cut: z.number().gt(0).lt(1),
  outputCutFactor: fraction,
  /** Absent: 1. */
  shortcutCutFactor: fraction.optional(),
  /** Absent: 1. */
  convCutFactor: fraction.optional(),
  scope: z.enum(["layer", "global"]),
  /** Absent: single weights. */
  unit: z.literal("filter").optional(),
  /** What weights are pruned by, as `NAME@VERSION`; absent: magnitude. */
  scores: z
    .string()
    .refine((name) => isScores(name), "must be scores that are here: name the file that brings them with --plugin")
    .optional(),
  /** Where the weights of tickets and their controls come from. */
  rewind: steps,
  /** Where the arms `rewound`, `oneshot`, `lr-rewind` and `finetune` go back to. */
  rewindTo: steps.optional(),
  /** How many times as long as the dense network scratch-b is trained at most; absent: as long as its FLOPs allow. */
  longest: z.number().min(1).optional(),
  arms: z
    .array(z.enum(ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
  replicates: count.min(1).max(65535),
  seed: count.max(2 ** 32 - 1),
});

function isScores(asked: string): boolean {
  const { name } = scoresNamed(asked);
  return name === asked && name !== DEFAULT_SCORES;
}

/** Arms that go on from the trained network itself, and those that one-shot masks of it are compared with. */
const KEEP: Readonly<Record<PruningStudy, readonly Arm[]>> = {
  imp: ["dense", "lr-rewind", "finetune"],
  oneshot: ["dense", "lr-rewind", "finetune", "reinit", "scratch-b", "random"],
};
type PruningStudy = z.infer<typeof pruningFields>["study"];

const pruningSpec = pruningFields
  .extend({
    /** The network of level 0, where somebody else trained it: its file's name, and the SHA-256 of its tensors. */
    trained: startFile.omit({ masked: true }).optional(),
  })
  .refine(({ arms, rewindTo }) => rewindTo !== undefined || !arms.some(goesBack), {
    path: ["rewindTo"],
    message: `must say where the arms ${GO_BACK.join(", ")} go back to`,
  })
  .superRefine(({ study, arms, rewind, trained, from }, context) => {
    if (from?.masked && arms.includes("shuffle")) {
      const message = `shuffle moves weights to places where ${from.name}, which is pruned, has none`;
      context.addIssue({ code: "custom", path: ["arms"], message });
    }
    if (!trained) return;
    if (from) context.addIssue({ code: "custom", path: ["from"], message: "level 0 is trained by others already" });
    const early = arms.filter((arm) => !KEEP[study].includes(arm));
    const without = `an iteration before the trained network, and ${trained.name} has none`;
    if (early.length > 0) {
      const message = `must be of ${KEEP[study].join(", ")}: ${early.join(", ")} need ${without}`;
      context.addIssue({ code: "custom", path: ["arms"], message });
    }
    if (rewind !== "0") context.addIssue({ code: "custom", path: ["rewind"], message: `needs ${without}` });
  });

/** Magnitude pruning, iterative or one-shot, with its controls. */
export type PruningSpec = z.infer<typeof pruningSpec>;

/** Checks a specification; throws with code `usage`, naming the field, the rule and the value. */
export function parsePruningSpec(value: unknown): PruningSpec {
  return parseWith(pruningSpec, value);
}

/** Checks plain data against a schema; throws as {@link parsePruningSpec}. */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
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
