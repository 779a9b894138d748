/** SHA-256 of what a data set holds: its identity apart from the files that it came in. */

import { createHash } from "node:crypto";
import type { ColumnData } from "../table.ts";

/** Bytes handled at a time: the file system and the hash take less than 2 GiB. */
const PIECE = 2 ** 28;

/** Of the shapes that `head` tells, as JSON, and of the bytes of all columns in turn. */
export function contentSha256(head: unknown, columns: readonly ColumnData[]): string {
  const hash = createHash("sha256").update(JSON.stringify(head));
  for (const piece of piecesOf(columns)) hash.update(piece);
  return hash.digest("hex");
}

/** The bytes of all columns in turn, in pieces that the file system takes. */
export function* piecesOf(columns: readonly ColumnData[]): Generator<Uint8Array> {
  for (const { buffer, byteOffset, byteLength } of columns) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }
}
