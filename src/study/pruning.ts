/**
 * Iterative magnitude pruning and its one-shot form: arms with masks of their own, and controls at the ticket's masks or
 * counts (Frankle & Carbin 2019, sections 1 to 4). Level 0 is the dense network.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { type Chain, climb, isChain } from "./chains.ts";
import { commonOf } from "./common.ts";
import { control, denseRow, isControl } from "./controls.ts";
import type { Runner } from "./execute.ts";
import { inOrder, networkAt, type Replicate, type StudyEvents, settled, started, trainLevel } from "./replicate.ts";
import type { Row } from "./row.ts";
import type { PruningSpec } from "./spec.ts";

export type { StudyEvents } from "./replicate.ts";

/** Runs the study, all replicates side by side; resolves to its rows in the order of arms, replicates and levels. */
export async function runPruning(
  spec: PruningSpec,
  { runner, dataset, events = {} }: { runner: Runner; dataset: Dataset; events?: StudyEvents },
): Promise<Row[]> {
  const common = commonOf(spec, dataset);
  const replicates = Array.from({ length: spec.replicates }, (_, replicate) =>
    runReplicate({ spec, runner, events, replicate, ...common }),
  );
  return inOrder((await settled(replicates)).flat(), spec.arms);
}

async function runReplicate(task: Replicate): Promise<Row[]> {
  const { rewind, end, spec } = task;
  const network = await networkAt(task, 0, rewind);
  const dense = await trainLevel(task, { arm: "ticket", level: 0, network, from: rewind, to: end, urgent: true });
  const level0 = spec.arms.map((arm) => started(denseRow(task, arm, dense)));
  const levels = await Promise.all(chainsOf(task, dense).map((chain) => climb(task, chain)));
  return settled([...level0, ...levels.flat()]);
}

/** The chains of the arms asked for; the ticket's also where a control needs its masks. */
function chainsOf(task: Replicate, dense: string): Chain[] {
  const { arms } = task.spec;
  const controls = arms.filter(isControl);
  const own = arms.filter(isChain).filter((arm) => arm !== "ticket");
  const wanted = arms.includes("ticket");
  const onMask = (level: number, mask: string) => controls.map((arm) => control(task, { arm, level, mask }));
  const ticket: Chain[] = wanted || controls.length > 0 ? [{ arm: "ticket", dense, wanted, onMask }] : [];
  return [...ticket, ...own.map((arm) => ({ arm, dense, wanted: true }))];
}
