/** Proves that a data set is called verified only where every byte of it was, and what is said of the others. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { archive, info, writeBatches, writePictures } from "../../dataset/fixtures/tiny-cifar.ts";
import { datasetInfo } from "../../dataset/registry.ts";
import { dataState } from "./data.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tombola-data-"));
  vi.stubEnv("XDG_CACHE_HOME", root);
  vi.stubEnv("TOMBOLA_DATA", undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

/** What `sha256sum data_batch_1.bin data_batch_2.bin test_batch.bin | sha256sum` prints for the tiny data set. */
const sha256 = "eefc176fd3137aa436dc71530e8f54baed107512e7d02a728f2fb75b646c7dfd";

test("a set in the cache, or in another layout in a folder that is named, is verified and has one digest", async () => {
  const cached = await writeBatches(join(root, "tombola/tiny"));
  expect(await dataState(info)).toMatchObject({ state: "verified", folder: cached, sha256, problem: null });
  const folder = await writePictures(join(root, "pictures"));
  expect(await dataState(info, folder)).toMatchObject({ state: "verified", folder, sha256 });
});

test("a set with a wrong file is damaged, and the problem names the file", async () => {
  const folder = await writeBatches(join(root, "tombola/tiny"));
  await writePictures(folder);
  const [wrong, ...others] = archive.train;
  const changed = { ...info, archive: { ...archive, train: [{ ...wrong!, sha256: "0".repeat(64) }, ...others] } };
  const problem = `${join(folder, "data_batch_1.bin")}: SHA-256 must be ${"0".repeat(64)}, got "${wrong!.sha256}"`;
  const state = await dataState(changed);
  expect(state).toMatchObject({ state: "damaged", folder, sha256: null });
  expect(state.problem).toContain(problem);
});

test("a set that is nowhere is absent, also where another folder is named; one made by a program is always there", async () => {
  expect(await dataState(info)).toMatchObject({ state: "absent", folder: null, sha256: null, problem: null });
  expect(await dataState(info, root)).toMatchObject({ state: "absent", problem: null });
  expect(await dataState(datasetInfo("synthetic"))).toMatchObject({ state: "made by a program", folder: null });
});
