/** `--stop-after 2h50m`: durations as people write them. */

import { fail } from "../../base/errors.ts";
import type { Reader } from "../../study/option.ts";

const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;
/** Seconds that a timer of Node can wait for. */
const LONGEST = 24 * UNITS.d;

/** Reads `2h50m`, `90s` or `1d` as seconds, above 0 and at most 24 days. */
export const readDuration: Reader<number> = (text, where) => {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  const [, ...counts] = match ?? [];
  const seconds = Object.values(UNITS).reduce((sum, unit, i) => sum + unit * Number(counts[i] ?? 0), 0);
  if (match && seconds > 0 && seconds <= LONGEST) return seconds;
  const rule = "must be a time above 0, at most 24 days";
  return fail("usage", where, { rule, got: text, remedy: "Write it like 2h50m, 90m or 45s" });
};
