/** What rows of configurations say: which random tickets close the gap, structure against weights, and sizes of sources. */
import { describeReplicates, pairedDifferences, type ReplicateValue } from "../../../figure/spread.ts";
import { holm } from "../../../statistics/holm.ts";
import { interval } from "../../../statistics/interval.ts";
import { signFlip } from "../../../statistics/sign-flip.ts";
import { type Verdict, verdictOf } from "../../../statistics/verdict.ts";
import { gainOf, hasLevel, type TransferArm, type TransferRow } from "../row.ts";
import { valuesOf } from "../statistics.ts";

/** Arms that are compared with tickets under the same masks or at the same densities, from weak to strong. */
export const RANDOM_ARMS = ["global-random", "layer-random", "permuted", "reinit", "statistics"] as const;

/** Networks alone, without lines. */
export const networksIn = (rows: readonly TransferRow[]) => rows.filter(({ arm }) => arm !== "line");

/** Tickets of a target's own source or of others. */
export const isTicket = ({ arm }: Pick<TransferRow, "arm">) => arm === "ticket" || arm === "transfer";

/** Networks by source: an arm that is no ticket is a source itself, whatever masks it follows; its rows of one replicate count once. */
export function bySource(rows: readonly TransferRow[]): TransferRow[] {
  return networksIn(rows).map((row) => (isTicket(row) ? row : { ...row, source: row.arm }));
}

/** The same as rows of a matrix of sources by targets: with masks, beside the dense network. */
export function asMatrix(rows: readonly TransferRow[]): TransferRow[] {
  return bySource(rows).filter((row) => hasLevel(row) || row.arm === "dense");
}

/** A difference over replicates, above 0 where the first is better. */
export interface Compared {
  /** What is compared with what. */
  readonly of: string;
  readonly minus: string;
  readonly target: string;
  /** Levels that are averaged. */
  readonly levels: readonly number[];
  readonly values: readonly ReplicateValue[];
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Of the two-sided test of this difference alone. */
  readonly verdict: Verdict;
  /** Its p, adjusted by Holm over the table that it stands in. */
  readonly holm: number;
}

/** Two sides that are compared on a target or, with `all`, on all of them. */
export interface Sides extends Pick<Compared, "of" | "minus" | "target" | "levels"> {
  readonly plus: (row: TransferRow) => boolean;
  readonly against: (row: TransferRow) => boolean;
}

/**
 * The differences of a table, two-sided, each with the verdict that it has alone and with its p over the table; sides that have no
 * rows are left out. (Six replicates give no p below 1/32, so that of a table no difference could be established.)
 */
export function compareAll(rows: readonly TransferRow[], sides: readonly Sides[]): Compared[] {
  const told = sides
    .map(({ plus, against, ...side }) => ({
      ...side,
      values: differences(rows, { plus, against, levels: side.levels }),
    }))
    .filter(({ values }) => values.length > 0);
  const tests = told.map(({ values }) => signFlip(values.map(({ value }) => value)));
  const adjusted = holm(tests.map(({ p }) => p));
  return told.map((side, i) => {
    const { mean, low, high, n } = describeReplicates(side.values);
    const test = tests[i]!;
    const verdict = verdictOf({ test, interval: interval(numbers(side.values)), registered: test.n }, test);
    return { ...side, mean, low, high, n, verdict, holm: adjusted[i]! };
  });
}

const numbers = (values: readonly ReplicateValue[]) => values.map(({ value }) => value).filter(Number.isFinite);

/** Paired by replicate at each level, then averaged over the levels; a level that one side lacks is left out. */
function differences(
  rows: readonly TransferRow[],
  { plus, against, levels }: Pick<Sides, "plus" | "against" | "levels">,
): ReplicateValue[] {
  const at = (is: (row: TransferRow) => boolean, level: number) =>
    valuesOf(
      rows.filter((row) => is(row) && (row.level === level || !hasLevel(row))),
      gainOf,
    );
  const byLevel = levels.map((level) => pairedDifferences(at(plus, level), at(against, level)));
  const there = byLevel.filter((each) => each.length > 0);
  const replicates = [...new Set(there.flat().map(({ replicate }) => replicate))];
  return replicates.map((replicate) => {
    const own = there.map((each) => each.find((value) => value.replicate === replicate)?.value ?? Number.NaN);
    return { replicate, value: own.reduce((a, b) => a + b, 0) / own.length };
  });
}

const is =
  (target: string, ...arms: readonly TransferArm[]) =>
  (row: TransferRow) =>
    row.target === target && arms.includes(row.arm);

export const targetsIn = (rows: readonly TransferRow[]) => [...new Set(rows.map(({ target }) => target))];

/** Levels at which at most this share of the weights is left; of more there is little that a mask can do wrong. */
const SPARSE = 0.22;

/** Levels of at most a fifth of the weights, or where there are none all. */
export function sparseLevels(rows: readonly TransferRow[]): number[] {
  const masked = rows.filter((row) => isTicket(row) && row.level > 0);
  const sparse = masked.filter(({ density }) => density < SPARSE);
  return [...new Set((sparse.length > 0 ? sparse : masked).map(({ level }) => level))].sort((a, b) => a - b);
}

/** Tickets, own and others' alike, minus every random arm at few weights: on each target, and on all of them. */
export function randomGaps(rows: readonly TransferRow[]): Compared[] {
  const levels = sparseLevels(rows);
  const arms = RANDOM_ARMS.filter((arm) => rows.some((row) => row.arm === arm));
  const all = arms.map((arm): Sides => {
    const side = { of: "tickets", minus: arm, target: "all", levels };
    return { ...side, plus: isTicket, against: (row) => row.arm === arm };
  });
  const each = targetsIn(rows).flatMap((target) =>
    arms.map((arm): Sides => {
      const side = { of: "tickets", minus: arm, target, levels };
      return { ...side, plus: is(target, "ticket", "transfer"), against: is(target, arm) };
    }),
  );
  return compareAll(rows, targetsIn(rows).length > 1 ? [...all, ...each] : each);
}

/** Other sources' tickets minus their trained weights, whole and behind the same masks, and minus the dense network from scratch. */
export function structureGaps(rows: readonly TransferRow[]): Compared[] {
  const levels = sparseLevels(rows);
  const arms = (["weights-masked", "weights", "dense"] as const).filter((arm) => rows.some((row) => row.arm === arm));
  if (!arms.includes("weights") && !arms.includes("weights-masked")) return [];
  const sides = targetsIn(rows).flatMap((target) =>
    arms.map((minus): Sides => {
      const side = { of: "tickets of others", minus, target, levels };
      return { ...side, plus: is(target, "transfer"), against: is(target, minus) };
    }),
  );
  return compareAll(rows, sides);
}

/** Every other source's tickets minus the target's own at few weights, with the source's size. */
export function sourceGaps(rows: readonly TransferRow[]): (Compared & { readonly row: TransferRow })[] {
  const levels = sparseLevels(rows);
  const tickets = rows.filter(isTicket);
  const pairs = [...new Map(tickets.map((row) => [JSON.stringify([row.target, row.source]), row])).values()];
  const sides = pairs
    .filter(({ arm }) => arm === "transfer")
    .map(({ target, source }): Sides => {
      const side = { of: source, minus: "own ticket", target, levels };
      const plus = (row: TransferRow) => row.target === target && row.source === source && isTicket(row);
      return { ...side, plus, against: is(target, "ticket") };
    });
  return compareAll(rows, sides).map((each) => {
    const row = pairs.find(({ target, source }) => target === each.target && source === each.of)!;
    return { ...each, row };
  });
}

/** What Sabatelli et al. 2020 claim of scarce targets, each at few weights: pruned against dense, other sources against the own. */
export function scarceGaps(rows: readonly TransferRow[]): Compared[] {
  const levels = sparseLevels(rows);
  const pairs = [
    ["ticket", "dense"],
    ["ticket", "l2"],
    ["transfer", "dense"],
    ["transfer", "l2"],
    ["transfer", "ticket"],
    ["transfer", "layer-random"],
    ["ticket", "layer-random"],
    ["layer-random", "dense"],
    ["l2", "dense"],
  ] as const;
  const sides = targetsIn(rows).flatMap((target) =>
    pairs.map(([of, minus]): Sides => {
      const side = { of: NAMES[of], minus: NAMES[minus], target, levels };
      return { ...side, plus: is(target, of), against: is(target, minus) };
    }),
  );
  return compareAll(rows, sides);
}

const NAMES = {
  ticket: "own tickets",
  transfer: "tickets of others",
  dense: "dense",
  l2: "dense, decay tuned",
  "layer-random": "layer-random",
} as const;
