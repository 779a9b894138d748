/** The errors along paths as numbers to draw, where a path is flat, and where it has gaps. */

import type { Path, PathScores } from "../../connectivity/path.ts";
import type { Measure } from "../../task/task.ts";
import { errorName, shown } from "../../task/words.ts";
import { averaged, describeReplicates, type ReplicateValue, type Spread } from "../spread.ts";

/** A pair is stable where the LII of its test error, a fraction, is below this (Frankle et al. 2020). */
export const STABLE = 0.02;

/** A place of a curve along paths. */
interface PathPlace {
  readonly measure: "test" | "train";
  readonly statistics: "interpolated" | "recomputed";
  readonly alpha: number;
}

/** An error at one alpha of one or several paths, as it is drawn; replicates are averaged over their paths first. */
export interface PathPoint extends PathPlace, Spread {}

/** The same of one replicate: the mean of its paths. */
export interface PathRecord extends PathPlace, ReplicateValue {}

/** A path and the replicate that it belongs to. */
export interface ReplicatePath extends Path {
  readonly replicate: number;
}

/**
 * An error, an LII or a value of a measure as it is drawn: of fractions in %. A NaN that went through JSON is null, which
 * would become 0 in a product: NaN again.
 */
export function drawn(measure: Pick<Measure, "unit">, value: number | null | undefined): number {
  return Number.isFinite(value) ? shown(measure, value!) : Number.NaN;
}

/** The LII, as it is drawn, below which pairs are stable; null for what is no error rate, of which nothing is said. */
export function stableBelow({ unit }: Pick<Measure, "unit">): number | null {
  return unit === "fraction" ? 100 * STABLE : null;
}

/** That nothing is said to be stable, and why; nothing for error rates. */
export function criterionNote(measure: Measure): string {
  if (stableBelow(measure) !== null) return "";
  return `The criterion of stability, an LII below 2 % (Frankle et al. 2020), is of error rates, not of ${errorName(measure)}.`;
}

/** That LII is not defined, and where on the path it is not. */
export function undefinedLii(alphas: readonly number[], name = "LII"): string {
  const at = alphas.map((alpha) => String(Number(alpha.toFixed(3))));
  const some = at.length > SOME ? [...at.slice(0, SOME), `${at.length - SOME} more`] : at;
  const [last, ...rest] = some.toReversed();
  const places = rest.length > 0 ? `${rest.toReversed().join(", ")} and ${last}` : last;
  const networks = at.length > 1 ? `the networks at alpha ${places} score` : `the network at alpha ${places} scores`;
  return `${name} is not defined: ${networks} no finite loss`;
}

/** Alphas that a sentence names. */
const SOME = 5;

/**
 * How many of the values along paths are missing, or nothing where none is.
 * @param all how many values there are; by default one of every replicate and point
 */
export function gapsNote(points: readonly Spread[], all = countOf(points)): string {
  const lost = points.reduce((sum, { diverged }) => sum + diverged, 0);
  if (lost === 0) return "";
  return `Left out: ${lost} of ${all} values, of networks that score no finite loss; lines are interrupted where none is left.`;
}

function countOf(points: readonly Spread[]): number {
  return points.reduce((sum, { n, diverged }) => sum + n + diverged, 0);
}

/** The points of a line that stand alone between gaps, where a line has no length. */
export function isolated<P extends Spread>(line: readonly P[]): P[] {
  const isThere = (point: P | undefined) => point !== undefined && Number.isFinite(point.mean);
  return line.filter((point, i) => isThere(point) && !isThere(line[i - 1]) && !isThere(line[i + 1]));
}

/** Ends of an axis of errors, from 0 or the lowest below it to above the highest. */
export function errorDomain(errors: readonly number[], { unit }: Pick<Measure, "unit">): [number, number] {
  const finite = errors.filter(Number.isFinite);
  const high = Math.max(unit === "fraction" ? 1 : 0, ...finite);
  const low = 1.05 * Math.min(0, ...finite);
  return [low, 1.05 * (high > low ? high : 1)];
}

const CURVES = [
  ["test", "interpolated"],
  ["train", "interpolated"],
  ["test", "recomputed"],
  ["train", "recomputed"],
] as const;

/** The errors along paths, a curve after the other with alphas ascending; recomputed ones where they are. */
export function pathPoints(paths: readonly ReplicatePath[], of: Pick<Measure, "unit">): PathPoint[] {
  return valuesAlong(paths, of).map(({ values, ...place }) => ({ ...place, ...describeReplicates(values) }));
}

/** The errors that {@link pathPoints} describes, a record for each replicate. */
export function pathRecords(paths: readonly ReplicatePath[], of: Pick<Measure, "unit">): PathRecord[] {
  return valuesAlong(paths, of).flatMap(({ values, ...place }) =>
    averaged(values).map((own) => ({ ...place, ...own })),
  );
}

function valuesAlong(paths: readonly ReplicatePath[], of: Pick<Measure, "unit">) {
  return CURVES.flatMap(([measure, statistics]) => {
    const curves = paths.flatMap(({ replicate, [statistics]: scores }) => (scores ? [{ replicate, scores }] : []));
    const alphas = [...new Set(curves.flatMap(({ scores }) => scores.alphas))].sort((a, b) => a - b);
    return alphas.map((alpha) => {
      const values = curves.flatMap(({ replicate, scores }) =>
        errorsAt(scores, alpha, measure).map((error) => ({ replicate, value: drawn(of, error) })),
      );
      return { measure, statistics, alpha, values };
    });
  });
}

function errorsAt({ alphas, testError, trainError }: PathScores, alpha: number, measure: PathPlace["measure"]) {
  const errors = measure === "test" ? testError : trainError;
  return errors.filter((_, i) => alphas[i] === alpha);
}
