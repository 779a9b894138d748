/** How far kept weights have turned from those that training began with: forgetting, as it came out. */

import { cutNote } from "../../../figure/band.ts";
import { divergedNote, replicatesNote, sentences } from "../../../figure/draw/caption.ts";
import { csvOf } from "../../../figure/draw/csv.ts";
import { poster } from "../../../figure/draw/draw.ts";
import { capital, shortPercent } from "../../../figure/draw/text.ts";
import type { AbsentFigure, Figure, FigureData } from "../../../figure/figure.ts";
import { panelsOf } from "../../../figure/spread.ts";
import { ARM_STYLES } from "../../networks/arms.ts";
import { replicateRecords, summarise, withDense } from "../../networks/statistics.ts";
import type { PanelDetail } from "../forgetting.ts";
import { drawnArms, drawPanels } from "./panels.ts";

const name = "angle";
const title = "How far weights turn from those they start from";

/** At 90 degrees nothing of the start is left. */
const DOMAIN = [0, 92] as const;

const angleOf = ({ angle }: PanelDetail) => angle ?? Number.NaN;

/** The angle (degrees) between kept weights at the end and at the start of training against weights remaining (%). */
export function angle({ title: subtitle, band, rows }: FigureData<PanelDetail>): Figure | AbsentFigure {
  const panels = panelsOf(rows).filter((panel) => panel !== undefined);
  if (panels.length === 0) return { name, absent: "the study has no panels" };
  const all = panels.flatMap((panel) => withDense(rows.filter((row) => row.panel === panel)));
  const summaries = summarise(all, angleOf);
  const drawing = drawPanels(summaries, {
    panels,
    dense: [],
    domain: DOMAIN,
    band,
    yLabel: "Angle to the start (degrees)",
  });
  const caption = sentences(
    "The angle between the kept weights at the end of training and the same entries at its start, prunable weights alone; at 90 degrees nothing of the start is left.",
    exponentNote(rows),
    ...drawnArms(summaries).map((arm) => `${capital(arm)}: ${ARM_STYLES[arm].meaning}.`),
    replicatesNote(summaries, band, "bars"),
    cutNote(summaries, { band, domain: DOMAIN, ranges: "bars" }),
    divergedNote(summaries),
  );
  const svg = poster({ title, caption, subtitle }, drawing);
  return { name, title, caption, svg, drawing, ...csvOf(summaries, replicateRecords(all, angleOf)) };
}

/** The exponent of every panel, and of the arms whose training begins later; nothing where none is known. */
function exponentNote(rows: readonly PanelDetail[]): string {
  const told = panelsOf(rows).flatMap((panel) => {
    const own = rows.filter((row) => row.panel === panel && row.level > 0 && row.exponent !== null);
    const values = [...new Set(own.map(({ exponent }) => shortPercent(exponent!)))];
    return values.length > 0
      ? [`${panel}: ${values.map((value) => `${value} (${armsWith(own, value)})`).join(", ")}`]
      : [];
  });
  return told.length > 0 ? `First weights decay as exp(-exponent); exponents: ${told.join("; ")}.` : "";
}

function armsWith(rows: readonly PanelDetail[], value: string): string {
  return [...new Set(rows.filter(({ exponent }) => shortPercent(exponent!) === value).map(({ arm }) => arm))].join(
    ", ",
  );
}
