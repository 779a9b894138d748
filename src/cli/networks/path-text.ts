/** A path in words and in JSON: a table by alpha, and the linear interpolation instability (LII) of each measure. */

import { instabilityOf } from "../../connectivity/instability.ts";
import type { Path, PathScores } from "../../connectivity/path.ts";
import type { Measure } from "../../connectivity/scorer.ts";
import { STABLE } from "../../figure/path/points.ts";
import { table } from "../talk/table.ts";

const MEASURES = ["testError", "trainError", "testLoss", "trainLoss"] as const satisfies readonly Measure[];
const HEADINGS = ["test error %", "train error %", "test loss", "train loss"];

/** The path as `--json` prints it. */
export function pathJson({ interpolated, recomputed }: Path): object {
  return { ...withInstability(interpolated), recomputed: recomputed && withInstability(recomputed) };
}

function withInstability(scores: PathScores): object {
  return { ...scores, lii: instabilityOf(scores) };
}

/** The path as a terminal shows it; errors in %. */
export function pathText({ interpolated, recomputed }: Path): string {
  if (!recomputed) return `${pathTable([interpolated], HEADINGS)}\n\n${sentence("LII", interpolated)}`;
  const headings = [...HEADINGS, ...HEADINGS.map((heading) => `${heading}*`)];
  return [
    pathTable([interpolated, recomputed], headings),
    `* with batch norm's running statistics recomputed at every alpha; else they are interpolated`,
    `${sentence("LII ", interpolated)}\n${sentence("LII*", recomputed)}`,
  ].join("\n\n");
}

function pathTable(each: readonly PathScores[], headings: readonly string[]): string {
  const rows = each[0]!.alphas.map((alpha, at) => {
    const cells = each.flatMap((scores) => MEASURES.map((measure) => shown(measure, scores[measure][at]!)));
    return [alpha.toFixed(3), ...cells];
  });
  return table(["alpha", ...headings], rows);
}

function sentence(name: string, scores: PathScores): string {
  const lii = instabilityOf(scores);
  const parts = MEASURES.map((measure) => {
    const unit = isError(measure) ? " %" : "";
    return `${measure.startsWith("test") ? "test" : "train"} ${isError(measure) ? "error" : "loss"} ${shown(measure, lii[measure])}${unit}`;
  });
  const verdict = lii.testError < STABLE ? "stable (test error below 2 %)" : "not stable (test error 2 % or more)";
  return `${name}  ${parts.join(", ")}: ${verdict}`;
}

function shown(measure: Measure, value: number): string {
  return isError(measure) ? (100 * value).toFixed(2) : value.toFixed(4);
}

function isError(measure: Measure): boolean {
  return measure.endsWith("Error");
}
