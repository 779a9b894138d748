/** A path in words and in JSON: a table by alpha, and the linear interpolation instability (LII) of each score. */

import { floorOf, instabilityOf } from "../../connectivity/instability.ts";
import { gapsOf, type Path, type PathScores } from "../../connectivity/path.ts";
import type { ScoreName } from "../../connectivity/scorer.ts";
import { criterionNote, drawn, STABLE, stableBelow, undefinedLii } from "../../figure/path/points.ts";
import type { Measure } from "../../task/task.ts";
import { digits, errorName, unitOf } from "../../task/words.ts";
import { table } from "../talk/table.ts";

const SCORES = ["testError", "trainError", "testLoss", "trainLoss"] as const satisfies readonly ScoreName[];

/** The path as `--json` prints it; NaN, where a network scores no finite loss, becomes null. */
export function pathJson({ interpolated, recomputed }: Path): object {
  return { ...withInstability(interpolated), recomputed: recomputed && withInstability(recomputed) };
}

function withInstability(scores: PathScores): object {
  return { ...scores, lii: instabilityOf(scores), floor: floorOf(scores) };
}

/** The path as a terminal shows it; errors as the measure has them, fractions in %. */
export function pathText({ interpolated, recomputed }: Path, measure: Measure): string {
  const headings = SCORES.map((name) => `${nameOf(name, measure)}${isError(name) ? unitOf(measure) : ""}`);
  const note = criterionNote(measure);
  const notes = note === "" ? [] : [note];
  if (!recomputed)
    return [pathTable([interpolated], headings, measure), sentence("LII", interpolated, measure), ...notes].join(
      "\n\n",
    );
  return [
    pathTable([interpolated, recomputed], [...headings, ...headings.map((heading) => `${heading}*`)], measure),
    `* with batch norm's running statistics recomputed at every alpha; else they are interpolated`,
    `${sentence("LII ", interpolated, measure)}\n${sentence("LII*", recomputed, measure)}`,
    ...notes,
  ].join("\n\n");
}

function pathTable(each: readonly PathScores[], headings: readonly string[], measure: Measure): string {
  const rows = each[0]!.alphas.map((alpha, at) => {
    const cells = each.flatMap((scores) => SCORES.map((name) => textOf(name, scores[name][at]!, measure)));
    return [alpha.toFixed(3), ...cells];
  });
  return table(["alpha", ...headings], rows);
}

function sentence(name: string, scores: PathScores, measure: Measure): string {
  const lii = instabilityOf(scores);
  if (!Number.isFinite(lii.testError)) return undefinedLii(gapsOf(scores), name.trim());
  const parts = SCORES.map((score) => {
    const unit = isError(score) ? unitOf(measure) : "";
    const told = `${nameOf(score, measure)} ${textOf(score, lii[score], measure)}${unit}`;
    const floor = `${textOf(score, floorOf(scores)[score], measure)}${unit}`;
    return score === "testError" ? `${told} (at least ${floor}, half the ends' difference)` : told;
  });
  const told = `${name}  ${parts.join(", ")}`;
  if (stableBelow(measure) === null) return told;
  return `${told}: ${lii.testError < STABLE ? "stable (test error below 2 %)" : "not stable (test error 2 % or more)"}`;
}

function nameOf(score: ScoreName, measure: Measure): string {
  return `${score.startsWith("test") ? "test" : "train"} ${isError(score) ? errorName(measure) : "loss"}`;
}

function textOf(score: ScoreName, value: number, measure: Measure): string {
  if (!Number.isFinite(value)) return "-";
  return isError(score) ? digits(measure, drawn(measure, value)) : value.toFixed(4);
}

function isError(score: ScoreName): boolean {
  return score.endsWith("Error");
}
