/** Lists a folder of pictures, `train/CLASS/*` and `test/CLASS/*`: each is known by its content, and every other file is named. */

import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, TombolaError } from "../../base/errors.ts";
import { readRegular } from "../files/regular.ts";
import { formatOf, isMisnamed, type PictureFormat, READABLE } from "./formats.ts";

/** One picture, its class as an index, and the SHA-256 of its file. */
export interface Picture {
  readonly path: string;
  readonly label: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly isMisnamed: boolean;
}

/** A file that is no picture, and why. */
export interface Failure {
  readonly path: string;
  readonly why: string;
}

/** What is in a folder; classes are sorted by name. */
export interface PictureList {
  readonly classes: readonly string[];
  readonly train: readonly Picture[];
  readonly test: readonly Picture[];
  /** Files in the folders of classes that cannot be read. */
  readonly failures: readonly Failure[];
  /** Classes without a picture to train on. */
  readonly empty: readonly string[];
  /** Where the test pictures are, and classes that have none there. */
  readonly held: string;
  readonly untested: readonly string[];
  /** Files in all. */
  readonly files: number;
}

/** Told of every file that is read. */
export type OnFile = (bytes: number) => void;

/** How a folder must be laid out. */
export const LAYOUT = `Put images (${READABLE}) in train/CLASS and test/CLASS; val serves for test`;
/** Bytes of a picture's file; no camera writes more. */
const MOST_BYTES = 2 ** 30;
/** What systems leave in folders. */
const OF_SYSTEM = new Set(["thumbs.db", "desktop.ini"]);
/** Files read or decoded at a time: enough to keep the threads of libuv busy. */
const AT_ONCE = 8;

/** What tells whether this machine's sharp reads a format. */
export type CanRead = (format: PictureFormat) => boolean;

/**
 * The pictures in the folder at `path`; those of a part are in an order that mixes its classes evenly, so that the last
 * ones, held back for validation, are of all classes. Throws `data` on a folder of another layout.
 */
export async function listPictures(path: string, canRead: CanRead, onFile: OnFile = () => {}): Promise<PictureList> {
  const parts = await subfolders(path);
  const held = ["test", "val"].find((name) => parts.includes(name));
  if (!parts.includes("train") || !held)
    return fail("data", path, { rule: "must hold the folders train and test", got: parts.join(", "), remedy: LAYOUT });
  const classes = await subfolders(join(path, "train"));
  const stray = (await subfolders(join(path, held))).find((name) => !classes.includes(name));
  if (stray) fail("data", join(path, held, stray), { rule: "is a class without a folder in train", remedy: LAYOUT });
  if (classes.length < 2) {
    const rule = "must hold the folders of two classes or more";
    fail("data", join(path, "train"), { rule, got: classes.join(", "), remedy: LAYOUT });
  }
  const of = { classes, canRead, onFile };
  const [train, test] = [await listPart(join(path, "train"), of), await listPart(join(path, held), of)];
  return listOf({ classes, held }, train, test);
}

/** Both parts in one list. */
export function listOf(of: Pick<PictureList, "classes" | "held">, train: PicturePart, test: PicturePart): PictureList {
  return {
    ...{ ...of, train: train.pictures, test: test.pictures },
    failures: [...train.failures, ...test.failures],
    empty: train.empty,
    untested: test.empty,
    files: train.files + test.files,
  };
}

/** How files are looked at. */
export interface Listing {
  readonly classes: readonly string[];
  readonly canRead: CanRead;
  readonly onFile: OnFile;
}

async function listPart(path: string, { classes, canRead, onFile }: Listing) {
  const present = await subfolders(path);
  const named = await Promise.all(
    classes.map(async (name, label) => {
      const names = present.includes(name) ? await filesIn(join(path, name)) : [];
      return names.map((file) => ({ path: join(path, name, file), label }));
    }),
  );
  const beside = (await filesIn(path)).filter((name) => !present.includes(name));
  const failures: Failure[] = beside.map((name) => ({
    path: join(path, name),
    why: "lies beside the folders of classes",
  }));
  return pictureParts(named.flat(), { classes, canRead, onFile }, failures);
}

/** What is found in files of one part, whose classes are known. */
type PicturePart = Awaited<ReturnType<typeof pictureParts>>;

/** Looks at files, and puts the pictures among them in an order that mixes classes evenly; `failures` are those known before. */
export async function pictureParts(
  all: readonly { readonly path: string; readonly label: number }[],
  { classes, canRead, onFile }: Listing,
  failures: readonly Failure[] = [],
) {
  const read = await atOnce(all, async ({ path: file, label }) => {
    const picture = await inspect(file, canRead);
    onFile("why" in picture ? 0 : picture.bytes);
    return { label, ...picture };
  });
  const byClass = classes.map((_, label) =>
    read.filter((each): each is Picture => each.label === label && !("why" in each)),
  );
  const placed = byClass.flatMap((list) => list.map((picture, i) => ({ picture, place: (i + 0.5) / list.length })));
  return {
    pictures: placed
      .sort((a, b) => a.place - b.place || a.picture.label - b.picture.label)
      .map(({ picture }) => picture),
    failures: [...failures, ...read.flatMap((each) => ("why" in each ? [{ path: each.path, why: each.why }] : []))],
    empty: classes.filter((_, label) => byClass[label]!.length === 0),
    files: all.length + failures.length,
  };
}

/** What is in a file, by its content. */
export async function inspect(path: string, canRead: CanRead): Promise<Omit<Picture, "label"> | Failure> {
  try {
    const bytes = await readRegular(path, MOST_BYTES);
    if (bytes.length === 0) return { path, why: "is empty" };
    const format = formatOf(bytes);
    if (!format) return { path, why: "is no picture that is known by its content" };
    if (!canRead(format)) return { path, why: `is ${format.name}${format.refused ? `, ${format.refused}` : ""}` };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { path, sha256, bytes: bytes.length, isMisnamed: isMisnamed(path, format) };
  } catch (cause) {
    if (!(cause instanceof TombolaError)) throw cause;
    return { path, why: cause.message.replace(`${path}: `, "") };
  }
}

/** Does something with every item, a few at a time; results are in order. */
export async function atOnce<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const one = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return results;
}

/** All that is in a folder, sorted, but for what begins with a dot or is the system's, such as the halves of files that macOS writes. */
export async function filesIn(path: string): Promise<string[]> {
  const names = (await entries(path)).map(({ name }) => name);
  return names.filter((name) => !name.startsWith(".") && !OF_SYSTEM.has(name.toLowerCase())).sort();
}

/** Folders, and links to folders. */
export async function subfolders(path: string): Promise<string[]> {
  const all = (await entries(path)).filter(({ name }) => !name.startsWith("."));
  const isFolder = async (entry: Dirent) =>
    entry.isDirectory() ||
    (entry.isSymbolicLink() && (await stat(join(path, entry.name)).catch(() => undefined))?.isDirectory() === true);
  const folders = await Promise.all(all.map(isFolder));
  return all
    .filter((_, i) => folders[i])
    .map(({ name }) => name)
    .sort();
}

async function entries(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch((cause) =>
    fail("data", path, { rule: `is no folder that can be read (${cause.message})`, remedy: LAYOUT }),
  );
}
