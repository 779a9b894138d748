/** The specifications of linear mode connectivity: instability analysis of one network, and figures of several. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";
import { type PruningSpec, parsePruningSpec, parseWith, pruningFields, steps } from "../shared/spec.ts";
import { PAIR_ARMS } from "./pair.ts";

const fields = pruningFields.omit({ study: true, rewind: true, rewindTo: true, arms: true }).extend({
  /** Iterations at which copies part. */
  at: z.array(steps).min(1),
  /** Networks trained from each, which make `copies * (copies - 1) / 2` pairs. */
  copies: z.int().min(2).max(1000),
  /** Points scored on a line, both ends included. */
  points: z.int().min(3).max(10_001),
  /** Training images scored at each point; absent: all that are trained on. */
  trainImages: z.int().min(1).optional(),
  /** Whether lines are also scored with the running statistics of batch norm recomputed. */
  recompute: z.boolean(),
  /** How copies are aligned before; absent: not at all. */
  align: z.enum(["weights", "activations"]).optional(),
  arms: z
    .array(z.enum(PAIR_ARMS))
    .min(1)
    .refine((arms) => new Set(arms).size === arms.length, "must name each arm once"),
});

const instability = fields.extend({ study: z.literal("instability") });
const network = fields.extend({ name: z.string().min(1) });

const networks = z.strictObject({
  study: z.enum(["figure2", "figure3"]),
  networks: z
    .array(network)
    .min(1)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must have names of their own"),
});

/** Instability analysis of one network (Frankle et al. 2020, section 2). */
export type InstabilitySpec = z.infer<typeof instability>;

/** The same of several networks: the error on the path from initialisation (`figure2`), and LII over the parting (`figure3`). */
export type NetworksSpec = z.infer<typeof networks>;

/** Checks a specification; throws `usage`, naming the field, the rule and the value. */
export function parseInstabilitySpec(value: unknown): InstabilitySpec {
  const spec = parseWith(instability, value);
  trainingOf(spec);
  const sparse = spec.arms.find((arm) => arm !== "dense");
  if (sparse && spec.levels === 0) {
    const remedy = "Prune at least once, or ask for the dense network alone";
    fail("usage", "levels", { rule: `arm ${sparse} needs a mask, and so a level`, got: 0, remedy });
  }
  return spec;
}

/** Checks a specification; throws as {@link parseInstabilitySpec}. */
export function parseNetworksSpec(value: unknown): NetworksSpec {
  const spec = parseWith(networks, value);
  for (const each of spec.networks) instabilityOf(each);
  return spec;
}

/** The analysis of one of several networks. */
export function instabilityOf({ name: _, ...rest }: NetworksSpec["networks"][number]): InstabilitySpec {
  return parseInstabilitySpec({ ...rest, study: "instability" });
}

/** What of the specification says how single networks are trained and cut. */
export function trainingOf(spec: InstabilitySpec): PruningSpec {
  const { at: _at, copies: _c, points: _p, trainImages: _t, recompute: _r, align: _a, ...rest } = spec;
  return parsePruningSpec({ ...rest, study: "imp", rewind: "0", arms: ["dense"] });
}
