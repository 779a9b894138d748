/** The specification of a study of several panels: one pruning study whose learning rate each panel sets. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";
import { type PruningSpec, parsePruningSpec, parseWith, pruningFields } from "../shared/spec.ts";

const { lr, warmup } = pruningFields.shape;
const panel = z.strictObject({ name: z.string().min(1), lr, warmup });

const panelsSpec = pruningFields.omit({ study: true, lr: true, warmup: true }).extend({
  study: z.enum(["figure1", "scratch"]),
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
  { lr, warmup }: Panel,
): PruningSpec {
  return parsePruningSpec({ ...shared, study: pruning, lr, warmup });
}
