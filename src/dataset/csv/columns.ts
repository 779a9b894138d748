/** Columns of a CSV file: each is read by its role, and the first cell that its role does not allow is named. */

import { fail } from "../../base/errors.ts";
import { type Chunks, type CsvRecord, readRecords } from "./records.ts";

/** How the cells of a column are read. */
export interface Role {
  /** The number that a cell means, NaN where it is not allowed. */
  readonly parse: (cell: string) => number;
  /** What a cell must be. */
  readonly rule: string;
  /** What to do about a cell that is not. */
  readonly remedy: (cell: string) => string;
}

/** The columns of a file in its order, numbers as their roles read them. */
export interface CsvFile {
  /** How messages name the file. */
  readonly where: string;
  readonly count: number;
  readonly columns: ReadonlyMap<string, readonly number[]>;
}

/** Tells each column's role once the names are known; may throw. */
export type RolesOf = (names: readonly string[]) => readonly Role[];

/** A number as JSON, C and spreadsheets write it; no spaces, no words such as nan. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a cell holds, in float64; NaN where it holds none or one that float32 cannot hold. */
export function parseNumber(cell: string): number {
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}

/** What a column of features, or of targets of a regression, holds; `otherwise` is the remedy for text. */
export function numberRole(otherwise: string): Role {
  const remedy = (cell: string) => {
    if (cell === "") return "Fill the cell, or leave its row out";
    if (NUMBER.test(cell)) return "Scale the column";
    if (NUMBER.test(cell.trim())) return "Take the spaces away";
    return /^[+-]?\d+,\d+$/.test(cell) ? "Write decimals with a point" : otherwise;
  };
  return { parse: parseNumber, rule: "must be a number that float32 can hold", remedy };
}

/** Reads a file whose first record names its columns. Throws `data` naming line, column, value and remedy. */
export async function readColumns(where: string, chunks: Chunks, rolesOf: RolesOf): Promise<CsvFile> {
  let names: readonly string[] | undefined;
  let roles: readonly Role[] = [];
  let values: number[][] = [];
  await readRecords(where, chunks, (record) => {
    if (names) return readRow(where, record, { names, roles, values });
    names = checkHeader(where, record.fields);
    roles = rolesOf(names);
    values = names.map(() => []);
  });
  const count = values[0]?.length ?? 0;
  if (!names || count === 0) {
    const remedy = "Put the names of the columns in the first line and a row in each further one";
    fail("data", where, { rule: "must hold a header and rows", got: names ? "no row" : "nothing", remedy });
  }
  return { where, count, columns: new Map(names.map((name, i) => [name, values[i]!])) };
}

interface Columns {
  readonly names: readonly string[];
  readonly roles: readonly Role[];
  readonly values: readonly number[][];
}

function readRow(where: string, { line, fields }: CsvRecord, { names, roles, values }: Columns): void {
  if (fields.length !== names.length) {
    const rule = `must have ${names.length} fields as the header has`;
    const remedy = "Quote fields that hold the separator, and fill or remove the row";
    fail("data", `${where} line ${line}`, { rule, got: fields.length, remedy });
  }
  for (let i = 0; i < names.length; i++) {
    const value = roles[i]!.parse(fields[i]!);
    if (Number.isNaN(value)) refuse(`${where} line ${line}, column ${names[i]}`, fields[i]!, roles[i]!);
    values[i]!.push(value);
  }
}

function refuse(where: string, cell: string, { rule, remedy }: Role): never {
  return fail("data", where, { rule, got: cell, remedy: remedy(cell) });
}

function checkHeader(where: string, names: readonly string[]): readonly string[] {
  const at = `${where}, header`;
  if (names.length < 2) {
    const remedy = "Separate columns with commas, semicolons or tabs";
    fail("data", at, { rule: "must name two columns or more", got: names.join(), remedy });
  }
  if (names.every((name) => NUMBER.test(name))) {
    const remedy = "Put the names of the columns in the first line";
    fail("data", at, { rule: "must be names, not numbers", got: names.slice(0, 3).join(), remedy });
  }
  const nameless = names.indexOf("");
  if (nameless >= 0)
    fail("data", at, { rule: `column ${nameless + 1} must have a name`, remedy: "Name it or remove it" });
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined)
    fail("data", at, { rule: "names must be unique", got: twice, remedy: "Rename one of the columns" });
  return names;
}
