/** The artifacts, learning curves and partial states of a store's folder. */

import { join } from "node:path";
import { fail } from "../base/errors.ts";
import type { CurvePoint } from "../train/curve.ts";
import { decodeArtifact, encodeArtifact, readArtifactMeta } from "./artifact.ts";
import { exists, failOnFile, listNames, readIfThere, readTextIfThere, remove, writeAtomic } from "./files.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { fromJson, toJson } from "./json.ts";
import type { ArtifactStore } from "./store.ts";

const KEY = /^[0-9a-f]{64}$/;
const ARTIFACT = /^([0-9a-f]{64})\.safetensors$/;

const REMEDY = "Delete it and the artifact of that name, then run the command that made them again";

/** The artifact half of a store in the folder `dir`. */
export function artifactStore(dir: string): ArtifactStore {
  const artifactPath = (key: string) => keyPath(dir, "artifacts", key, ".safetensors");
  const metricsPath = (key: string) => keyPath(dir, "metrics", key, ".jsonl");
  const partialPath = (key: string) => join(dir, "partial", checkKey(key));
  const unknown = (key: string) =>
    fail("store", dir, {
      rule: "artifact must be in the store",
      got: key,
      remedy: "`tombola show RUN` lists those of a run",
    });
  return {
    has: async (key) => exists(artifactPath(key)),
    async read(key) {
      const path = artifactPath(key);
      return decodeArtifact((await readIfThere(path)) ?? unknown(key), path);
    },
    async readMeta(key) {
      const path = artifactPath(key);
      if (!(await exists(path))) unknown(key);
      return readArtifactMeta(path).catch((error) => failOnFile(path, error));
    },
    async readMetrics(key) {
      const path = metricsPath(key);
      const lines = (await readTextIfThere(path))?.trimEnd().split("\n") ?? [];
      return lines.filter((line) => line !== "").map((line) => fromJson(line, path, REMEDY) as CurvePoint);
    },
    async write(key, artifact, metrics) {
      // The artifact last: once it is there, everything that belongs to it is.
      if (metrics) await writeAtomic(metricsPath(key), metrics.map((point) => `${toJson(point)}\n`).join(""));
      await writeAtomic(artifactPath(key), encodeArtifact(artifact));
    },
    findByPrefix: async (prefix) => findKey(dir, prefix.toLowerCase()),
    async readPartial(key) {
      const frame = await readIfThere(partialPath(key));
      return frame && decodeFrame(frame);
    },
    writePartial: async (key, bytes) => writeAtomic(partialPath(key), encodeFrame(bytes)),
    removePartial: async (key) => remove(partialPath(key)),
  };
}

/** Removes the partial states whose steps have finished since: a process may die between the two. */
export async function removeFinishedPartials(dir: string): Promise<void> {
  const store = artifactStore(dir);
  const keys = (await listNames(join(dir, "partial"))).filter((name) => KEY.test(name));
  for (const key of keys) if (await store.has(key)) await store.removePartial(key);
}

async function findKey(dir: string, prefix: string): Promise<string> {
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) {
    fail("usage", "artifact", { rule: "must be named by 4 to 64 hexadecimal digits", got: prefix });
  }
  const names = await listNames(join(dir, "artifacts", prefix.slice(0, 2)));
  const keys = names.map((name) => ARTIFACT.exec(name)?.[1]).filter((key) => key?.startsWith(prefix));
  if (keys.length === 1) return keys[0]!;
  if (keys.length === 0) return fail("store", dir, { rule: "no artifact has this name", got: prefix });
  const remedy = `Write more digits: ${keys.map((key) => key!.slice(0, prefix.length + 4)).join(", ")}`;
  return fail("store", dir, { rule: `the name must be of one artifact, not of ${keys.length}`, got: prefix, remedy });
}

function keyPath(dir: string, kind: string, key: string, extension: string): string {
  return join(dir, kind, checkKey(key).slice(0, 2), key + extension);
}

function checkKey(key: string): string {
  if (KEY.test(key)) return key;
  return fail("store", "key", { rule: "must be 64 hexadecimal digits", got: key });
}
