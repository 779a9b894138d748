/** The central figure: test accuracy against weights remaining, at the end of training and at early stop. */

import { divergedNote, replicatesNote, sentences } from "../../figure/draw/caption.ts";
import { toCsv } from "../../figure/draw/csv.ts";
import { poster } from "../../figure/draw/draw.ts";
import { accuracyDomain } from "../../figure/draw/scales.ts";
import { capital, twoDecimals } from "../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../figure/figure.ts";
import { describe } from "../../figure/spread.ts";
import { ARM_STYLES } from "./arms.ts";
import { drawArmLines, withStrip } from "./lines.ts";
import type { NetworkData, RowDetail } from "./row.ts";
import { armsOf, denseRows, diverged, finalAccuracy, type Summary, summarise, withDense } from "./statistics.ts";

interface Words {
  readonly name: string;
  readonly title: string;
  readonly value: (row: RowDetail) => number | null;
}

/** Test accuracy (%) at the end of training against weights remaining (%). */
export function accuracy(data: NetworkData): Figure {
  return drawAccuracy(data, { name: "accuracy", title: "Test accuracy at the end of training", value: finalAccuracy });
}

/** Test accuracy (%) at the iteration of minimum validation loss; absent without a validation split. */
export function accuracyEarlyStop(data: NetworkData): Figure | AbsentFigure {
  const name = "accuracy-early-stop";
  if (data.rows.every((row) => row.earlyStopAccuracy === null)) {
    return { name, absent: "the study had no validation split, so there is no early stop" };
  }
  return drawAccuracy(data, { name, title: "Test accuracy at early stop", value: earlyStopAccuracy });
}

function earlyStopAccuracy(row: RowDetail): number | null {
  if (row.earlyStopAccuracy !== null) return row.earlyStopAccuracy * 100;
  return diverged(row) ? Number.NaN : null;
}

/** A figure of some accuracy (%) against weights remaining (%), under a name and title of its own. */
export function drawAccuracy(data: NetworkData, { name, title, value }: Words): Figure {
  const summaries = summarise(withDense(data.rows), value);
  const dense = describe(denseRows(data.rows).map((row) => value(row) ?? Number.NaN)).mean;
  const values = summaries.flatMap(({ min, max }) => [min, max]);
  const domain = withStrip(accuracyDomain(values, dense), summaries);
  const caption = captionOf(data, { summaries, dense, low: domain[0], value });
  const drawing = drawArmLines(summaries, { yLabel: "Test accuracy (%)", domain, dense });
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, csv: toCsv(summaries.map((summary) => ({ ...summary }))) };
}

interface CaptionInput {
  readonly summaries: readonly Summary[];
  readonly dense: number;
  readonly low: number;
  readonly value: Words["value"];
}

function captionOf(data: NetworkData, { summaries, dense, low, value }: CaptionInput): string {
  const arms = armsOf(summaries).filter((arm) => arm !== "dense");
  const offAxis = summaries.filter((summary) => summary.mean < low).length;
  return sentences(
    "Each step to the right leaves fewer weights.",
    Number.isFinite(dense)
      ? `At or above the dashed line (dense, ${twoDecimals(dense)} %) nothing is lost by pruning.`
      : "",
    ...arms.map((arm) => `${capital(arm)}: ${ARM_STYLES[arm].meaning}.`),
    replicatesNote(summaries),
    offAxis > 0 ? `Triangles at the bottom: means below the axis (${offAxis}).` : "",
    divergedNote(summarise(data.rows, value)),
  );
}
