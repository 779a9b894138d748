/** Proves that official files are got whole, that a torn download goes on, and that wrong bytes leave nothing behind. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { downloadOfficial, officialFolder } from "./files.ts";
import { officialSet } from "./sets.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tombola-official-"));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const usps = officialSet("usps")!;
const bytes = Buffer.from("an official file of some length");

/** A server that breaks off behind `limit` bytes; gives what it was asked for. */
function serve(limit = Number.POSITIVE_INFINITY) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(`${address} ${headers.range ?? "all"}`);
    const begin = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    const rest = bytes.subarray(begin);
    const answer = { status: begin > 0 ? 206 : 200, headers: { "content-length": String(rest.length) } };
    return new Response(new Uint8Array(rest.subarray(0, limit)), answer);
  });
  return asked;
}

test("a torn download goes on where it stopped, and what has no known sum is told", async () => {
  serve(10);
  await expect(downloadOfficial(usps, { folder })).rejects.toThrow(
    "usps: is not on this machine and cannot be downloaded (https://hastie.su.domains/ElemStatLearn/datasets/zip.train.gz",
  );
  const asked = serve();
  const notes: string[] = [];
  await downloadOfficial(usps, { folder, onNotice: (text) => notes.push(text) });
  expect(asked.map((each) => each.split("/").at(-1))).toEqual(["zip.train.gz bytes=10-", "zip.test.gz all"]);
  expect(readdirSync(folder).sort()).toEqual(["zip.test.gz", "zip.train.gz"]);
  expect(readFileSync(join(folder, "zip.train.gz"))).toEqual(bytes);
  expect(notes).toHaveLength(2);
});

test("bytes with another sum are refused and not kept", async () => {
  serve();
  await expect(downloadOfficial(officialSet("svhn")!, { folder })).rejects.toThrow("MD5 must be e26dedcc434d2e4c");
  expect(readdirSync(folder)).toEqual([]);
});

test("nothing is downloaded where that is off or a folder is named", async () => {
  const asked = serve();
  vi.stubEnv("XDG_CACHE_HOME", folder);
  vi.stubEnv("TOMBOLA_DATA", undefined);
  await expect(officialFolder(usps, { offline: true })).rejects.toThrow("and downloading is off");
  await expect(officialFolder(usps, { dataDir: folder })).rejects.toThrow("which must hold its files");
  expect(asked).toEqual([]);
  for (const file of usps.files) writeFileSync(join(folder, file), bytes);
  expect(await officialFolder(usps, { dataDir: folder })).toBe(folder);
});
