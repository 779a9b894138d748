/** A flat table as CSV, JSON lines or Parquet. */

import { toCsv } from "../figure/draw/csv.ts";
import type { Cell, RowTable } from "./row-table.ts";

/** How rows are written. */
export const ROW_FORMATS = ["csv", "jsonl", "parquet"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** A table in a format. In CSV an absent value is empty; in JSON what is not finite is null. */
export async function encodeRows(table: RowTable, format: RowFormat): Promise<string | Uint8Array> {
  if (format === "parquet") return parquet(table);
  const records = recordsOf(table);
  if (format === "jsonl") return records.map((record) => `${JSON.stringify(record)}\n`).join("");
  return toCsv(
    records.map((record) => Object.fromEntries(Object.entries(record).map(([name, cell]) => [name, csvCell(cell)]))),
  );
}

const csvCell = (cell: Cell) => (cell === null ? "" : String(cell));

function recordsOf({ columns, rows }: RowTable): Record<string, Cell>[] {
  return Array.from({ length: rows }, (_, i) =>
    Object.fromEntries([...columns].map(([name, cells]) => [name, cells[i]!])),
  );
}

async function parquet({ kind, columns }: RowTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const columnData = [...columns].map(([name, cells]) => {
    const type = typeOf(cells);
    return {
      name,
      type,
      data: type === "STRING" ? cells.map((cell) => (cell === null ? null : String(cell))) : [...cells],
    };
  });
  const kvMetadata = [{ key: "tombola.kind", value: kind }];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: "tombola" }));
}

const MOST = 2 ** 31;

/** Of whole numbers of 32 bits, of numbers, of switches; of a mixture texts. */
function typeOf(cells: readonly Cell[]): "INT32" | "DOUBLE" | "BOOLEAN" | "STRING" {
  const there = cells.filter((cell) => cell !== null);
  const isWhole = (cell: Cell) => Number.isInteger(cell) && Math.abs(cell as number) < MOST;
  if (there.length > 0 && there.every(isWhole)) return "INT32";
  if (there.length > 0 && there.every((cell) => typeof cell === "number")) return "DOUBLE";
  return there.length > 0 && there.every((cell) => typeof cell === "boolean") ? "BOOLEAN" : "STRING";
}
