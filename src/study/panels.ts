/**
 * Studies of several panels: one pruning study at several learning rates, compared side by side. `figure1` is the central
 * figure of the survey that this project follows, `scratch` the question of Liu et al. 2018, whether pruned architectures
 * need their tickets.
 */
import { z } from "zod";
import type { Dataset } from "../dataset/dataset.ts";
import type { Runner } from "./execute.ts";
import { runPruning, type StudyEvents } from "./pruning.ts";
import { settled } from "./replicate.ts";
import type { Row } from "./row.ts";
import { type PruningSpec, parsePruningSpec, parseWith, pruningFields } from "./spec.ts";

const { lr, warmup } = pruningFields.shape;
const panel = z.strictObject({ name: z.string().min(1), lr, warmup });

const panelsSpec = pruningFields.omit({ study: true, lr: true, warmup: true }).extend({
  study: z.enum(["figure1", "scratch"]),
  pruning: pruningFields.shape.study,
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
  for (const each of spec.panels) pruningOf(spec, each);
  return spec;
}

/** The pruning study of one panel. */
export function pruningOf(
  { study: _, pruning, panels: __, ...shared }: PanelsSpec,
  { lr, warmup }: Panel,
): PruningSpec {
  return parsePruningSpec({ ...shared, study: pruning, lr, warmup });
}

/** Runs the panels side by side; resolves to their rows, which name their panel, in order. */
export async function runPanels(
  spec: PanelsSpec,
  { runner, dataset, events = {} }: { runner: Runner; dataset: Dataset; events?: StudyEvents },
): Promise<Row[]> {
  const panels = spec.panels.map(async (each) => {
    const own = (row: Row) => ({ panel: each.name, ...row });
    const onRow = (row: Row) => events.onRow?.(own(row));
    const rows = await runPruning(pruningOf(spec, each), {
      runner: labelled(runner, each.name),
      dataset,
      events: { onRow },
    });
    return rows.map(own);
  });
  return (await settled(panels)).flat();
}

/** Puts the panel's name before the label of every network. */
export function labelled({ store, run }: Runner, panel: string): Runner {
  return {
    store,
    run: (request, { label = request.step, ...rest } = {}) => run(request, { ...rest, label: `${panel}: ${label}` }),
  };
}
