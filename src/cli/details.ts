/** What figures and tables need to know of a run. */

import { join } from "node:path";
import type { Run, Store } from "../store/store.ts";
import { byKind, type PairRow, type StudyRow } from "../study/pair.ts";
import type { Row, RowDetail } from "../study/row.ts";
import type { TrainResult } from "../study/steps.ts";

/** The files that a figure can be. */
export const FORMATS = ["svg", "png", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** What a run is about, in words: the line under every figure's title. */
export function titleOf({ study, spec }: Pick<Run, "study" | "spec">): string {
  const { networks } = spec as { networks?: readonly Readonly<Record<string, string>>[] };
  if (networks) return networks.map((each) => `${each.name}: ${setupOf(each)}`).join("; ");
  if (study === "instability") return setupOf(spec as Readonly<Record<string, string>>);
  const {
    model,
    data,
    trainSize,
    cut,
    optimizer,
    steps,
    pruning = study,
  } = spec as { [key: string]: string } & {
    optimizer?: { name: string };
  };
  const images = trainSize === undefined ? "" : ` (${Number(trainSize).toLocaleString("en-US")} images)`;
  const how =
    study === "methods"
      ? "gradual pruning and penalties"
      : pruning === "oneshot"
        ? "one-shot magnitude pruning"
        : "iterative magnitude pruning";
  const cutText = `${Number((100 * Number(cut)).toPrecision(3))} % a level`;
  return `${model} on ${data}${images}: ${how}, ${cutText}, ${steps} with ${optimizer?.name}`;
}

/** The model, data and length of trainings. */
function setupOf({ model, data, trainSize, steps }: Readonly<Record<string, unknown>>): string {
  const images = trainSize === undefined ? "" : ` (${Number(trainSize).toLocaleString("en-US")} images)`;
  return `${model} on ${data}${images}, ${steps}`;
}

/** A study's result as figures and the report read it: trained networks, or pairs of copies where it has them. */
export async function withDetails(
  store: Store,
  records: readonly object[],
): Promise<{ readonly rows: RowDetail[]; readonly pairs?: PairRow[] }> {
  const { networks, pairs } = byKind(records as readonly StudyRow[]);
  return { rows: await detailsOf(store, networks), ...(pairs.length > 0 && { pairs }) };
}

/** Rows with the layer counts and learning curves of their networks. */
function detailsOf(store: Store, rows: readonly Row[]): Promise<RowDetail[]> {
  return Promise.all(
    rows.map(async (row) => {
      const { layers } = (await store.readMeta(row.artifact)).result as unknown as TrainResult;
      return { ...row, layers, curve: await store.readMetrics(row.artifact) };
    }),
  );
}

/** The folder of a run's files. */
export function runFolder(store: Store, { id }: Pick<Run, "id">): string {
  return join(store.dir, "runs", id);
}

/** The command, time and environment of a run's last session. */
export function madeWith({ sessions }: Run): Record<string, unknown> {
  const { command, environment, started } = sessions.at(-1)!;
  return { command, started, ...environment };
}
