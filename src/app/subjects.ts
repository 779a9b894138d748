/** Which data sets a study needs, and their names with which its results are kept. */

import { parseModel } from "../model/registry.ts";
import type { StudyKind, StudySpec } from "../study/kind.ts";
import { partsOf } from "./runs.ts";

/** A part of a specification that is of a model and a data set. */
interface Subject {
  readonly model?: string;
  readonly data?: string;
}

function subjectsOf({ name }: StudyKind, spec: StudySpec): readonly Subject[] {
  return partsOf({ study: name, spec: { ...spec } });
}

/** The names of the data sets that a study needs, each once. */
export function dataOf(kind: StudyKind, spec: StudySpec): string[] {
  return [...new Set(subjectsOf(kind, spec).flatMap(({ data }) => data ?? []))];
}

/**
 * The specification with the names that data sets have for themselves: a folder's pins its images, so that results of
 * others are not taken for theirs. Throws `usage` for a model that does not fit its data.
 * @param describe tells what a network for a data set depends on
 */
export async function pinned(
  kind: StudyKind,
  spec: StudySpec,
  describe: (data: string) => Promise<Parameters<typeof parseModel>[1] & { readonly name: string }>,
): Promise<StudySpec> {
  const pin = async (part: Subject): Promise<Subject> => {
    if (part.data === undefined) return part;
    const description = await describe(part.data);
    if (part.model !== undefined) parseModel(part.model, description);
    return { ...part, data: description.name };
  };
  const parts = await Promise.all(subjectsOf(kind, spec).map(pin));
  return kind.parts === undefined ? { ...spec, ...parts[0] } : { ...spec, [kind.parts]: parts };
}
