/**
 * Iterative magnitude pruning and its one-shot form: arms with masks of their own, and controls at the ticket's masks or
 * counts (Frankle & Carbin 2019, sections 1 to 4). Level 0 is the dense network.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import type { StepRequest } from "../../step/request.ts";
import { commonOf, settled } from "../shared/common.ts";
import { control, controlMask, freshDense, isControl, isFresh } from "../shared/controls.ts";
import { type NetworkPlan, networkAt, type Replicate, trainLevel } from "../shared/replicate.ts";
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
  const { rewind, end, spec } = setup;
  const network = yield* networkAt(setup, 0, rewind);
  const own = spec.arms.filter((arm) => !isFresh(arm));
  const place = { arm: "ticket", level: 0, network, from: rewind, to: end, urgent: true, rows: own } as const;
  const dense = yield* trainLevel(setup, place);
  yield* freshDense(setup, spec.arms.filter(isFresh));
  for (const chain of chainsOf(setup, dense)) yield* climb(setup, chain);
}

/** The chains of the arms asked for; the ticket's also where a control needs its masks. */
function chainsOf(setup: Replicate, dense: StepRequest): Chain[] {
  const { arms } = setup.spec;
  const controls = arms.filter(isControl);
  const own = arms.filter(isChain).filter((arm) => arm !== "ticket");
  const wanted = arms.includes("ticket");
  let nested: StepRequest | undefined;
  function* onMask(level: number, mask: StepRequest): NetworkPlan {
    if (arms.includes("nested-random")) nested = controlMask(setup, { how: "nested", level, mask, within: nested });
    for (const arm of controls) yield* control(setup, { arm, level, mask, nested });
  }
  const ticket: Chain[] = wanted || controls.length > 0 ? [{ arm: "ticket", dense, wanted, onMask }] : [];
  return [...ticket, ...own.map((arm) => ({ arm, dense, wanted: true }))];
}
