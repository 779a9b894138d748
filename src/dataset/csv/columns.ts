/** Columns of a CSV file: each is read by its role, and the first cell that its role does not allow is named. */

import { fail } from "../../base/errors.ts";
import { isMissing, NUMBER, type Role } from "../rows/role.ts";
import { type Chunks, type CsvRecord, readRecords } from "./records.ts";

/** The columns of a file in its order, numbers as their roles read them. */
export interface CsvFile {
  /** How messages name the file. */
  readonly where: string;
  readonly count: number;
  readonly columns: ReadonlyMap<string, readonly number[]>;
}

/** A CSV file's bytes, and how messages name it. */
export interface CsvSource {
  readonly where: string;
  readonly chunks: Chunks;
}

/** Tells each column's role once the names are known; may throw. */
export type RolesOf = (names: readonly string[]) => readonly Role[];

/**
 * Reads a file whose first record names its columns, or is a row already, and columns are called by their number. Throws `data` naming line, column, value and remedy; of values that are
 * missing the first, and how many each column misses.
 */
export async function readColumns(
  { where, chunks }: CsvSource,
  { isHeaderless }: { readonly isHeaderless: boolean },
  rolesOf: RolesOf,
): Promise<CsvFile> {
  let names: readonly string[] | undefined;
  let roles: readonly Role[] = [];
  let values: number[][] = [];
  const missing = createMissing();
  await readRecords(where, chunks, (record) => {
    const isFirst = names === undefined;
    if (!names) {
      names = isHeaderless ? numbered(where, record) : checkHeader(where, record.fields);
      roles = rolesOf(names);
      values = names.map(() => []);
    }
    if (!isFirst || isHeaderless) readRow(where, record, { names, roles, values, missing });
  });
  const count = values[0]?.length ?? 0;
  if (!names || count === 0) {
    const [rule, remedy] = isHeaderless
      ? ["must hold rows", "Put a row in each line"]
      : ["must hold a header and rows", "Put the names of the columns in the first line and a row in each further one"];
    fail("data", where, { rule, got: names ? "no row" : "nothing", remedy });
  }
  missing.refuse();
  return { where, count, columns: new Map(names.map((name, i) => [name, values[i]!])) };
}

interface Columns {
  readonly names: readonly string[];
  readonly roles: readonly Role[];
  readonly values: readonly number[][];
  readonly missing: ReturnType<typeof createMissing>;
}

/** Counts the values that are not there, so that one error tells of all. */
function createMissing() {
  const byColumn = new Map<string, number>();
  let first: (() => never) | undefined;
  return {
    note(column: string, refuse: (rest: string) => never): void {
      byColumn.set(column, (byColumn.get(column) ?? 0) + 1);
      first ??= () => {
        const all = [...byColumn.values()].reduce((sum, count) => sum + count);
        const each = [...byColumn].slice(0, LISTED).map(([name, count]) => `${name} ${count}`);
        return refuse(all === 1 ? "" : `; ${all} values are missing: ${each.join(", ")}`);
      };
    },
    refuse: () => first?.(),
  };
}

/** Columns that a message names. */
const LISTED = 20;

function readRow(where: string, { line, fields }: CsvRecord, { names, roles, values, missing }: Columns): void {
  if (fields.length !== names.length) {
    const rule = `must have ${names.length} fields as the first line has`;
    const remedy = "Quote fields that hold the separator, and fill or remove the row";
    fail("data", `${where} line ${line}`, { rule, got: fields.length, remedy });
  }
  for (let i = 0; i < names.length; i++) {
    const value = roles[i]!.parse(fields[i]!);
    if (Number.isNaN(value)) {
      const told = (rest = "") =>
        refuse(`${where} line ${line}, column ${names[i]}`, fields[i]!, { ...roles[i]!, rest });
      if (!isMissing(fields[i]!)) told();
      missing.note(names[i]!, told);
    }
    values[i]!.push(value);
  }
}

function refuse(where: string, cell: string, { rule, remedy, rest }: Role & { readonly rest: string }): never {
  return fail("data", where, { rule, got: cell, remedy: remedy(cell) + rest });
}

function checkHeader(where: string, names: readonly string[]): readonly string[] {
  const at = `${where}, header`;
  if (names.length < 2) {
    fail("data", at, { rule: "must name two columns or more", got: names.join(), remedy: SEPARATE });
  }
  if (looksLikeRow(names)) {
    const remedy = "Put the names of the columns in the first line, or write csv:FILE:headerless where there are none";
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

const SEPARATE = "Separate columns with commas, semicolons or tabs";

/** Whether a first line holds numbers: all its fields, all but the last, or one with decimals. */
function looksLikeRow(names: readonly string[]): boolean {
  const numbers = names.filter((name) => NUMBER.test(name));
  const isAllButLast = names.length > 2 && names.slice(0, -1).every((name) => NUMBER.test(name));
  return numbers.length === names.length || isAllButLast || numbers.some((name) => /[.eE]/.test(name));
}

/** What columns are called whose file does not: their numbers, from 1. */
function numbered(where: string, { line, fields }: CsvRecord): readonly string[] {
  const at = `${where} line ${line}`;
  if (fields.length < 2)
    fail("data", at, { rule: "must have two columns or more", got: fields.join(), remedy: SEPARATE });
  if (!fields.some((field) => NUMBER.test(field) || isMissing(field))) {
    const remedy = "Leave out :headerless where the first line names the columns";
    fail("data", at, { rule: "must hold numbers", got: fields.slice(0, 3).join(), remedy });
  }
  return fields.map((_, i) => String(i + 1));
}
