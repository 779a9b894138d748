/** The checksums of a store's files: each covers the kind of file, its format number and the key that it belongs to. */

import { createHash, type Hash } from "node:crypto";

/**
 * The number of the format of each kind of file, raised when its bytes come to mean something else; that of `partial` also
 * when what a training saves does (train/state.ts).
 */
export const FORMATS = {
  artifact: 2,
  curve: 2,
  partial: 2,
  run: 2,
  rows: 2,
  session: 1,
  keys: 1,
  note: 1,
  sweep: 1,
} as const;

/** A file of a store: what it is, and the key of the artifact or id of the run that it is asked for by. */
export interface StoredFile {
  readonly kind: keyof typeof FORMATS;
  readonly key: string;
  readonly path: string;
}

/** A SHA-256 that has begun with what a file is and whose; the contents follow. */
export function beginSeal({ kind, key }: Pick<StoredFile, "kind" | "key">): Hash {
  return createHash("sha256").update(JSON.stringify([kind, FORMATS[kind], key]));
}
