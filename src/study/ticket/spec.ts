/** The specification of the study `ticket`: a training as a file says it, or with other options, and the arms beside it. */
import { z } from "zod";
import { parseWith, pruningFields, startFile } from "../shared/spec.ts";

/** The ticket as it is in the file; its mask on new weights; a random mask of its counts on new weights; all new weights. */
export const TICKET_ARMS = ["ticket", "reinit", "random", "dense"] as const;

const { model, data, validation, trainSize, augment, batch, loss, optimizer } = pruningFields.shape;
const { lr, schedule, warmup, steps, evaluateEvery, init, rewind, replicates, seed } = pruningFields.shape;

const ticketSpec = z.strictObject({
  study: z.literal("ticket"),
  from: startFile.extend({
    /** Hash of the parameters of the training that the file is of. */
    training: z.string(),
    /** SHA-256 of the tensors that this training ends with, and the class of arithmetic that it was done by. */
    trained: z.string(),
    arithmetic: z.string(),
  }),
  ...{ model, data, validation, trainSize, augment, batch, loss, optimizer },
  ...{ lr, schedule, warmup, steps, evaluateEvery, init, rewind, replicates, seed },
  /** The replicate of the file's training: others are counted from it. */
  replicate: z.int().min(0),
  /** The draw of the training's noise: of a pruning study's tickets their level. */
  level: z.int().min(0),
  arms: z
    .array(z.enum(TICKET_ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
});

export type TicketSpec = z.infer<typeof ticketSpec>;

/** Checks a specification; throws as {@link parseWith}. */
export function parseTicketSpec(value: unknown): TicketSpec {
  return parseWith(ticketSpec, value);
}
