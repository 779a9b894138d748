/**
 * Iterative magnitude pruning and its one-shot form: arms with masks of their own, and controls at the ticket's masks or
 * counts (Frankle & Carbin 2019, sections 1 to 4). Level 0 is the dense network.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import type { StepRequest } from "../../step/request.ts";
import type { Arm } from "../networks/row.ts";
import { commonOf, settled } from "../shared/common.ts";
import { control, controlMask, freshDense, isControl, isFresh } from "../shared/controls.ts";
import {
  givenLevel,
  initialNetwork,
  type NetworkPlan,
  networkAt,
  type Replicate,
  trainLevel,
} from "../shared/replicate.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { type Chain, climb, isChain } from "./chains.ts";

/** The steps of a pruning study; throws `usage` on lengths that do not fit the data. */
export function* pruningPlan(asked: PruningSpec, dataset: Dataset): NetworkPlan {
  const spec = settled(asked, dataset);
  const common = commonOf(spec, dataset);
  for (let replicate = 0; replicate < spec.replicates; replicate++)
    yield* replicatePlan({ spec, replicate, ...common });
}

function* replicatePlan(setup: Replicate): NetworkPlan {
  const { arms, trained } = setup.spec;
  const own = arms.filter((arm) => !isFresh(arm));
  const dense = yield* trained ? givenLevel(setup, trained, own) : trainedLevel(setup, own);
  // Beside a network that was given, nothing dense is trained.
  if (!trained) yield* freshLevel(setup, arms.filter(isFresh));
  for (const chain of chainsOf(setup, dense)) yield* climb(setup, chain);
}

/** Level 0 of arms of fresh weights; where the replicate begins with a pruned network, under its mask or at its counts. */
function* freshLevel(setup: Replicate, arms: Parameters<typeof freshDense>[1]): NetworkPlan {
  const mask = startMask(setup);
  if (!mask) yield* freshDense(setup, arms);
  else for (const arm of arms.filter(isControl)) yield* control(setup, { arm, level: 0, mask });
}

/** What the replicate begins with where that is a pruned network. */
function startMask(setup: Replicate): StepRequest | undefined {
  return setup.spec.from?.masked && initialNetwork(setup, 0);
}

/** Level 0: the dense network. */
function* trainedLevel(setup: Replicate, rows: readonly Arm[]): NetworkPlan<StepRequest> {
  const { rewind: from, end: to } = setup;
  const network = yield* networkAt(setup, 0, from);
  return yield* trainLevel(setup, { arm: "ticket", level: 0, network, from, to, urgent: true, rows });
}

/** The chains of the arms asked for; the ticket's also where a control needs its masks. */
function chainsOf(setup: Replicate, dense: StepRequest): Chain[] {
  const { arms } = setup.spec;
  const controls = arms.filter(isControl);
  const own = arms.filter(isChain).filter((arm) => arm !== "ticket");
  const wanted = arms.includes("ticket");
  let nested = startMask(setup);
  function* onMask(level: number, mask: StepRequest): NetworkPlan {
    if (arms.includes("nested-random")) nested = controlMask(setup, { how: "nested", level, mask, within: nested });
    for (const arm of controls) yield* control(setup, { arm, level, mask, nested });
  }
  const ticket: Chain[] = wanted || controls.length > 0 ? [{ arm: "ticket", dense, wanted, onMask }] : [];
  return [...ticket, ...own.map((arm) => ({ arm, dense, wanted: true }))];
}
