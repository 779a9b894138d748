/** Which data sets a study needs, and their names with which its results are kept. */

import { type Dataset, type DatasetDescription, datasetNamed, sourceOf } from "../dataset/dataset.ts";
import { validationCount } from "../dataset/validation.ts";
import { checkFits } from "../model/check.ts";
import { parseModel } from "../model/registry.ts";
import { dataFor } from "../plugin/load-bert.ts";
import type { StudyKind, StudySpec } from "../study/kind.ts";
import { taskOf } from "../task/registry.ts";
import { partsOf } from "./runs.ts";

/** A part of a specification that is of a model and a data set. */
interface Subject {
  readonly model?: string;
  readonly data?: string;
  readonly validation?: number;
}

function subjectsOf({ name }: StudyKind, spec: StudySpec): readonly Subject[] {
  return partsOf({ study: name, spec: { ...spec } });
}

/** The names of the data sets that a study needs, each once. */
export function dataOf(kind: StudyKind, spec: StudySpec): string[] {
  return [...new Set(subjectsOf(kind, spec).flatMap(({ data }) => data ?? []))];
}

/**
 * The specification with the names that data sets have for themselves: those of files pin their content, so that results of
 * others are not taken for theirs. Throws `usage` for a model that does not fit its data.
 * @param describe tells what a network for a data set depends on
 */
export async function pinned(
  kind: StudyKind,
  spec: StudySpec,
  describe: (data: string) => Promise<DatasetDescription>,
): Promise<StudySpec> {
  const pin = async (part: Subject): Promise<Subject> => {
    if (part.data === undefined) return part;
    const description = await describe(dataFor(part.model, part.data));
    const data = sourceOf(description);
    // A model that is brought is called by its name and version.
    if (part.model === undefined) return { ...part, data };
    const model = parseModel(part.model, description);
    checkFits(model, description);
    return { ...part, data, model: model.name };
  };
  return withParts(kind, spec, await Promise.all(subjectsOf(kind, spec).map(pin)));
}

function withParts(kind: StudyKind, spec: StudySpec, parts: readonly Subject[]): StudySpec {
  return kind.parts === undefined ? { ...spec, ...parts[0] } : { ...spec, [kind.parts]: parts };
}

/** The specification with the rows held out as a count and the loss, where the kind of study has these options. */
export function counted(kind: StudyKind, spec: StudySpec, datasets: readonly Dataset[]): StudySpec {
  const hasLoss = kind.options.some(({ name }) => name === "loss");
  const holdsOut = kind.options.some(({ name }) => name === "validation");
  const count = (part: Subject): Subject => {
    if (part.data === undefined || !(holdsOut || part.validation !== undefined)) return part;
    const dataset = datasetNamed(datasets, part.data);
    const loss = { ...part, ...("loss" in part || !hasLoss ? {} : { loss: taskOf(dataset).losses[0] }) };
    return { ...loss, validation: validationCount(part.validation, dataset.train.count) };
  };
  return withParts(kind, spec, subjectsOf(kind, spec).map(count));
}
