/** How fast networks learn: the iteration of minimum validation loss against weights remaining. */

import { cutNote } from "../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import { thousands } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { meanOf } from "../../../figure/spread.ts";
import { drawBothWays, drawnBands, withStrip } from "../../networks/lines.ts";
import type { NetworkData } from "../../networks/row.ts";
import {
  denseRows,
  earlyStopStep,
  noEarlyStop,
  replicateRecords,
  summarise,
  withDense,
} from "../../networks/statistics.ts";

const name = "early-stop";
const title = "Iteration of minimum validation loss";

/** Early-stop iteration against weights remaining (%); absent without a validation split. */
export function earlyStop(data: NetworkData): Figure | AbsentFigure {
  const absent = noEarlyStop(data.rows);
  if (absent !== null) return { name, absent };
  const summaries = summarise(withDense(data.rows), earlyStopStep);
  const dense = meanOf(denseRows(data.rows).map((row) => earlyStopStep(row) ?? Number.NaN));
  const highest = Math.max(1, ...summaries.map((summary) => summary.max).filter(Number.isFinite));
  const domain = withStrip([0, highest * 1.05], summaries);
  const { band } = data;
  const drawn = drawBothWays(summaries, {
    yLabel: "Early-stop iteration",
    domain,
    dense,
    band,
    tickFormat: thousands,
  });
  const caption = sentences(
    "Lower is faster: the iteration at which the validation loss is smallest, where training could stop.",
    "Below the dashed line a network learns faster than the dense one.",
    replicatesNote(summaries, band),
    cutNote(drawnBands(summaries), { band, domain }),
    divergedNote(summarise(data.rows, earlyStopStep)),
  );
  const svg = poster({ title, caption, subtitle: data.title }, drawn.drawing);
  return {
    name,
    title,
    caption,
    svg,
    ...drawn,
    ...csvOf(summaries, replicateRecords(withDense(data.rows), earlyStopStep)),
  };
}
