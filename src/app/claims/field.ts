/** The claims of the field, and what was found of each here: src/claims.json, checked. Imports nothing of Node's. */
import { z } from "zod";
import { fail } from "../../base/errors.ts";
import table from "../../claims.json" with { type: "json" };
import { LEAST, VERDICT_WORDS } from "../../statistics/verdict.ts";

/** The ids of all claims, in the survey's order. */
export const FIELD_IDS = [
  ...["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14a", "14b", "14c", "14d", "14e"],
  ...["15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26"],
];

/** Of a claim that nothing was run for: it waits, it is no question for this laboratory, or it is out of its reach. */
const NOT_RUN: readonly string[] = ["not yet run", "not tested here", "not here"];
/** Of runs that are registered and not at their end. */
const UNDER_WAY = "registered, under way";
const TOO_FEW = `not established (needs n >= ${LEAST})`;

const text = z.string().regex(/^\S(.*\S)?$/, "must be text without spaces around it");
const words = text.refine(
  (verdict) => NOT_RUN.includes(verdict) || verdict === UNDER_WAY || VERDICT_WORDS.test(verdict),
  `must be in the fixed words of a verdict, or of ${[UNDER_WAY, ...NOT_RUN].join(", ")}`,
);

const fieldClaim = z
  .strictObject({
    id: z.enum(FIELD_IDS),
    /** In words of our own. */
    claim: text.regex(/^[A-Z].*(\.|\.\))$/, "must be a sentence"),
    /** The paper, and where the survey tells of it: its section, or its figure too. */
    source: z.strictObject({ paper: text, year: z.int().min(2018), place: text }),
    /** Pages about it, each with the command of its runs, that which the verdict is of first; none where none is written yet. */
    where: z.array(
      z.strictObject({
        page: text.regex(/^docs\/results\/[\w-]+\.md$/, "must be a page of docs/results"),
        command: text.regex(/^npx tombola /, "must begin with npx tombola"),
      }),
    ),
    /** What was run here: network, data, length; null where nothing was. */
    scale: text.nullable(),
    /** Replicates, of a registered claim those that were registered; null where nothing was run. */
    n: z.int().min(1).nullable(),
    /** Fixed words; where several claims were registered and tested, those of each by its name. */
    verdict: z.union([words, z.record(text, words)]),
    /** What was seen where nothing is established yet, or why nothing was run: one clause. */
    note: text.optional(),
    /** The registration whose claims decide this one. */
    registered: text
      .regex(/^docs\/results\/[\w-]+\/registered\.json$/, "must be a registered.json of docs/results")
      .optional(),
    /** Which of the registration's claims. */
    claims: z.array(text).min(1).optional(),
  })
  .superRefine((row, context) => {
    const message = brokenRule(row);
    if (message) context.addIssue({ code: "custom", message });
  });

/** A claim of the field with its row of the table. */
export type FieldClaim = z.infer<typeof fieldClaim>;

type Row = Pick<FieldClaim, "where" | "scale" | "n" | "verdict" | "note" | "registered" | "claims">;

/** The rule that a row breaks between its fields, or undefined. */
function brokenRule({ where, scale, n, verdict, note, registered, claims = [] }: Row): string | undefined {
  const several = typeof verdict === "object";
  const verdicts = several ? Object.values(verdict) : [verdict];
  const fits = several ? Object.keys(verdict).join() === claims.join() : claims.length < 2 || verdict === UNDER_WAY;
  const notRun = verdicts.some((each) => NOT_RUN.includes(each));
  const tooFew = verdicts.includes(TOO_FEW);
  const open = notRun || tooFew || verdicts.every((each) => each.startsWith("no verdict"));
  const missing = [n === null, scale === null, where.length === 0 && verdict !== UNDER_WAY];
  const rules: readonly (readonly [kept: boolean, rule: string])[] = [
    [(registered === undefined) === (claims.length === 0), "must have registered and claims, or neither"],
    [fits, "verdict: must be one of each of claims, in their order"],
    [missing.every((none) => none === notRun), "must have where, scale and n, or none of them where nothing was run"],
    [!notRun || registered === undefined, "registered: must be left out where nothing was run"],
    [notRun || tooFew || registered !== undefined, "registered: must be named for this verdict"],
    [!tooFew || (n! < LEAST && note !== undefined), `must have n below ${LEAST} and a note of what was seen`],
    [open || n! >= LEAST, `n: must be at least ${LEAST} for this verdict`],
  ];
  return rules.find(([kept]) => !kept)?.[1];
}

/** Checks a table of claims; throws `data` naming row, field and rule. */
export function parseFieldClaims(value: unknown, where: string): readonly FieldClaim[] {
  const parsed = z.array(fieldClaim).safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues as [z.core.$ZodIssue];
    fail("data", `${where}: ${path.join(".") || "table"}`, { rule: message });
  }
  const ids = parsed.data.map(({ id }) => id).join();
  if (ids !== FIELD_IDS.join())
    fail("data", `${where}: id`, { rule: `must be ${FIELD_IDS.join()} in this order`, got: ids });
  return parsed.data;
}

/** All claims of the field, in the survey's order. */
export function fieldClaims(): readonly FieldClaim[] {
  return parseFieldClaims(table, "claims.json");
}

/** A verdict as text: of several registered claims each under its name. */
export function verdictText({ verdict }: Pick<FieldClaim, "verdict">): string {
  if (typeof verdict === "string") return verdict;
  return Object.entries(verdict)
    .map(([name, each]) => `${name} ${each}`)
    .join("; ");
}
