/** What a study of pruned networks is about, in words: the line under every figure's title. */
import { shortName } from "../../base/registry.ts";
import { dataTitle } from "../../dataset/source/name.ts";

interface Setup {
  readonly model: string;
  readonly data: string;
  readonly trainSize?: number | undefined;
  readonly steps: string;
}

function subjectOf({ model, data, trainSize }: Setup): string {
  const images = trainSize === undefined ? "" : ` (${trainSize.toLocaleString("en-US")} images)`;
  return `${shortName(model)} on ${dataTitle(data)}${images}`;
}

/** The model, data and length of trainings. */
export function shortTitle(spec: Setup): string {
  return `${subjectOf(spec)}, ${spec.steps}`;
}

/** These, how networks become sparse, and what they are trained by. */
export function setupTitle(
  spec: Setup & { readonly cut: number; readonly optimizer: { readonly name: string } },
  how: string,
): string {
  const cutText = `${Number((100 * spec.cut).toPrecision(3))} % a level`;
  return `${subjectOf(spec)}: ${how}, ${cutText}, ${spec.steps} with ${shortName(spec.optimizer.name)}`;
}
