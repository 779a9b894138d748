/** Lengths of training as people write them (`10ep`, `500it`, `2ep50it`) and sets of levels (`0-2,5`). */

import { checkInteger } from "./checks.ts";
import { fail } from "./errors.ts";

/** A length of training: whole epochs and then single iterations. */
export interface Length {
  readonly epochs: number;
  readonly iterations: number;
}

/** The largest iteration, because the random streams number steps with 32 bits. */
export const maxIterations = 2 ** 32 - 1;

/** Enough for any density that a float can hold, and small enough to list. */
const maxLevel = 9999;

/** Reads `10ep`, `500it`, `2ep50it` or `0`; throws `usage` on anything else. */
export function parseLength(text: string): Length {
  if (text === "0") return { epochs: 0, iterations: 0 };
  const match = /^(?:(\d+)ep)?(?:(\d+)it)?$/.exec(text);
  if (!match || text === "") return refuse(text);
  const count = { epochs: Number(match[1] ?? 0), iterations: Number(match[2] ?? 0) };
  checkInteger(text, count.epochs, { min: 0, max: maxIterations });
  checkInteger(text, count.iterations, { min: 0, max: maxIterations });
  return count;
}

/** Number of iterations in `count`; throws `usage` beyond 2^32 - 1. */
export function resolveLength(count: Length, iterationsPerEpoch: number): number {
  const total = count.epochs * iterationsPerEpoch + count.iterations;
  return checkInteger(`${formatLength(count)} in iterations`, total, { min: 0, max: maxIterations });
}

/** The text that {@link parseLength} reads back to the same count. */
export function formatLength(count: Length): string {
  const epochs = count.epochs === 0 ? "" : `${count.epochs}ep`;
  const iterations = count.iterations === 0 ? "" : `${count.iterations}it`;
  return `${epochs}${iterations}` || "0";
}

/** Reads `0-2,5` as `[0, 1, 2, 5]`: ascending, each level once; throws `usage` on anything else. */
export function parseLevels(text: string): number[] {
  const levels = text.split(",").flatMap((part) => parseRange(part, text));
  return [...new Set(levels)].sort((a, b) => a - b);
}

function parseRange(part: string, text: string): number[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(part);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!(first <= last && last <= maxLevel)) {
    const rule = `levels must be numbers and ascending ranges up to ${maxLevel}`;
    return fail("usage", "levels", { rule, got: text, remedy: "Write them like 0-2,5" });
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function refuse(text: string): never {
  const remedy = /^\d+$/.test(text) ? `Write ${text}it or ${text}ep` : "Write it like 10ep, 500it, 2ep50it or 0";
  return fail("usage", "steps", { rule: "a length of training needs its units", got: text, remedy });
}
