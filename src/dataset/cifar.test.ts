/** Proves that CIFAR's images are the same whichever way their bytes are laid out, and that damage to them is named. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadArchive } from "./fetch/load.ts";
import { imagesOf, labelsOf } from "./fixtures/parts.ts";
import { archive, batches, info, writeBatches, writePictures } from "./fixtures/tiny-cifar.ts";

let folder: string;
const load = (dataDir = folder) => loadArchive(info, archive, { dataDir });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tombola-cifar-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Changes a file of the folder. */
async function change(name: string, to: (bytes: Buffer) => Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, to(await readFile(path)));
  return path;
}

describe("a folder of batches", () => {
  test("gives images as planes, labels, and the parts in their order", async () => {
    const { train, test: held, shape, mean } = await load(await writeBatches(folder));
    expect([...labelsOf(train), ...labelsOf(held)]).toEqual([9, 8, 7, 6, 5, 4]);
    expect(imagesOf(train)).toHaveLength(4 * 3072);
    expect(imagesOf(train).subarray(3 * 3072)).toEqual(batches.get("data_batch_2.bin")!.subarray(3074));
    expect([shape, mean![0]]).toEqual([[3, 32, 32], 0.4914]);
    expect(imagesOf(train).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("may be packed, or lie where the official archive unpacks to", async () => {
    await writeBatches(join(folder, "cifar-10-batches-bin"));
    const plain = await load();
    for (const [name, bytes] of batches) await writeFile(join(folder, `${name}.gz`), gzipSync(bytes));
    await rm(join(folder, "cifar-10-batches-bin"), { recursive: true });
    expect(await load()).toEqual(plain);
  });

  test("is checked: a changed byte is named with both checksums, a cut file with both sizes", async () => {
    await writeBatches(folder);
    const path = await change("data_batch_2.bin", (bytes) => bytes.with(100, bytes[100]! ^ 1));
    await expect(load()).rejects.toThrow(`${path}: SHA-256 must be ${archive.train[1]!.sha256}, got "`);
    await change("data_batch_2.bin", (bytes) => bytes.subarray(0, 100));
    await expect(load()).rejects.toThrow(`${path}: must hold 6146 bytes, got 100`);
  });
});

describe("a folder of pictures", () => {
  test("gives the same data set", async () => {
    const expected = await load(await writeBatches(join(folder, "batches")));
    expect(await load(await writePictures(join(folder, "pictures")))).toEqual(expected);
  });

  test("names a picture that is damaged, of another shape, or of other pixels", async () => {
    await writePictures(folder);
    const path = await change("test_batch.png", (bytes) => bytes.subarray(0, bytes.length / 2));
    await expect(load()).rejects.toThrow(`${path}: is damaged or no PNG (`);
    await change("test_batch.png", () => "<html>");
    await expect(load()).rejects.toThrow(`${path}: is damaged or no PNG (`);
    await sharp({ create: { width: 32, height: 2, channels: 3, background: "red" } })
      .png()
      .toFile(path);
    await expect(load()).rejects.toThrow(
      `${path}: must be a picture of 1024 x 2 pixels with 3 channels, got "32 x 2 with 3"`,
    );
    await sharp({ create: { width: 1024, height: 2, channels: 3, background: "red" } })
      .png()
      .toFile(path);
    await expect(load()).rejects.toThrow(`${path}: SHA-256 must be ${archive.test[0]!.sha256}`);
  });

  test("names labels that are missing, too few, or none", async () => {
    await writePictures(folder);
    const path = await change("train_lables.json", () => "[9,8,7]");
    await expect(load()).rejects.toThrow(`${path}: must hold 2 labels of data_batch_2.png, got 1`);
    await change("train_lables.json", () => "[9,8");
    await expect(load()).rejects.toThrow(`${path}: must be a JSON list of labels`);
    await rm(path);
    await expect(load()).rejects.toThrow(`${path}: must lie beside data_batch_`);
    await expect(load()).rejects.toMatchObject({ code: "data" });
  });
});
