/** The dense network by the best of several weight decays, which the rows held out choose: what regularisation alone brings. */
import { request, type StepRequest } from "../../../step/request.ts";
import { scoreStep } from "../../../step/score.ts";
import type { OptimizerOptions } from "../../../train/optimizer.ts";
import { cellRequest } from "../matrix.ts";
import { named, type Site, type TransferPlan } from "../site.ts";
import { chooseStep } from "../steps/choose.ts";
import { placeOf } from "./place.ts";

/** The trainings of all decays, and the row of the one that is chosen. */
export function* tunedOn(
  site: Site,
  { network, decays }: { network: StepRequest; decays: readonly number[] },
): TransferPlan {
  const { task, replicate, of, common } = site;
  const { optimizer, validation, trainSize } = common.training;
  const inputs: Record<string, StepRequest> = {};
  for (const [i, weightDecay] of decays.entries()) {
    const changes = { optimizer: { ...optimizer, weightDecay } as OptimizerOptions };
    const trained = cellRequest(site, { network, from: 0, keeps: true, rows: [], changes });
    const label = `${task.name} dense with decay ${weightDecay}, replicate ${replicate}`;
    yield { request: trained, label, urgent: true };
    const params = { ...named(site), validation, ...(trainSize !== undefined && { trainSize }) };
    inputs[`trained${i}`] = trained;
    inputs[`score${i}`] = request(scoreStep, params, { network: trained });
  }
  const place = { ...placeOf(site, { source: "l2", arm: "l2", level: 0 }), target: task.name, replicate, of };
  const label = `${task.name} dense with the best decay, replicate ${replicate}`;
  yield { request: request(chooseStep, { values: decays }, inputs), label, rows: [place] };
}
