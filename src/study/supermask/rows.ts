/** The rows of the study: a training and a score of one place make one row. */
import type { MaskResult } from "../../step/learned-masks.ts";
import { type ScoreResult, scoreStep } from "../../step/score.ts";
import type { TrainParams, TrainResult } from "../../step/train.ts";
import { ACCURACY } from "../../task/words.ts";
import type { Artifacts, Planned } from "../plan.ts";
import { parseArm } from "./arms.ts";
import { DENSE, type SupermaskPlace, type SupermaskRow } from "./row.ts";
import type { SupermaskSpec } from "./spec.ts";

type Finished = Planned<SupermaskPlace>;

const isScore = ({ request: { step } }: Finished) => step === scoreStep.name;
const nameOf = ({ arm, replicate, level }: SupermaskPlace) => JSON.stringify([arm, replicate, level]);

/**
 * The rows of finished steps, in the order of arms, replicates and levels: of what is trained with its score beside it where
 * that is there, of what is not trained the score alone.
 */
export async function supermaskRows(
  { arms, untrained, learned }: Pick<SupermaskSpec, "arms" | "untrained" | "learned">,
  finished: readonly Finished[],
  artifacts: Artifacts,
): Promise<SupermaskRow[]> {
  const told = async <R>(steps: readonly Finished[]) => {
    const each = steps.map(async ({ request, rows = [] }) => {
      const result = (await artifacts.result(request)) as unknown as R;
      return rows.map((place) => ({ place, result, request, artifact: artifacts.key(request) }));
    });
    return (await Promise.all(each)).flat();
  };
  const scores = await told<ScoreResult>(finished.filter(isScore));
  const trainings = await told<TrainResult & Partial<MaskResult>>(finished.filter((step) => !isScore(step)));
  const scored = new Map(scores.map(({ place, result }) => [nameOf(place), result]));
  const rows = [
    ...trainings.map(({ place, result, request, artifact }) => ({
      ...trainedRow(place, result, artifact),
      ...maskOf(result, request.params as Pick<TrainParams, "method">),
      untrained: untrainedOf(scored.get(nameOf(place))),
    })),
    ...scores
      .filter(({ place }) => !arms.includes(place.arm))
      .map(({ place, result, artifact }) => ({
        ...scoredRow(place, result, artifact),
        untrained: untrainedOf(result),
      })),
  ];
  const order: readonly string[] = [DENSE, ...(learned?.arms ?? []), ...arms, ...untrained];
  const by = ({ arm, replicate, level }: SupermaskRow) => [order.indexOf(arm), replicate, level] as const;
  return rows.sort((a, b) => by(a)[0] - by(b)[0] || by(a)[1] - by(b)[1] || by(a)[2] - by(b)[2]);
}

/** What rows have of learned masks alone. */
type OfMasks = "method" | "weightsUntouched" | "sampled" | "thresholdAccuracy" | "bestOnTest";

type Row = Omit<SupermaskRow, "untrained" | OfMasks>;

function placed({ arm, replicate, level }: SupermaskPlace, { weights, prunable }: ScoreResult | TrainResult) {
  const { criterion, action } = parseArm(arm) ?? { criterion: null, action: null };
  return { arm, criterion, action, replicate, level, density: weights / prunable, kept: weights, prunable };
}

function trainedRow(place: SupermaskPlace, result: TrainResult, artifact: string): Row {
  const { measure, testLoss, diverged, seconds } = result;
  return {
    ...placed(place, result),
    measure,
    ...(measure.name === ACCURACY.name && { testAccuracy: measure.value }),
    testLoss,
    ...(diverged !== undefined && { diverged }),
    ...{ seconds, artifact },
  };
}

/** Of other trainings, that weights are. */
function maskOf(
  { measure, sampled, bestOnTest = null, weightsUntouched }: TrainResult & Partial<MaskResult>,
  { method }: Pick<TrainParams, "method">,
): Pick<SupermaskRow, OfMasks | "testAccuracy"> {
  if (method?.name !== "supermask" && method?.name !== "signed-supermask")
    return { method: null, weightsUntouched: false };
  const accuracy = measure.name === ACCURACY.name && sampled;
  return {
    ...{ method: method.name, weightsUntouched: weightsUntouched ?? null, bestOnTest, ...(sampled && { sampled }) },
    ...(accuracy && { testAccuracy: accuracy.value, thresholdAccuracy: measure.value }),
  };
}

function scoredRow(place: SupermaskPlace, result: ScoreResult, artifact: string): Omit<SupermaskRow, "untrained"> {
  const measure = { name: result.measure.name, value: null };
  return { ...placed(place, result), method: null, weightsUntouched: true, measure, artifact };
}

function untrainedOf(result: ScoreResult | undefined): SupermaskRow["untrained"] {
  if (!result) return null;
  const { validation, test } = result.measure;
  return { validation, test };
}
