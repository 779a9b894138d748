/** What a file may ask for: bounds that are known before anything is unpacked. */

import { constants } from "node:buffer";
import { totalmem } from "node:os";
import { fail } from "../../base/errors.ts";

/** Bytes that any packed file may hold unpacked, and how many times its own size beyond them. */
const SMALL = 2 ** 24;
const EXPANSION = 500;

/** Throws `data` naming `where` unless `bytes` fit in this machine's memory, and each of `parts` in one buffer. */
export function checkFits(where: string, parts: readonly number[], { what, remedy }: { what: string; remedy: string }) {
  const bytes = parts.reduce((sum, part) => sum + part, 0);
  if (bytes < totalmem() && parts.every((part) => part <= constants.MAX_LENGTH)) return;
  fail("data", where, { rule: `${what} do not fit in memory`, got: `${bytes} bytes`, remedy });
}

/** Throws `data` naming `where` if so many packed bytes would unpack to more than any data set's do. */
export function checkExpansion(where: string, { packed, unpacked }: { packed: number; unpacked: number }): void {
  if (unpacked <= mostUnpacked(packed)) return;
  const remedy = "Save it without compression, as numpy.savez does";
  const rule = `must not unpack to more than ${EXPANSION} times its ${packed} bytes`;
  fail("data", where, { rule, got: unpacked, remedy });
}

/** Bytes that `packed` bytes may unpack to. */
export function mostUnpacked(packed: number): number {
  return Math.max(SMALL, EXPANSION * packed);
}
