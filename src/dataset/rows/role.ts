/** How a column's cells become numbers, and what is said of one that may not be there. */

/** How the cells of a column are read. */
export interface Role {
  /** The number that a cell means, NaN where it is not allowed. */
  readonly parse: (cell: string) => number;
  /** What a cell must be. */
  readonly rule: string;
  /** What to do about a cell that is not. */
  readonly remedy: (cell: string) => string;
}

/** A number as JSON, C and spreadsheets write it; no spaces, no words such as nan. */
export const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a cell holds, in float64; NaN where it holds none or one that float32 cannot hold. */
export function parseNumber(cell: string): number {
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}

/** What a column of features, or of targets of a regression, holds; `otherwise` is the remedy for text. */
export function numberRole(otherwise: string): Role {
  const remedy = (cell: string) => {
    if (isMissing(cell)) return "Fill the cell, or leave its row out";
    if (NUMBER.test(cell)) return "Scale the column";
    if (NUMBER.test(cell.trim())) return "Take the spaces away";
    return /^[+-]?\d+,\d+$/.test(cell) ? "Write decimals with a point" : otherwise;
  };
  return { parse: parseNumber, rule: "must be a number that float32 can hold", remedy };
}

/** Words for a value that is not there; in a column of classes only the empty cell is one. */
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "?"]);

/** Tells whether a cell that its role does not allow says that a value is missing. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.trim().toLowerCase());
}
