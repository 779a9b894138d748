/** The figures that a matrix has too: the measure by source against density, and the heat map of sources by targets. */
import type { AbsentFigure, Figure } from "../../../../figure/figure.ts";
import { matrix as drawMatrix } from "../../figures/matrix.ts";
import { tickets as drawTickets } from "../../figures/tickets.ts";
import type { TransferData } from "../../row.ts";
import { asMatrix, bySource, RANDOM_ARMS } from "../statistics.ts";

/** One line a source, random tickets in grey. */
export function tickets(data: TransferData): Figure | AbsentFigure {
  return drawTickets({ ...data, rows: bySource(data.rows) }, { grey: RANDOM_ARMS });
}

/** Sources and random tickets by targets. */
export function matrix(data: TransferData): Figure | AbsentFigure {
  return drawMatrix({ ...data, rows: asMatrix(data.rows) });
}
