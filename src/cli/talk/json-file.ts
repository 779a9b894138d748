/** Files of JSON that a command line names. */

import { fail } from "../../base/errors.ts";
import { readRegular } from "../../dataset/files/regular.ts";

/** Bytes of such a file. */
const LONGEST = 10_000_000;

/** The value in a file; throws `data` where it cannot be read, `usage` where it is no JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  const content = await readRegular(file, LONGEST);
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch (error) {
    return fail("usage", file, { rule: `must be JSON (${(error as Error).message})` });
  }
}
