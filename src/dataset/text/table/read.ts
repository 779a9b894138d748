/** Tables of texts with named columns: TSV, CSV and JSON lines, told apart by the file's ending. */

import { fail } from "../../../base/errors.ts";
import { nearest } from "../../../base/suggest.ts";
import { readRecords } from "../../csv/records.ts";
import { linesOf } from "../lines.ts";
import { readTabs, type TextRow } from "../tabs.ts";

type Reader = (where: string, text: string, names: readonly string[]) => Promise<readonly TextRow[]>;

const READERS: Readonly<Record<string, Reader>> = {
  tsv: async (where, text, names) => readTabs(where, text, { cells: names }),
  csv: readCsv,
  jsonl: readJsonLines,
  ndjson: readJsonLines,
};

/**
 * The cells of the columns `names` of the file called `where`, row by row. Of a TSV file cells lie between tabs and quotes are
 * letters; a CSV file is quoted as usual; each line of JSON is an object. Throws `data` naming file, line and remedy.
 */
export function readTextTable(where: string, text: string, names: readonly string[]): Promise<readonly TextRow[]> {
  const [, ending = ""] = /\.(\w+?)(?:\.gz)?$/.exec(where) ?? [];
  const read = READERS[ending.toLowerCase()];
  if (read) return read(where, text, names);
  const rule = `must end in one of ${Object.keys(READERS).join(", ")}, plain or .gz`;
  return fail("data", where, { rule, remedy: "Name it by what it is" });
}

async function readCsv(where: string, text: string, names: readonly string[]): Promise<TextRow[]> {
  const rows: TextRow[] = [];
  let places: readonly number[] | undefined;
  let width = 0;
  await readRecords(where, [new TextEncoder().encode(text)], ({ line, fields }) => {
    if (places === undefined) {
      places = names.map((name) => placeOf(`${where} line ${line}`, fields, name));
      width = fields.length;
    } else {
      if (fields.length !== width) {
        const remedy = "Quote fields that hold the separator";
        fail("data", `${where} line ${line}`, {
          rule: `must have ${width} fields as the header has`,
          got: fields.length,
          remedy,
        });
      }
      rows.push({ line, cells: places.map((place) => fields[place]!) });
    }
  });
  return some(where, rows);
}

async function readJsonLines(where: string, text: string, names: readonly string[]): Promise<readonly TextRow[]> {
  const rows = linesOf(text).flatMap((line, i) => {
    if (line.trim() === "") return [];
    const at = `${where} line ${i + 1}`;
    const fields = objectOf(at, line);
    return [{ line: i + 1, cells: names.map((name) => cellOf(at, fields, name)) }];
  });
  return some(where, rows);
}

function objectOf(where: string, line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, as all that is no object.
  }
  return fail("data", where, {
    rule: "must be a JSON object",
    got: line.slice(0, 40),
    remedy: "Correct or remove the line",
  });
}

/** A text as it is, a number or a truth value as it is written. */
function cellOf(where: string, fields: Readonly<Record<string, unknown>>, name: string): string {
  if (!(name in fields)) placeOf(where, Object.keys(fields), name);
  const value = fields[name];
  if (["string", "number", "boolean"].includes(typeof value)) return String(value);
  const remedy = "Fill the field, or leave the line out";
  return fail("data", `${where}, ${name}`, { rule: "must be a text or a number", got: JSON.stringify(value), remedy });
}

function placeOf(where: string, columns: readonly string[], name: string): number {
  const place = columns.indexOf(name);
  if (place >= 0) return place;
  const meant = nearest(name, columns);
  const remedy = `${meant ? `Did you mean ${meant}? ` : ""}Its columns are ${columns.slice(0, 20).join(", ")}`;
  return fail("data", where, { rule: `must have the column ${name}`, remedy });
}

function some(where: string, rows: readonly TextRow[]): TextRow[] {
  if (rows.length > 0) return [...rows];
  return fail("data", where, {
    rule: "must hold rows",
    got: "none",
    remedy: "Put the names of the columns in the first line",
  });
}
