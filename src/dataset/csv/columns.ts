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

/** Tells each column's role once the names are known; may throw. */
export type RolesOf = (names: readonly string[]) => readonly Role[];

/**
 * Reads a file whose first record names its columns. Throws `data` naming line, column, value and remedy; of values that are
 * missing the first, and how many each column misses.
 */
export async function readColumns(where: string, chunks: Chunks, rolesOf: RolesOf): Promise<CsvFile> {
  let names: readonly string[] | undefined;
  let roles: readonly Role[] = [];
  let values: number[][] = [];
  const missing = createMissing();
  await readRecords(where, chunks, (record) => {
    if (names) return readRow(where, record, { names, roles, values, missing });
    names = checkHeader(where, record.fields);
    roles = rolesOf(names);
    values = names.map(() => []);
  });
  const count = values[0]?.length ?? 0;
  if (!names || count === 0) {
    const remedy = "Put the names of the columns in the first line and a row in each further one";
    fail("data", where, { rule: "must hold a header and rows", got: names ? "no row" : "nothing", remedy });
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
    const rule = `must have ${names.length} fields as the header has`;
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
