/** JSON files with a checksum of their text, which covers the key they belong to: curves, runs and rows. */

import { z } from "zod";
import { fail, TombolaError } from "../base/errors.ts";
import { fromJson } from "./json.ts";
import { beginSeal, FORMATS, type StoredFile } from "./seal.ts";

const HEAD = z.object({ format: z.number(), kind: z.string(), key: z.string(), sha256: z.string() });
/** What follows the content, and closes the object that the head opened. */
const END = "\n}\n";

/** One JSON object: a line of format, kind, key and checksum, then the text `content` of a JSON value. */
export function encodeSealed({ kind, key }: Pick<StoredFile, "kind" | "key">, content: string): string {
  const head = JSON.stringify({ format: FORMATS[kind], kind, key, sha256: checksum({ kind, key }, content) });
  return `${head.slice(0, -1)},"content":\n${content}${END}`;
}

/** The value of such a file; `store` error naming it, with the remedy, unless it is all of it and the file asked for. */
export function decodeSealed(text: string, file: StoredFile, remedy: string): unknown {
  const { kind, key, path } = file;
  const damaged = (why: string) => fail("store", path, { rule: `the file is damaged (${why})`, remedy });
  const end = text.indexOf("\n");
  const head = parseHead(text.slice(0, end)) ?? damaged("it must begin with its format and checksum");
  if (head.format !== FORMATS[kind])
    fail("store", path, { rule: `the format must be ${FORMATS[kind]}`, got: head.format, remedy });
  if (head.kind !== kind || head.key !== key)
    fail("store", path, { rule: `the file must be the ${kind} of ${key}`, got: `${head.kind} of ${head.key}`, remedy });
  const content = text.slice(end + 1, -END.length);
  if (!text.endsWith(END) || head.sha256 !== checksum(file, content)) damaged("contents must match their checksum");
  return fromJson(content, path, remedy);
}

function parseHead(line: string): z.infer<typeof HEAD> | undefined {
  try {
    return HEAD.safeParse(fromJson(`${line}null}`, "head", "")).data;
  } catch (error) {
    if (error instanceof TombolaError) return undefined;
    throw error;
  }
}

function checksum(file: Pick<StoredFile, "kind" | "key">, content: string): string {
  return beginSeal(file).update(content).digest("hex");
}
