/** A data set from a folder of pictures: decoded once, then read from the cache until a picture's content changes. */

import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import { classes as classTarget, type Dataset } from "../dataset.ts";
import { cacheFolder } from "../fetch/sources.ts";
import { checkFits } from "../files/memory.ts";
import { formatIdentity } from "../identity.ts";
import { formatDataName, pinned } from "../source/name.ts";
import type { DataName, LoadOptions } from "../source/source.ts";
import { channelStatistics } from "../statistics.ts";
import { columnOf, imageTable, labelColumn, type Table } from "../table.ts";
import { readCache, writeCache } from "./cache.ts";
import { type Decoding, decodePictures, readableFormats } from "./decode.ts";
import { type Failure, LAYOUT, listPictures, type Picture, type PictureList } from "./pictures.ts";

/** Files that a message names. */
const NAMED = 3;

type Options = Pick<LoadOptions, "onProgress" | "onNotice" | "dry">;

/** What a folder's name asks for. */
interface Asked extends Decoding {
  readonly path: string;
  readonly allowMissing: boolean;
}

/** A folder of another layout than ours, and what specifications call it. */
interface FolderPlace {
  readonly path: string;
  readonly said: string;
  readonly list: typeof listPictures;
}

/**
 * The data set of the pictures in a folder; its name pins them by their SHA-256. Mean and deviation are those of its
 * training images. Throws `data` on a folder of another layout, on files that are no pictures or cannot be read, on classes
 * without pictures to train on, on pictures that do not fit in memory, and on others than those that the name pins. With the
 * word `allow-missing` what cannot be read is left out with a notice, and classes may be empty.
 */
export async function loadFolder(
  name: DataName,
  options: Options = {},
  { path = name.place, said = resolve(path), list: listing = listPictures }: Partial<FolderPlace> = {},
): Promise<Dataset> {
  const { size = 32, words } = name;
  const channels = words.includes("grey") ? 1 : 3;
  const asked: Asked = { path, size, channels, allowMissing: words.includes("allow-missing") };
  const { onNotice = () => {} } = options;
  const list = await listing(path, await readableFormats());
  for (const sentence of noticesOf(list, asked)) onNotice(sentence);
  const kept = cachePath(asked, list);
  const dataset = (await readCache(kept, onNotice)) ?? (await decoded(asked, { list, kept, options }));
  const digest = pinned(path, { digest: name.digest, found: dataset.name });
  const source = formatDataName({ ...name, place: said, digest, options: {} });
  return { ...dataset, name: formatIdentity({ kind: "folder", size, digest: dataset.name, options: {} }), source };
}

/** What is worth a note; throws `data` on what cannot be read and on empty classes, unless that is allowed. */
function noticesOf(
  { failures, empty, files, train, test, untested, held, classes }: PictureList,
  asked: Asked,
): string[] {
  const misnamed = [...train, ...test].filter(({ isMisnamed }) => isMisnamed);
  const other = `${counted(misnamed.length, "picture")} whose ending says another format, read by content`;
  return [
    ...(failures.length > 0 ? [leftOut(failures, files, asked)] : []),
    ...(empty.length > 0 ? [emptied(empty, classes.length, asked)] : []),
    ...(misnamed.length > 0 ? [`${asked.path}: ${other}: ${named(misnamed.map(({ path }) => path))}`] : []),
    ...(untested.length > 0 ? [without(join(asked.path, held), untested, classes.length)] : []),
  ];
}

/** What is left out, in a sentence, where that is allowed; else throws `data` with count and first names. */
function leftOut(failures: readonly Failure[], files: number, { path, allowMissing }: Asked): string {
  const first = named(failures.map((failure) => `${failure.path} (${failure.why})`));
  const of = `${failures.length} of ${counted(files, "file")}`;
  if (allowMissing) return `${path}: left out ${of}: ${first}`;
  const remedy = "Replace or remove them, or leave them out with allowMissing";
  return fail("data", of, { rule: `cannot be read: ${first}`, remedy, fields: ["allowMissing"] });
}

/** The same of classes without a picture to train on. */
function emptied(empty: readonly string[], classes: number, { path, allowMissing }: Asked): string {
  const sentence = without(join(path, "train"), empty, classes);
  if (allowMissing) return sentence;
  const remedy = "Add pictures, remove their folders, or let them be empty with allowMissing";
  return fail("data", join(path, "train"), {
    rule: `every class must have a picture: ${empty.length} of ${classes} have none, ${named(empty)}`,
    remedy,
    fields: ["allowMissing"],
  });
}

function without(path: string, empty: readonly string[], classes: number): string {
  return `${path}: ${empty.length} of ${classes} classes without a picture: ${named(empty)}`;
}

function named(names: readonly string[]): string {
  const rest = names.length > NAMED ? `, and ${names.length - NAMED} more` : "";
  return names.slice(0, NAMED).join(", ") + rest;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** Where the decoded pictures of a list are kept: another place for other content or classes, the same wherever they lie. */
function cachePath({ size, channels, allowMissing }: Asked, { classes, train, test }: PictureList): string {
  const contents = [train, test].map((part) => part.map(({ label, sha256 }) => [label, sha256]));
  const hash = createHash("sha256").update(JSON.stringify([size, channels, allowMissing, classes, contents]));
  return join(cacheFolder("folder"), `${hash.digest("hex").slice(0, 32)}.images`);
}

interface Job {
  readonly list: PictureList;
  readonly kept: string;
  readonly options: Options;
}

async function decoded(
  asked: Asked,
  { list, kept, options: { onProgress = () => {}, onNotice, dry = false } }: Job,
): Promise<Dataset> {
  const { path: folder, size, channels } = asked;
  const { classes, train, test } = list;
  const what = `its ${train.length + test.length} images at ${size} x ${size} pixels`;
  const bytes = [train, test].map((part) => part.length * channels * size * size);
  checkFits(folder, bytes, { what, remedy: "Name a smaller size behind @" });
  const total = [...train, ...test].reduce((sum, picture) => sum + picture.bytes, 0);
  let received = 0;
  const onPicture = (picture: Picture) =>
    onProgress({ doing: "reading", file: folder, received: (received += picture.bytes), total });
  const parts = [
    await decodePictures(train, { size, channels, onPicture }),
    await decodePictures(test, { size, channels, onPicture }),
  ] as const;
  const failures = parts.flatMap((part) => [...part.failures].sort(([a], [b]) => a - b).map(([, failure]) => failure));
  const notices = failures.length > 0 ? [leftOut(failures, train.length + test.length, asked)] : [];
  for (const sentence of notices) onNotice?.(sentence);
  const shape = [channels, size, size] as const;
  for (const [part, pictures] of Object.entries({ train, [list.held]: test }))
    if (pictures.length === parts[part === "train" ? 0 : 1].failures.size)
      fail("data", join(folder, part), { rule: "holds no images", remedy: LAYOUT });
  const [learnt, scored] = [train, test].map((part, i) => tableOf(part, parts[i]!, { classes, shape })) as [
    Table,
    Table,
  ];
  const head = { name: "", shape, ...classTarget(classes.length, classes) };
  const statistics = channelStatistics(columnOf(learnt, "images").data, shape);
  return writeCache(dry ? null : kept, { ...head, ...statistics, train: learnt, test: scored }, notices);
}

/** The pictures that were decoded, with their classes. */
function tableOf(
  pictures: readonly Picture[],
  { images, failures }: { readonly images: Uint8Array; readonly failures: ReadonlyMap<number, Failure> },
  { classes, shape }: { readonly classes: readonly string[]; readonly shape: readonly [number, number, number] },
): Table {
  const kept = pictures.map((_, i) => i).filter((i) => !failures.has(i));
  const labels = labelColumn(kept.length, classes.length).data as Uint8Array | Int32Array;
  labels.set(kept.map((i) => pictures[i]!.label));
  const each = images.length / pictures.length;
  // Those that are kept move up to the front.
  for (const [to, from] of kept.entries())
    if (to !== from) images.copyWithin(to * each, from * each, (from + 1) * each);
  return imageTable(images.subarray(0, kept.length * each), labels, shape);
}
