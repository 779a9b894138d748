/** The central figure: the measure of the test set against weights remaining, at the end of training and at early stop. */

import { cutNote } from "../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../figure/draw/caption.ts";
import { csvOf } from "../../figure/draw/csv.ts";
import { poster } from "../../figure/draw/draw.ts";
import { measureDomain } from "../../figure/draw/scales.ts";
import { capital } from "../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../figure/figure.ts";
import { meanOf } from "../../figure/spread.ts";
import { axisOf, told } from "../../task/words.ts";
import { ARM_STYLES, sharedNote } from "./arms.ts";
import { drawBothWays, drawnBands, withStrip } from "./lines.ts";
import type { NetworkData, Row } from "./row.ts";
import {
  armsOf,
  denseRows,
  earlyStopValue,
  finalValue,
  noEarlyStop,
  replicateRecords,
  type Summary,
  summarise,
  withDense,
} from "./statistics.ts";

interface Words {
  readonly name: string;
  readonly title: string;
  /** As it is shown; NaN where the run diverged, null where it was not measured. */
  readonly value: (row: Row) => number | null;
}

/** The measure of the test set at the end of training against weights remaining (%). */
export function measureAtEnd(data: NetworkData): Figure {
  const title = `Test ${data.measure.title} at the end of training`;
  return drawMeasure(data, { name: "accuracy", title, value: finalValue(data.measure) });
}

/** The measure of the test set at the iteration of minimum validation loss; absent without a validation split. */
export function measureAtEarlyStop(data: NetworkData): Figure | AbsentFigure {
  const name = "accuracy-early-stop";
  const absent = noEarlyStop(data.rows);
  if (absent !== null) return { name, absent };
  const title = `Test ${data.measure.title} at early stop`;
  return drawMeasure(data, { name, title, value: earlyStopValue(data.measure) });
}

/** A figure of the measure of the test set against weights remaining (%), under a name and title of its own. */
export function drawMeasure(data: NetworkData, { name, title, value }: Words): Figure {
  const summaries = summarise(withDense(data.rows), value);
  const dense = meanOf(denseRows(data.rows).map((row) => value(row) ?? Number.NaN));
  const values = summaries.flatMap(({ min, max }) => [min, max]);
  const domain = withStrip(measureDomain(data.measure, values, dense), summaries);
  const caption = captionOf(data, { summaries, dense, domain, value });
  const drawn = drawBothWays(summaries, { yLabel: axisOf("Test", data.measure), domain, dense, band: data.band });
  const svg = poster({ title, caption, subtitle: data.title }, drawn.drawing);
  return { name, title, caption, svg, ...drawn, ...csvOf(summaries, replicateRecords(withDense(data.rows), value)) };
}

interface CaptionInput {
  readonly summaries: readonly Summary[];
  readonly dense: number;
  readonly domain: readonly [number, number];
  readonly value: Words["value"];
}

function captionOf({ measure, rows, band }: NetworkData, { summaries, dense, domain, value }: CaptionInput): string {
  const arms = armsOf(summaries).filter((arm) => arm !== "dense");
  const offAxis = summaries.filter((summary) => summary.mean < domain[0]).length;
  const side = measure.direction === "up" ? "above" : "below";
  return sentences(
    "Each step to the right leaves fewer weights.",
    Number.isFinite(dense)
      ? `At or ${side} the dashed line (dense, ${told(measure, dense)}) nothing is lost by pruning.`
      : "",
    ...arms.map((arm) => `${capital(arm)}: ${ARM_STYLES[arm].meaning}.`),
    sharedNote(armsOf(rows)),
    replicatesNote(summaries, band),
    cutNote(drawnBands(summaries), { band, domain }),
    offAxis > 0 ? `Triangles at the bottom: means below the axis (${offAxis}).` : "",
    divergedNote(summarise(rows, value)),
  );
}
