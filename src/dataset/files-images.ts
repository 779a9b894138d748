/** Lists a folder of images, `train/CLASS/*` and `test/CLASS/*`, and decodes them into one size. */

import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { fail } from "../base/errors.ts";
import { sharedBytes } from "./table.ts";

/** One image, its class as an index, and what tells that it has changed. */
export interface ImageFile {
  readonly path: string;
  readonly label: number;
  readonly bytes: number;
  /** When it was written, in milliseconds. */
  readonly written: number;
}

/** The images of a folder; classes are sorted by name. */
export interface ImageList {
  readonly classes: readonly string[];
  readonly train: readonly ImageFile[];
  readonly test: readonly ImageFile[];
}

const ENDINGS = new Set([".png", ".jpg", ".jpeg", ".webp"]);
const LAYOUT = "Put images (png, jpg, jpeg, webp) in train/CLASS and test/CLASS; val serves for test";
/** Images decoded at a time: enough to keep the threads of libuv busy. */
const AT_ONCE = 8;
/** Unreadable files that a message names. */
const NAMED = 3;

/**
 * The images in the folder at `path`; those of a part are in an order that mixes its classes evenly, so that the last
 * ones, held back for validation, are of all classes. Throws `data` on a folder of another layout.
 */
export async function listImages(path: string): Promise<ImageList> {
  const parts = await subfolders(path);
  const held = ["test", "val"].find((name) => parts.includes(name));
  if (!parts.includes("train") || !held) {
    fail("data", path, { rule: "must hold the folders train and test", got: parts.join(", "), remedy: LAYOUT });
  }
  const classes = await subfolders(join(path, "train"));
  const stray = (await subfolders(join(path, held))).find((name) => !classes.includes(name));
  if (stray) fail("data", join(path, held, stray), { rule: "is a class without a folder in train", remedy: LAYOUT });
  const [train, test] = await Promise.all(["train", held].map((part) => listPart(join(path, part), classes)));
  return { classes, train: train!, test: test! };
}

async function listPart(path: string, classes: readonly string[]): Promise<ImageFile[]> {
  const present = await subfolders(path);
  const list = async (name: string, label: number) =>
    present.includes(name) ? listClass(join(path, name), label) : [];
  const lists = await Promise.all(classes.map(list));
  if (lists.every((list) => list.length === 0)) fail("data", path, { rule: "holds no images", remedy: LAYOUT });
  const placed = lists.flatMap((files) => files.map((file, i) => ({ file, place: (i + 0.5) / files.length })));
  return placed.sort((a, b) => a.place - b.place || a.file.label - b.file.label).map(({ file }) => file);
}

async function listClass(path: string, label: number): Promise<ImageFile[]> {
  const names = (await entries(path))
    .filter((entry) => !entry.isDirectory() && isImage(entry.name))
    .map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const { size, mtimeMs } = await stat(join(path, name)).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { path: join(path, name), label, bytes: size, written: mtimeMs };
    }),
  );
}

/** Files that begin with a dot are the system's, such as the halves of files that macOS writes. */
function isImage(name: string): boolean {
  return !name.startsWith(".") && ENDINGS.has(extname(name).toLowerCase());
}

async function subfolders(path: string): Promise<string[]> {
  const folders = (await entries(path)).filter((entry) => !entry.isFile() && !entry.name.startsWith("."));
  return folders.map(({ name }) => name).sort();
}

async function entries(path: string): Promise<Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch((cause) =>
    fail("data", path, { rule: `is no folder that can be read (${cause.message})`, remedy: LAYOUT }),
  );
}

/**
 * The images as `[count][3][size][size]` bytes on shared memory: the shorter side is brought to `size` pixels and the
 * middle cut out; grey becomes colour and transparency is left out. `onImage` is told of each that is done.
 * Throws `data` naming the first files that cannot be read and telling how many there are.
 */
export async function decodeImages(
  files: readonly ImageFile[],
  { size, onImage }: { size: number; onImage: (file: ImageFile) => void },
): Promise<Uint8Array> {
  const images = sharedBytes(files.length * 3 * size * size);
  const failures = new Map<number, string>();
  let next = 0;
  const work = async () => {
    for (let i = next++; i < files.length; i = next++) {
      const image = images.subarray(i * 3 * size * size, (i + 1) * 3 * size * size);
      await decode(files[i]!.path, size, image).catch((cause) => failures.set(i, reason(cause)));
      onImage(files[i]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failures.size > 0) unreadable(files, failures);
  return images;
}

/** What sharp says in its own terms of files that decode with warnings means that bytes are missing or wrong. */
function reason({ message }: Error): string {
  return message.includes("failOn") ? "cut short or damaged" : message.trim();
}

async function decode(path: string, size: number, image: Uint8Array): Promise<void> {
  const { default: sharp } = await import("sharp");
  const cut = sharp(path).resize(size, size, { fit: "cover" }).toColourspace("srgb").removeAlpha();
  const data = await cut.raw({ depth: "uchar" }).toBuffer();
  const pixels = size * size;
  for (let c = 0; c < 3; c++) for (let p = 0; p < pixels; p++) image[c * pixels + p] = data[3 * p + c]!;
}

function unreadable(files: readonly ImageFile[], failures: ReadonlyMap<number, string>): never {
  const first = [...failures].sort(([a], [b]) => a - b).slice(0, NAMED);
  const named = first.map(([i, why]) => `${files[i]!.path} (${why})`).join(", ");
  const rest = failures.size > NAMED ? `, and ${failures.size - NAMED} more` : "";
  return fail("data", `${failures.size} of ${files.length} images`, {
    rule: `cannot be read: ${named}${rest}`,
    remedy: "Replace or remove them",
  });
}
