/** Text files of this machine, read whole and known by their bytes. */

import { createHash } from "node:crypto";
import { fail } from "../../../base/errors.ts";
import { readUnpacked } from "../../files/unpacked.ts";

/** A file's text and the SHA-256 of its unpacked bytes. */
export interface TextFile {
  /** Its path, as messages name it. */
  readonly where: string;
  readonly text: string;
  readonly sha256: string;
}

/** The text at `path`, plain or packed by gzip; throws `data` where it cannot be read or is no UTF-8. */
export async function readText(path: string): Promise<TextFile> {
  const bytes = await readUnpacked(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  try {
    return { where: path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), sha256 };
  } catch {
    return fail("data", path, { rule: "must be text in UTF-8", remedy: "Save it in that encoding" });
  }
}

/** The SHA-256 of several files in their order, under the names that they have for everybody. */
export function digestOf(files: readonly (readonly [name: string, file: Pick<TextFile, "sha256">])[]): string {
  const lines = files.map(([name, { sha256 }]) => `${sha256}  ${name}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex");
}
