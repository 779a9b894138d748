/** Names of data sets: folders of images written as `folder:PATH@64`. */

import { fail } from "../base/errors.ts";

/** A folder of images, and what is made of each of them. */
export interface FolderName {
  readonly path: string;
  /** Height and width that images are brought to, in pixels. */
  readonly size: number;
  /** The first digits of the SHA-256 of the images, where the name pins them. */
  readonly digest?: string;
}

const PREFIX = "folder:";
const FORM = /^folder:(.+?)(?:@(\d+))?(?:#([0-9a-f]{12}))?$/s;
const DEFAULT_SIZE = 32;
const LARGEST_SIZE = 1024;

/**
 * The folder that a name such as `folder:PATH`, `folder:PATH@64` or `folder:PATH@64#0123456789ab` means, undefined for
 * names of another form; throws `usage` on a folder without a path and on a size that is not from 1 to 1024.
 */
export function parseFolderName(name: string): FolderName | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const match =
    FORM.exec(name) ?? fail("usage", "data set", { rule: "must be folder:PATH or folder:PATH@64", got: name });
  const [, path, size = DEFAULT_SIZE, digest] = match;
  if (Number(size) < 1 || Number(size) > LARGEST_SIZE) {
    fail("usage", "data set", { rule: `the size behind @ must be from 1 to ${LARGEST_SIZE} pixels`, got: name });
  }
  return { path: path!, size: Number(size), ...(digest ? { digest } : {}) };
}

/** The name that {@link parseFolderName} reads. */
export function folderName({ path, size, digest }: FolderName): string {
  return `${PREFIX}${path}@${size}${digest ? `#${digest}` : ""}`;
}
