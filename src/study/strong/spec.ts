/** The specification of the study `strong`. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";
import { CONSTRUCTIONS, STRONG_ARMS } from "../../strong/compile.ts";
import { parseWith, steps } from "../shared/spec.ts";

const count = z.int().min(1);
const between = z.number().gt(0).lt(1);

/** A trained target that is built inside a random network. */
const network = z.strictObject({
  construction: z.enum(STRONG_ARMS),
  /** Of the target. */
  model: z.string(),
  epsilon: between,
  /** Units of every input; absent: what the construction's theorem asks for. */
  units: count.optional(),
  /** Copies of hidden neurons, of Burkholz. */
  copies: count.optional(),
});

const trials = z.strictObject({
  constructions: z.array(z.enum(CONSTRUCTIONS)),
  count,
  /** Inputs, hidden widths and outputs of the target. */
  sizes: z.array(count).min(2),
  epsilon: between,
  /** Whether inputs may be negative, so that both halves of a gadget serve; trials for each. */
  signed: z.array(z.boolean()).min(1),
});

/** Attention, of which merged products are built inside random projections. */
const attention = z.strictObject({
  /** Width of the tokens. */
  size: count,
  heads: count,
  tokens: count,
  /** Hidden dimensions for each input, one measurement for each. */
  units: z.array(z.int().min(1).max(36)),
  /** Random networks behind each. */
  draws: count,
});

/** Networks of edge-popup: in gadgets, in gadgets whose units have no ReLU, or in linear layers alone, of as many weights. */
export const POPUP_FORMS = ["gadget", "linear", "wide"] as const;
export type PopupForm = (typeof POPUP_FORMS)[number];

/** Edge-popup inside gadgets, and in wide networks of as many weights; trained as long as targets. */
const popup = z.strictObject({
  /** Units of every input. */
  units: count.max(999),
  /** Hidden widths of the gadget networks, a network of each form for each. */
  hidden: z.array(count),
  /** The share of each layer's weights that is kept. */
  kept: z.number().gt(0).max(1),
  /** Absent: gadget and wide. */
  forms: z.array(z.enum(POPUP_FORMS)).min(1).optional(),
});

const strongSpec = z.strictObject({
  study: z.literal("strong"),
  model: z.string(),
  data: z.string(),
  /** Length of the targets' training. */
  steps,
  networks: z.array(network),
  trials,
  /** What weights of trained targets do not exceed, which the random weights are drawn for; others are missed. */
  bound: z.number().positive(),
  /** The probability with which a network may fail, all weights together. */
  delta: between,
  /** Of which the units that a weight needs are measured. */
  epsilons: z.array(between),
  /** Candidates of which the nearest subset is measured. */
  counts: z.array(z.int().min(1).max(36)),
  attention,
  popup,
  /** Weights behind each measurement of units and subsets. */
  draws: count,
  replicates: count.max(65535),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
});

export type StrongSpec = z.infer<typeof strongSpec>;
export type StrongNetwork = StrongSpec["networks"][number];

/** Checks a specification; throws as {@link parseWith}, and for a target that is no ReLU network of linear layers. */
export function parseStrongSpec(value: unknown): StrongSpec {
  const spec = parseWith(strongSpec, value);
  const wrong = [spec.model, ...spec.networks.map(({ model }) => model)].find(
    (name) => !/^(lenet|mlp)(-\d+)+$/.test(name),
  );
  if (wrong !== undefined) {
    const rule = "targets must be MLPs with ReLU";
    fail("usage", "model", { rule, got: wrong, remedy: "Write it like lenet-300-100 or mlp-500" });
  }
  return spec;
}
