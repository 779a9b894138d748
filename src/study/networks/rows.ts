/** Rows of trained networks, from what their artifacts say. */
import { vanishedLayers } from "../../prune/census.ts";
import type { TrainResult } from "../../step/train.ts";
import type { ArtifactStore } from "../../store/store.ts";
import type { Measure } from "../../task/task.ts";
import { ACCURACY, told } from "../../task/words.ts";
import type { Artifacts, Planned } from "../plan.ts";
import type { Arm, NetworkPlace, Row, RowDetail } from "./row.ts";
import { diverged, finalValue } from "./statistics.ts";

/** What the kinds of study whose rows are trained networks have in common. */
export const NETWORK_ROWS = {
  say(row: Row, measure: Measure): string {
    const { density, seconds } = row;
    const kept = `with ${percent(density)} % of the weights, ${seconds.toFixed(1)} s`;
    const at = row.diverged === undefined ? "" : ` at iteration ${row.diverged}`;
    const said = diverged(row) ? `diverged${at}` : reachedOf(measure, row);
    return `${nameOf(row)}: ${said} ${kept}`;
  },
  /** Names the layers that are gone. */
  async warnings(row: Row, store: Pick<ArtifactStore, "readMeta">): Promise<string[]> {
    const { result } = await store.readMeta(row.artifact);
    return vanishedLayers(result as unknown as TrainResult).map((sentence) => `${nameOf(row)}: ${sentence}`);
  },
  /** Rows with the layer counts and learning curves of their networks. */
  details(rows: readonly Row[], store: ArtifactStore): Promise<RowDetail[]> {
    return Promise.all(
      rows.map(async (row) => {
        const { layers } = (await store.readMeta(row.artifact)).result as unknown as TrainResult;
        return { ...row, layers, curve: await store.readMetrics(row.artifact) };
      }),
    );
  },
};

/** The value with its unit, and of what is no fraction the measure. */
function reachedOf(measure: Measure, row: Row): string {
  const value = told(measure, finalValue(measure)(row));
  return measure.unit === "fraction" ? value : `${measure.title} ${value}`;
}

function nameOf({ panel, arm, level, replicate }: NetworkPlace): string {
  return `${panel === undefined ? "" : `${panel}: `}${arm} level ${level}, replicate ${replicate}`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}

/** The rows of trained networks, in the order of panels, arms, replicates and levels. */
export async function networkRows(
  finished: readonly Planned<NetworkPlace>[],
  artifacts: Artifacts,
  { arms, panels = [] }: { readonly arms: readonly Arm[]; readonly panels?: readonly string[] },
): Promise<Row[]> {
  const places = finished.flatMap(({ request, rows = [] }) => rows.map((place) => ({ request, place })));
  const rows = await Promise.all(
    places.map(async ({ request, place }) => {
      const result = (await artifacts.result(request)) as unknown as TrainResult;
      return rowOf(place, result, artifacts.key(request));
    }),
  );
  const order = ({ panel = "", arm, replicate, level }: Row) => [
    panels.indexOf(panel),
    arms.indexOf(arm),
    replicate,
    level,
  ];
  return rows.sort((a, b) => compare(order(a), order(b)));
}

function rowOf({ panel, arm, replicate, level }: NetworkPlace, result: TrainResult, artifact: string): Row {
  const { weights, prunable, steps, measure, measures, earlyStop, diverged, testLoss, seconds } = result;
  const place = { ...(panel !== undefined && { panel }), arm, replicate, level };
  const counts = { density: weights / prunable, weights, prunable, steps };
  const scores = { measure, measures, earlyStop, ...(diverged !== undefined && { diverged }), testLoss };
  const accuracies = measure.name === ACCURACY.name ? accuraciesOf(result) : {};
  return { ...place, ...counts, ...scores, ...accuracies, seconds, artifact };
}

/** What rows of classification have said since before there were tasks. */
function accuraciesOf({ measure, earlyStop }: TrainResult) {
  return {
    testAccuracy: measure.value,
    earlyStopStep: earlyStop?.step ?? null,
    earlyStopAccuracy: earlyStop?.value ?? null,
  };
}

/** By the first numbers that differ. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
