/** Criteria by actions as a heat map: what networks reach that were trained under each, at one density. */
import { divergedNote, sentences } from "../../../figure/draw/caption.ts";
import { heatColors } from "../../../figure/draw/colors.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import { drawHeat, type HeatCell } from "../../../figure/draw/heat.ts";
import { shortPercent } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure } from "../../../figure/figure.ts";
import { describeReplicates, meanOf } from "../../../figure/spread.ts";
import { ACTIONS } from "../../../prune/actions.ts";
import { CRITERIA } from "../../../prune/criteria.ts";
import type { Measure } from "../../../task/task.ts";
import { axisOf, digits, told } from "../../../task/words.ts";
import type { SupermaskData } from "../row.ts";
import { shownLevel } from "../shown-level.ts";
import { denseRows, replicateRecords, type Summary, summarise, trainedValue, valuesOf } from "../statistics.ts";

const [CELL, LABELS_LEFT] = [24, 252] as const;
/** Room for a value in a cell, in px. */
const ROOM = 30;

/** The measure of the test set at the end of training, a cell a criterion and action, at the level nearest to 5 % of the weights. */
export function arms(data: SupermaskData): Figure | AbsentFigure {
  const { measure, rows } = data;
  const name = "arms";
  const value = trainedValue(measure);
  const trained = rows.filter((row) => row.level > 0 && value(row) !== null);
  if (trained.length === 0) return { name, absent: "no masked network was trained" };
  const level = shownLevel(trained);
  const own = trained.filter((row) => row.level === level || /^(same|diff)_sign$/.test(row.criterion ?? ""));
  const summaries = summarise(own, value);
  const dense = describeReplicates(valuesOf(denseRows(rows), value)).mean;
  const usual = summaries.filter((summary) => summary.level === level);
  const density = meanOf(usual.map(({ weightsRemaining }) => weightsRemaining));
  const title = "Trained networks by criterion and action";
  const drawing = drawCells(summaries, { measure, dense });
  const replicates = Math.max(...summaries.map(({ n }) => n));
  const caption = sentences(
    `Test ${measure.title} after training with ${shortPercent(density)} % of the weights (level ${level}); the dense network reaches ${told(measure, dense)}.`,
    "Down: what kept weights start from or cut ones stay at. Across: what decides which weights are kept. Empty cells were not asked for.",
    replicates > 1
      ? `Cells: mean over replicates (n = ${replicates}).`
      : "A single replicate (n = 1), so small differences may be chance.",
    summaries.some((summary) => summary.level !== level) ? "A sign alone keeps however many weights have it." : "",
    divergedNote(summaries).replace(", marked × at the bottom and left out of the means", ", left out of the means"),
  );
  const svg = poster({ title, caption, subtitle: data.title }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, replicateRecords(own, value)) };
}

function drawCells(summaries: readonly Summary[], { measure, dense }: { measure: Measure; dense: number }): string {
  return drawHeat(coloured(summaries, { measure, dense }), {
    yLabel: axisOf("Test", measure),
    columns: CRITERIA.filter((each) => summaries.some(({ criterion }) => criterion === each)),
    rows: ACTIONS.filter((each) => summaries.some(({ action }) => action === each)),
    ...{ labelsLeft: LABELS_LEFT, cell: CELL, room: ROOM, fontSize: 12 },
  });
}

/** Dark is worse; the scale goes from the worst cell to the best, or the dense network where that is better. */
function coloured(summaries: readonly Summary[], { measure, dense }: { measure: Measure; dense: number }): HeatCell[] {
  const means = [...summaries.map(({ mean }) => mean), dense].filter(Number.isFinite);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  return summaries.map((summary) => {
    const share = high > low ? (summary.mean - low) / (high - low) : 1;
    const good = measure.direction === "up" ? share : 1 - share;
    const [fill, ink] = Number.isFinite(summary.mean) ? heatColors(good) : (["#dddddd", "#222222"] as const);
    const text = Number.isFinite(summary.mean) ? shortDigits(measure, summary.mean) : "×";
    return { column: summary.criterion ?? "", row: summary.action ?? "", fill, ink, text };
  });
}

/** One decimal of percent, for cells are narrow. */
function shortDigits(measure: Measure, value: number): string {
  return measure.unit === "fraction" ? value.toFixed(1) : digits(measure, value);
}
