/**
 * A ticket trained as it is in its file, and beside it its mask on new weights (`reinit`), a random mask of its counts on new
 * weights (`random`) and all of new weights (`dense`), as a pruning study has them at the ticket's level.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import { givenStep } from "../../step/given.ts";
import { request } from "../../step/request.ts";
import { commonOf, type Settled, settled } from "../shared/common.ts";
import { control, freshDense } from "../shared/controls.ts";
import { type NetworkPlan, type Replicate, trainLevel } from "../shared/replicate.ts";
import type { TicketSpec } from "./spec.ts";

/** The steps of the study; throws `usage` on lengths that do not fit the data. */
export function* ticketPlan(asked: TicketSpec, dataset: Dataset): NetworkPlan {
  const { level, from, arms } = asked;
  const spec = pruningOf(settled(asked, dataset));
  const common = commonOf(spec, dataset);
  const ticket = request(givenStep, { model: asked.model, sha256: from.sha256 });
  for (let i = 0; i < asked.replicates; i++) {
    const setup: Replicate = { ...common, spec, replicate: asked.replicate + i };
    const { rewind, end: to } = setup;
    for (const arm of arms)
      if (arm === "ticket") yield* trainLevel(setup, { arm, level, network: ticket, from: rewind, to, urgent: true });
      else if (arm === "dense") yield* freshDense(setup, [arm]);
      else yield* control(setup, { arm, level, mask: ticket });
  }
}

/** As a pruning study has it: nothing is cut here. */
function pruningOf(spec: ReturnType<typeof settled<TicketSpec>>): Settled {
  const { study: _, from: __, replicate: ___, level, arms: ____, ...shared } = spec;
  const unused = {
    study: "imp",
    levels: level,
    cut: 0.2,
    outputCutFactor: 1,
    scope: "layer",
    arms: ["dense"],
  } as const;
  return { ...shared, ...unused, arms: [...unused.arms] };
}
