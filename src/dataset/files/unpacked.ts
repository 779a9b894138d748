/** Files that may be packed by gzip, as the content tells, whatever the name says. */

import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fail } from "../../base/errors.ts";
import { gzipRule } from "../data-file.ts";
import { mostUnpacked } from "./memory.ts";
import { readRegular } from "./regular.ts";

const inflate = promisify(gunzip);

/** A file's bytes, unpacked where they are gzip; throws `data` where it cannot be read or unpacks to too much. */
export async function readUnpacked(path: string): Promise<Uint8Array> {
  const bytes = await readRegular(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const most = mostUnpacked(bytes.length);
  return inflate(bytes, { maxOutputLength: most }).catch((cause) =>
    fail("data", path, { rule: gzipRule(cause, most), remedy: "Get the file again" }),
  );
}
