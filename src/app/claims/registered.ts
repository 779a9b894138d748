/** What a page registers before its runs: claims as data, so that the test of each is fixed before a number is seen. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";

const text = z.string().min(1);
const places = z.array(z.number().min(0)).min(1);

const term = z.strictObject({
  /** Which of the page's runs; absent: the first. */
  run: text.optional(),
  panel: text.optional(),
  arm: text,
  /** Where it stands in its own run, place by place, where that is not where the claim says. */
  at: places.optional(),
});

const claim = z.strictObject({
  name: text,
  statement: text,
  /** What is told of a row, as its study names it; absent: the first of its quantities. */
  value: text.optional(),
  /** What is added up of every replicate, and what is taken away. */
  plus: z.array(term).min(1),
  minus: z.array(term).default([]),
  /** A number that is taken away, such as the bound of a claim that a mean lies below it. */
  less: z.number().default(0),
  /** Levels, iterations at which copies part, or fractions of the weights, as the study's axis has them. */
  at: places,
  /** What is claimed of them: their mean, the best, or every one. */
  over: z.enum(["mean", "best", "all"]),
  /** Which way; of a claim of a difference. */
  side: z.enum(["greater", "less", "two-sided"]).optional(),
  /** Of a claim that there is no difference. */
  equivalence: z.strictObject({ margin: z.number().positive(), reason: text }).optional(),
});

const registered = z.strictObject({
  page: text,
  /** When, in words. */
  registered: text,
  n: z.int().min(2),
  /** The runs by name: the command, and what of the specification must be as it was registered. */
  runs: z.record(text, z.strictObject({ command: text, spec: z.record(text, z.unknown()) })),
  /** Why no verdict is due, such as `extended after a look`. */
  looked: text.optional(),
  claims: z.array(claim).min(1),
});

/** One side of a claim. */
export type Term = z.infer<typeof term>;
/** A claim of a page. */
export type RegisteredClaim = z.infer<typeof claim>;
/** All that a page registers. */
export type Registered = z.infer<typeof registered>;

/** Checks what a file says; throws `usage` naming the field and the rule. */
export function parseRegistered(value: unknown, where: string): Registered {
  const parsed = registered.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    fail("usage", `${where}: ${issue!.path.join(".") || "registration"}`, { rule: issue!.message });
  }
  for (const [i, each] of parsed.data.claims.entries())
    checkClaim(each, { ...parsed.data, where: `${where}: claims.${i}` });
  checkPower(parsed.data, where);
  return parsed.data;
}

function checkClaim(
  { side, equivalence, at, plus, minus }: RegisteredClaim,
  { runs, where }: Pick<Registered, "runs"> & { where: string },
): void {
  if ((side === undefined) === (equivalence === undefined))
    fail("usage", where, { rule: "must have a side or an equivalence, and not both", got: side ?? null });
  for (const { run, at: own } of [...plus, ...minus]) {
    if (run !== undefined && !(run in runs))
      fail("usage", `${where}: run`, { rule: `must be of ${Object.keys(runs).join(", ")}`, got: run });
    if (own && own.length !== at.length)
      fail("usage", `${where}: at`, { rule: `must name ${at.length} places, as the claim does`, got: own.length });
  }
}

/** The least p of a sign-flip test times the claims that Holm adjusts for must be below 5 %, or nothing could be established. */
function checkPower({ n, claims }: Registered, where: string): void {
  const sided = claims.flatMap(({ side }) => side ?? []);
  const least = Math.max(0, ...sided.map((side) => (side === "two-sided" ? 2 : 1) / 2 ** n)) * sided.length;
  if (least < 0.05 || n < 6) return;
  const rule = `${sided.length} claims could not be established with n = ${n}: the least adjusted p is ${least.toPrecision(2)}`;
  fail("usage", `${where}: claims`, {
    rule,
    remedy: "Register fewer claims, each with a direction, or more replicates",
  });
}
