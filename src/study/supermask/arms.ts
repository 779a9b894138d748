/** The arms of the study: a mask criterion, and what is done to the weights that it keeps or cuts. */
import { fail } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import { ACTIONS, type ActionName } from "../../prune/actions.ts";
import { CRITERIA, type Criterion, SCORED } from "../../prune/criteria.ts";
import type { Reader } from "../option.ts";

/** A criterion, and an action where it is another one than to put kept weights back and to remove cut ones. */
export interface MaskArm {
  readonly criterion: Criterion;
  readonly action: ActionName;
}

/** What kept weights start from where nothing else is said, as in a ticket. */
const PLAIN: ActionName = "rewind";

/** Its name: `large_final`, or with an action `large_final+reinit`. */
export function armName({ criterion, action }: MaskArm): string {
  return action === PLAIN ? criterion : `${criterion}+${action}`;
}

/** The arm of a name; undefined for another one's. */
export function parseArm(name: string): MaskArm | undefined {
  const [criterion, action = PLAIN, ...rest] = name.split("+");
  const isArm = rest.length === 0 && includes(CRITERIA, criterion!) && includes(ACTIONS, action);
  return isArm ? { criterion, action } : undefined;
}

function includes<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}

const names = (arms: readonly MaskArm[]) => arms.map(armName);
const plain = (criteria: readonly Criterion[]) => names(criteria.map((criterion) => ({ criterion, action: PLAIN })));

/** Words that stand for several arms. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  criteria: plain(SCORED),
  signs: plain(CRITERIA),
  constants: names(CRITERIA.map((criterion) => ({ criterion, action: "signed_constant" }))),
  actions: names(ACTIONS.map((action) => ({ criterion: "large_final", action }))),
};

/** What help says of the names of arms. */
export const ARM_WORDS =
  "CRITERION or CRITERION+ACTION; criteria, signs (with their variants by sign), constants (these with signed_constant) " +
  "and actions (of large_final) stand for all of them, none for none";

/** What help says of criteria and actions. */
export function armNotes(): string {
  const suffixes = "each also with _same_sign or _diff_sign behind it, or these words alone: the sign and nothing else";
  return `Criteria: ${SCORED.join(", ")}; ${suffixes}.\n\nActions: ${ACTIONS.join(", ")}.`;
}

/** The arms that words name, each once; throws `usage` for one that names none. */
export function armsOf(words: readonly string[], where: string): string[] {
  return [...new Set(words.flatMap((word) => (word === "none" ? [] : (GROUPS[word] ?? [checked(word, where)]))))];
}

/** Reads names of arms, separated by commas. */
export const readArms: Reader<string[]> = (text, where) =>
  armsOf(
    text.split(",").map((part) => part.trim()),
    where,
  );

function checked(name: string, where: string): string {
  const arm = parseArm(name);
  if (arm) return armName(arm);
  const [criterion, action] = name.split("+");
  const isCriterion = includes(CRITERIA, criterion!);
  const known: readonly string[] = isCriterion ? ACTIONS : [...CRITERIA, ...Object.keys(GROUPS), "none"];
  const meant = nearest(isCriterion ? (action ?? "") : criterion!, known);
  const rule = `must be arms: ${ARM_WORDS}`;
  return fail("usage", where, { rule, got: name, ...(meant && { remedy: `Did you mean ${meant}?` }) });
}
