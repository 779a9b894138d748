/** Proves that a folder of images becomes a data set, read anew only when a file changes, and that every bad file is told. */

import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DownloadProgress } from "../fetch/download.ts";
import { imagesOf, labelsOf } from "../fixtures/parts.ts";
import { describeDataset, loadDataset } from "../load.ts";
import { columnOf } from "../table.ts";

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-folder-"));
  folder = join(root, "images");
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

interface Shape {
  readonly width?: number;
  readonly height?: number;
}

/** Writes an image of one colour below the folder. */
async function put(name: string, [r, g, b]: readonly number[], { width = 8, height = 8 }: Shape = {}) {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  const background = { r: r!, g: g!, b: b! };
  await sharp({ create: { width, height, channels: 3, background } }).toFile(join(folder, name));
}

/** Two classes, three and one training images, one test image each. */
async function putAll() {
  await put("train/dog/b.png", [10, 20, 30]);
  await put("train/dog/a.png", [40, 50, 60]);
  await put("train/dog/c.webp", [0, 0, 0]);
  await put("train/cat/a.jpg", [200, 200, 200]);
  await put("test/cat/a.png", [1, 2, 3]);
  await put("test/dog/a.png", [4, 5, 6]);
}

/** The first digit of the mean is another, which no checksum of the images notices. */
function digitChanged(bytes: Buffer): Buffer {
  const at = bytes.indexOf('"mean":[0.') + '"mean":[0.'.length;
  return Buffer.from(bytes.with(at, bytes[at] === 49 ? 50 : 49));
}

const load = (size = 4, onNotice: (text: string) => void = () => {}, words = "") =>
  loadDataset(`folder:${folder}@${size}${words}`, { onNotice });
/** The value that fills each channel of an image. */
const colours = (images: Uint8Array, size = 4) =>
  Array.from({ length: images.length / size ** 2 }, (_, i) => images[i * size ** 2]!);

describe("a folder of images", () => {
  test("gives planes of one size, classes by name and mixed evenly, and statistics of its training images", async () => {
    await putAll();
    const { train, test: held, shape, outputs, target, mean, std, name, source } = await load();
    expect([shape, outputs]).toEqual([[3, 4, 4], 2]);
    expect(target).toEqual({ kind: "classes", count: 2, names: ["cat", "dog"] });
    expect([...labelsOf(train)]).toEqual([1, 0, 1, 1]);
    expect(colours(imagesOf(train))).toEqual([40, 50, 60, 200, 200, 200, 10, 20, 30, 0, 0, 0]);
    expect(colours(imagesOf(held))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(mean![0]).toBeCloseTo((40 + 200 + 10) / 4 / 255, 10);
    expect(std![2]).toBeCloseTo(Math.sqrt((60 ** 2 + 200 ** 2 + 30 ** 2) / 4 - (290 / 4) ** 2) / 255, 10);
    expect(name).toMatch(/^folder@4#[0-9a-f]{64}$/);
    expect(source).toMatch(/^folder:.*images@4#[0-9a-f]{12}$/);
    expect(imagesOf(train).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("cuts out the middle of what is not square, and takes grey and transparent images", async () => {
    await putAll();
    const stripes = Uint8Array.from({ length: 12 * 4 }, (_, i) => (i % 12 < 4 ? 255 : i % 12 < 8 ? 90 : 0));
    const raw = { width: 12, height: 4, channels: 1 } as const;
    await sharp(stripes, { raw }).toColourspace("b-w").png().toFile(join(folder, "test/cat/b.png"));
    const clear = { create: { width: 8, height: 8, channels: 4, background: { r: 7, g: 8, b: 9, alpha: 1 } } } as const;
    await sharp(clear).png().toFile(join(folder, "test/cat/c.png"));
    const { test: held } = await load();
    expect([...labelsOf(held)]).toEqual([0, 0, 1, 0]);
    expect(new Set(imagesOf(held).subarray(48, 96))).toEqual(new Set([90]));
    expect(colours(imagesOf(held)).slice(9)).toEqual([7, 8, 9]);
  });

  test("may call its test part val, as ImageNet does, and hold links, the system's files and classes without test images", async () => {
    await putAll();
    await rename(join(folder, "test"), join(folder, "val"));
    await rm(join(folder, "val/cat"), { recursive: true });
    await writeFile(join(folder, "train/dog/._a.png"), "of the system");
    await writeFile(join(folder, "train/dog/Thumbs.db"), "of another system");
    await symlink(join(folder, "train/dog/a.png"), join(folder, "val/dog/link.png"));
    const told: string[] = [];
    const { train, test: held } = await load(4, (text) => told.push(text));
    expect([train.count, [...labelsOf(held)]]).toEqual([4, [1, 1]]);
    expect(told).toEqual([`${join(folder, "val")}: 1 of 2 classes without a picture: cat`]);
  });

  test("is decoded once; a changed file is decoded again and has another name", async () => {
    await putAll();
    const told: DownloadProgress[] = [];
    const first = await loadDataset(`folder:${folder}@4`, { onProgress: (progress) => told.push(progress) });
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toMatchObject({ doing: "reading", received: told[0]!.total });
    const again = await loadDataset(first.source!, { onProgress: () => expect.unreachable() });
    expect(again).toEqual(first);
    expect(imagesOf((await load(2)).train)).toHaveLength(4 * 3 * 4);
    await put("train/dog/b.png", [11, 20, 30]);
    await utimes(join(folder, "train/dog/b.png"), 1, 1);
    const changed = await load();
    expect(colours(imagesOf(changed.train))[6]).toBe(11);
    await expect(loadDataset(first.source!)).rejects.toThrow("its content has changed");
    expect(await load()).toEqual(changed);
  });

  test("is decoded again where the cache is damaged, and is described from it", async () => {
    await putAll();
    const { train: _, test: __, ...expected } = await load();
    expect(await describeDataset(`folder:${folder}@4`)).toMatchObject(expected);
    const cache = join(root, "cache/tombola/folder");
    const path = join(cache, (await readdir(cache))[0]!);
    const bytes = await readFile(path);
    for (const damaged of [bytes.with(-4, 0), bytes.with(0, 0), bytes.subarray(0, -1), digitChanged(bytes)]) {
      await writeFile(path, damaged);
      const told: string[] = [];
      const again = await loadDataset(`folder:${folder}@4`, { onNotice: (text) => told.push(text) });
      expect(again).toMatchObject(expected);
      expect(told).toEqual([`${path}: the decoded images are damaged or of another format, and are decoded again`]);
      expect(await readFile(path)).toEqual(bytes);
    }
  });

  test("is decoded again where a pipe lies in the cache's place, which is never waited for", async () => {
    await putAll();
    const before = await load();
    const cache = join(root, "cache/tombola/folder");
    const path = join(cache, (await readdir(cache))[0]!);
    await rm(path);
    execFileSync("mkfifo", [path]);
    expect((await load()).name).toBe(before.name);
  });

  test("is neither described nor loaded from a cache of which a digit has changed, or that was made for other files", async () => {
    await putAll();
    const { train: _, test: __, ...expected } = await load();
    const cache = join(root, "cache/tombola/folder");
    const own = join(cache, (await readdir(cache))[0]!);
    await writeFile(own, digitChanged(await readFile(own)));
    expect(await describeDataset(`folder:${folder}@4`)).toMatchObject(expected);
    await load(2);
    const other = join(cache, (await readdir(cache)).find((name) => join(cache, name) !== own)!);
    await writeFile(own, await readFile(other));
    expect(await describeDataset(`folder:${folder}@4`)).toMatchObject(expected);
  });
});

describe("a bad folder", () => {
  test("that lacks a part, a class or all images is told with the layout", async () => {
    await expect(load()).rejects.toThrow(`${folder}: is no folder that can be read (ENOENT`);
    await put("train/dog/a.png", [1, 2, 3]);
    const layout = "Put images (PNG, JPEG, WebP, AVIF, TIFF, GIF) in train/CLASS and test/CLASS";
    await expect(load()).rejects.toThrow(`${folder}: must hold the folders train and test, got "train". ${layout}`);
    await put("test/cat/a.png", [1, 2, 3]);
    await expect(load()).rejects.toThrow(`${join(folder, "test/cat")}: is a class without a folder in train`);
    await rename(join(folder, "test/cat"), join(folder, "test/dog"));
    await put("train/cat/a.png", [1, 2, 3]);
    await rm(join(folder, "test/dog/a.png"));
    await expect(load()).rejects.toThrow(`${join(folder, "test")}: holds no images. ${layout}`);
  });

  test("names the first unreadable files and tells how many there are", async () => {
    await putAll();
    await put("train/cat/z.png", [1, 1, 1]);
    await writeFile(join(folder, "train/cat/a.jpg"), "no image at all");
    await writeFile(join(folder, "train/cat/b.jpg"), "");
    await symlink(join(root, "nowhere"), join(folder, "train/cat/c.jpg"));
    await mkdir(join(folder, "train/cat/d"));
    const failure = load();
    const first = `${folder}/train/cat/a.jpg (is no picture that is known by its content), ${folder}/train/cat/b.jpg (is empty)`;
    await expect(failure).rejects.toThrow(`4 of 10 files: cannot be read: ${first}`);
    await expect(failure).rejects.toThrow(/c\.jpg \(cannot be read \(ENOENT.*, and 1 more\. Replace or remove them/);
    await expect(failure).rejects.toMatchObject({ code: "data", fields: ["allowMissing"] });
    await expect(readdir(join(root, "cache"))).rejects.toThrow("ENOENT");
  });

  test("names pictures that are cut short, when they are decoded", async () => {
    await putAll();
    await truncate(join(folder, "train/dog/b.png"), 60);
    await expect(load()).rejects.toThrow(/^1 of 6 files: cannot be read: .*b\.png \(.+\)\. Replace/);
  });

  test("is refused where a class has no picture to train on, or there is only one", async () => {
    await putAll();
    await rm(join(folder, "train/cat/a.jpg"));
    const rule = `${join(folder, "train")}: every class must have a picture: 1 of 2 have none, cat`;
    await expect(load()).rejects.toThrow(rule);
    await rm(join(folder, "train/cat"), { recursive: true });
    await rm(join(folder, "test/cat"), { recursive: true });
    await expect(load()).rejects.toThrow('train: must hold the folders of two classes or more, got "dog"');
  });

  test("is read with allow-missing without what cannot be read, which is said each time", async () => {
    await putAll();
    await put("train/cat/b.png", [9, 9, 9]);
    await writeFile(join(folder, "train/cat/a.jpg"), "no image at all");
    await truncate(join(folder, "train/dog/a.png"), 60);
    for (const _ of ["decoded", "from the cache"]) {
      const told: string[] = [];
      const { train, source } = await load(4, (text) => told.push(text), ":allow-missing");
      expect(colours(imagesOf(train))).toEqual([9, 9, 9, 10, 20, 30, 0, 0, 0]);
      expect([...labelsOf(train)]).toEqual([0, 1, 1]);
      expect(source).toMatch(/@4:allow-missing#[0-9a-f]{12}$/);
      expect(told).toEqual([
        `${folder}: left out 1 of 7 files: ${folder}/train/cat/a.jpg (is no picture that is known by its content)`,
        expect.stringMatching(/left out 1 of 6 files: .*dog\/a\.png/),
      ]);
    }
  });

  test("may have more classes than a byte tells apart, decoded or from the cache", async () => {
    await put("test/0/a.png", [1, 2, 3]);
    for (let i = 0; i < 257; i++) await mkdir(join(folder, "train", String(i)), { recursive: true });
    for (const name of [0, 255, 256]) await put(`train/${name}/a.png`, [1, 2, 3]);
    for (const _ of ["decoded", "from the cache"]) {
      const { train, outputs } = await load(4, () => {}, ":allow-missing");
      expect(outputs).toBe(257);
      expect(columnOf(train, "labels")).toMatchObject({ type: "i32", data: Int32Array.of(0, 174, 175) });
    }
  });

  test("a FIFO is named and not waited for", async () => {
    await putAll();
    execFileSync("mkfifo", [join(folder, "train/dog/endless.png")]);
    await expect(load()).rejects.toThrow(`endless.png (must be a file, got "a FIFO"`);
  });

  test("a picture of enormous dimensions is named", async () => {
    await putAll();
    const bytes = await readFile(join(folder, "train/dog/b.png"));
    bytes.writeUInt32BE(100_000, 16);
    bytes.writeUInt32BE(100_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    await writeFile(join(folder, "train/dog/b.png"), bytes);
    await expect(load()).rejects.toThrow("b.png (has more than 268435456 pixels)");
  });
});

describe("pictures", () => {
  test("changed with equal size and time are decoded again", async () => {
    await putAll();
    const path = join(folder, "train/dog/b.png");
    const first = await load();
    const { size, mtimeMs } = await stat(path);
    const bytes = await readFile(path);
    await put("train/dog/b.png", [11, 20, 30]);
    await truncate(path, size);
    expect((await stat(path)).size).toBe(bytes.length);
    await utimes(path, mtimeMs / 1000, mtimeMs / 1000);
    const changed = await load();
    expect(colours(imagesOf(changed.train))[6]).toBe(11);
    expect(changed.name).not.toBe(first.name);
  });

  test("that were moved are not decoded anew, and are the same data set", async () => {
    await putAll();
    const first = await load();
    await rename(folder, join(root, "moved"));
    const moved = await loadDataset(`folder:${join(root, "moved")}@4`, { onProgress: () => expect.unreachable() });
    expect(moved.name).toBe(first.name);
  });

  test("are read by content: other endings are counted in a note, SVG and BMP are refused by name", async () => {
    await putAll();
    await rename(join(folder, "train/dog/a.png"), join(folder, "train/dog/a.webp"));
    await rename(join(folder, "train/dog/b.png"), join(folder, "train/dog/b"));
    const told: string[] = [];
    expect((await load(4, (text) => told.push(text))).train.count).toBe(4);
    expect(told).toEqual([
      `${folder}: 1 picture whose ending says another format, read by content: ${folder}/train/dog/a.webp`,
    ]);
    await writeFile(
      join(folder, "train/dog/d.png"),
      '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    );
    await writeFile(join(folder, "train/dog/e.bmp"), "BM and more");
    const failure = load();
    await expect(failure).rejects.toThrow("d.png (is SVG, which is drawn and has no pixels: save it as PNG)");
    await expect(failure).rejects.toThrow("e.bmp (is BMP, save it as PNG)");
  });

  test("become grey where that is asked for, by the weights of ITU-R 601", async () => {
    await putAll();
    const { train, shape, mean, source } = await load(4, () => {}, ":grey");
    expect(shape).toEqual([1, 4, 4]);
    expect(colours(imagesOf(train))).toEqual([48, 200, 18, 0]);
    expect(mean).toEqual([(48 + 200 + 18) / 4 / 255]);
    expect(source).toMatch(/@4:grey#[0-9a-f]{12}$/);
  });
});
