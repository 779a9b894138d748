/** Rows of runs as one flat table, a row of the study for each: for CSV, JSON lines, Parquet and what reads them. */

import { fail } from "../base/errors.ts";
import type { Run, Store } from "../store/store.ts";
import type { StudyRow } from "../study/kind.ts";
import { findStudy } from "../study/registry.ts";
import { askedOf, differing, valueText } from "./find-runs.ts";

/** A value of a cell; null where a row has none. */
export type Cell = string | number | boolean | null;

/** Columns by name, each with a value for every row. */
export interface RowTable {
  /** What its rows are of, such as `network` or `pair`. */
  readonly kind: string;
  readonly columns: ReadonlyMap<string, readonly Cell[]>;
  readonly rows: number;
}

/**
 * The rows of runs in their order. Columns are `run` and `study`, `option.NAME` for the options in which the runs differ, then the fields of
 * rows: nested ones with dots, two ends as `.a` and `.b`, other lists as JSON.
 * @param kind of the rows to take, where the runs have several
 * @throws `usage` where the rows are of several kinds, or none is of the kind asked for; `data` where there are none at all
 */
export async function rowTable(store: Store, runs: readonly Run[], kind?: string): Promise<RowTable> {
  const options = differing(runs);
  const all = await Promise.all(runs.map((run) => recordsOf(store, run, options)));
  const records = all.flat();
  const kinds = [...new Set(records.map((each) => each.kind))];
  if (kinds.length === 0)
    fail("data", runs.map(({ id }) => id).join(", "), {
      rule: "has no row yet",
      remedy: "Carry it out: the same command continues it",
    });
  if (kind === undefined && kinds.length > 1)
    fail("usage", "kind", {
      rule: "is needed, for the rows are of several kinds",
      got: kinds.join(", "),
      remedy: "Name one",
    });
  if (kind !== undefined && !kinds.includes(kind))
    fail("usage", "kind", { rule: `must be one of ${kinds.join(", ")}`, got: kind });
  const chosen = records.filter((each) => each.kind === (kind ?? kinds[0])).map(({ cells }) => cells);
  const names = [...new Set(chosen.flatMap((cells) => [...cells.keys()]))];
  return {
    kind: kind ?? kinds[0]!,
    columns: new Map(names.map((name) => [name, chosen.map((cells) => cells.get(name) ?? null)])),
    rows: chosen.length,
  };
}

interface RowCells {
  readonly kind: string;
  readonly cells: ReadonlyMap<string, Cell>;
}

async function recordsOf(store: Store, run: Run, options: readonly string[]): Promise<RowCells[]> {
  const kind = findStudy(run.study);
  const asked = askedOf(run);
  const head: [string, Cell][] = [
    ["run", run.id],
    ["study", run.study],
    ...options.map((name): [string, Cell] => [`option.${name}`, optionCell(asked[name])]),
  ];
  const rows = (await store.readRows(run.id)) as unknown as readonly StudyRow[];
  return rows.map((row) => ({
    kind: kind?.rowKind?.(row) ?? run.study,
    cells: new Map([...head, ...flat({ ...row }, "", kind?.twofold ?? [])]),
  }));
}

function optionCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === "number" || typeof value === "boolean" ? value : valueText(value);
}

function flat(fields: Readonly<Record<string, unknown>>, prefix: string, twofold: readonly string[]): [string, Cell][] {
  return Object.entries(fields).flatMap(([field, value]): [string, Cell][] => {
    const name = prefix + field;
    if (Array.isArray(value)) {
      if (!twofold.includes(name)) return [[name, JSON.stringify(value)]];
      return [
        [`${name}.a`, value[0] ?? null],
        [`${name}.b`, value[1] ?? null],
      ];
    }
    if (typeof value === "object" && value !== null) return flat({ ...value }, `${name}.`, twofold);
    return [[name, (value ?? null) as Cell]];
  });
}
