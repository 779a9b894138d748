/** How fast networks learn: the iteration of minimum validation loss against weights remaining. */

import { divergedNote, replicatesNote, sentences } from "./caption.ts";
import { toCsv } from "./csv.ts";
import { poster } from "./draw.ts";
import type { AbsentFigure, Figure, FigureData } from "./figure.ts";
import { drawArmLines, withStrip } from "./lines.ts";
import { denseRows, describe, diverged, summarise, withDense } from "./statistics.ts";
import { thousands } from "./text.ts";

const name = "early-stop";
const title = "Iteration of minimum validation loss";

/** Early-stop iteration against weights remaining (%); absent without a validation split. */
export function earlyStop(data: FigureData): Figure | AbsentFigure {
  if (data.rows.every((row) => row.earlyStopStep === null)) {
    return { name, absent: "the study had no validation split, so there is no early stop" };
  }
  const summaries = summarise(withDense(data.rows), stopStep);
  const dense = describe(denseRows(data.rows).map((row) => stopStep(row) ?? Number.NaN)).mean;
  const highest = Math.max(1, ...summaries.map((summary) => summary.max).filter(Number.isFinite));
  const drawing = drawArmLines(summaries, {
    yLabel: "Early-stop iteration",
    domain: withStrip([0, highest * 1.05], summaries),
    dense,
    tickFormat: thousands,
  });
  const caption = sentences(
    "Lower is faster: the iteration at which the validation loss is smallest, where training could stop.",
    "Below the dashed line a network learns faster than the dense one.",
    replicatesNote(summaries),
    divergedNote(summarise(data.rows, stopStep)),
  );
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, csv: toCsv(summaries.map((summary) => ({ ...summary }))) };
}

function stopStep(row: FigureData["rows"][number]): number | null {
  return row.earlyStopStep ?? (diverged(row) ? Number.NaN : null);
}
