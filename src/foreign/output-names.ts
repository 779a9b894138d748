/**
 * What the outputs of a network in a file are called: classes, labels or numbers of the data set that it was trained on. Where
 * the data set at hand has names too, they must be the same in the same order, for networks know outputs by their places alone.
 */
import { z } from "zod";
import { fail } from "../base/errors.ts";
import { listed, printable } from "../base/printable.ts";
import type { DatasetDescription } from "../dataset/dataset.ts";
import type { WeightsFile } from "./open.ts";

const NAMES = z.array(z.string()).min(2);

/** The names of a data set's outputs; undefined where it has none, and of a single output, which is taken for no other. */
export function outputNames({ target }: Pick<DatasetDescription, "target">): readonly string[] | undefined {
  return NAMES.safeParse(target.names).success ? target.names : undefined;
}

/** Names as a file's metadata hold them: `outputNames`, a JSON list in the order of the outputs. */
export function namesText(names: readonly string[] | undefined): Record<string, string> {
  return names ? { outputNames: JSON.stringify(names) } : {};
}

/** Throws `data` where a file and a data set both name outputs, and name others or in another order. */
export function checkOutputNames(
  file: Pick<WeightsFile, "name" | "metadata">,
  data: Pick<DatasetDescription, "name" | "target">,
): void {
  const [said, own] = [namesIn(file), outputNames(data)];
  if (!said || !own || JSON.stringify(said) === JSON.stringify(own)) return;
  const longer = said.length > own.length ? said : own;
  const at = longer.findIndex((_, i) => said[i] !== own[i]);
  const [trained, here] = [said, own].map((names) => (names[at] === undefined ? "none" : printable(names[at])));
  const isMoved = JSON.stringify([...said].sort()) === JSON.stringify([...own].sort());
  const differ = `its outputs and those of ${data.name} must have the same names in the same order`;
  fail("data", file.name, {
    rule: `${differ}, and output ${at} is ${trained} in the file and ${here} in the data set`,
    remedy: `${isMoved ? "Order the data set's names" : "Name the data set's outputs"} as the file's: ${listed(said)}. Where they mean the same, take outputNames out of the file's metadata`,
  });
}

/** Undefined where the file says nothing, or somebody else uses the word for something else. */
function namesIn({ metadata }: Pick<WeightsFile, "metadata">): readonly string[] | undefined {
  try {
    return NAMES.safeParse(JSON.parse(metadata.outputNames ?? "null")).data;
  } catch {
    return undefined;
  }
}
