/** A claim as numbers: of every place and replicate what its terms add up to. */
import { fail } from "../../base/errors.ts";
import type { Comparison, Quantity } from "../../study/comparison.ts";
import type { StudyRow } from "../../study/kind.ts";
import type { Measure } from "../../task/task.ts";
import type { RegisteredClaim, Term } from "./registered.ts";

/** Rows of a study that can be compared, each of a replicate, and others beside them that are of none. */
export type ComparedRow = StudyRow & { readonly replicate?: number };

/** The rows of one run, and how they are compared. */
export interface Compared {
  readonly rows: readonly ComparedRow[];
  readonly measure: Measure;
  readonly comparison: Comparison<ComparedRow>;
}

/** What a claim comes to. */
export interface Contrast {
  /** `[places][replicates]`; NaN where a value is missing. */
  readonly values: readonly (readonly number[])[];
  readonly replicates: readonly number[];
  readonly quantity: Quantity<ComparedRow>;
}

/**
 * The values of a claim, paired by replicate.
 * @param runOf finds a run by its name in the registration, the first where there is none
 * @throws `usage` where a run has no such quantity, `data` where it has no rows of a term
 */
export function contrastOf(claim: RegisteredClaim, runOf: (name: string | undefined) => Compared): Contrast {
  const { plus, minus, less, at } = claim;
  const replicates = replicatesOf(runOf(plus[0]!.run));
  const tell = (term: Term, sign: number) =>
    at.map((_, place) => valuesOf(term, { claim, place, runOf, sign, replicates }));
  const terms = [...plus.map((term) => tell(term, 1)), ...minus.map((term) => tell(term, -1))];
  const values = at.map((_, place) =>
    replicates.map((_, r) => terms.reduce((sum, term) => sum + term[place]![r]!, -less)),
  );
  return { values, replicates, quantity: quantityOf(claim, runOf(plus[0]!.run)) };
}

function replicatesOf({ rows }: Compared): number[] {
  return [...new Set(rows.flatMap(({ replicate }) => replicate ?? []))].sort((a, b) => a - b);
}

function quantityOf({ value, name }: RegisteredClaim, { comparison, measure }: Compared): Quantity<ComparedRow> {
  const quantities = comparison.quantities(measure);
  const asked = value ?? Object.keys(quantities)[0]!;
  const rule = `must be of ${Object.keys(quantities).join(", ")}`;
  return quantities[asked] ?? fail("usage", `${name}: value`, { rule, got: asked });
}

interface At {
  readonly claim: RegisteredClaim;
  readonly place: number;
  readonly runOf: (name: string | undefined) => Compared;
  readonly sign: number;
  readonly replicates: readonly number[];
}

/** The signed value of a term of every replicate, rows of one replicate averaged. */
function valuesOf(term: Term, { claim, place, runOf, sign, replicates }: At): number[] {
  const run = runOf(term.run);
  const at = (term.at ?? claim.at)[place]!;
  const { of } = quantityOf(claim, run);
  const rows = run.comparison.rowsOf(run.rows, term, at);
  return replicates.map((replicate) => {
    const own = rows.filter((row) => row.replicate === replicate).map(of);
    if (own.length > 0) return (sign * own.reduce((a, b) => a + b, 0)) / own.length;
    const panel = term.panel === undefined ? "" : `${term.panel}: `;
    const rule = `has no row of ${panel}${term.arm} at ${run.comparison.axis} ${at}, replicate ${replicate}`;
    return fail("data", claim.name, { rule, remedy: "Carry the run out to its end, or name what it has" });
  });
}
