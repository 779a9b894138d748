/** The artifacts, learning curves and partial states of a store's folder. */

import { join } from "node:path";
import { fail } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { decodeArtifact, encodeArtifact, readArtifactHead } from "./artifact.ts";
import { exists, failOnFile, listNames, readIfThere, readTextIfThere, remove, writeAtomic } from "./files.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { toJsonLines } from "./json.ts";
import { checkKey, isKey } from "./keys.ts";
import type { Reader } from "./reader.ts";
import type { StoredFile } from "./seal.ts";
import { encodeSealed } from "./sealed-json.ts";
import type { ArtifactStore } from "./store.ts";

const ARTIFACT = /^([0-9a-f]{64})\.safetensors$/;

const CURVE_REMEDY = "Delete the artifact of that name, then run the command that made it again";
const REMEDY = "Delete it and the artifact of that name, then run the command that made them again";

/** The artifact half of a store in the folder `dir`, whose files `reader` reads; `onNote` learns of states left out. */
export function artifactStore(
  dir: string,
  reader: Reader,
  onNote: (note: string) => void,
): Omit<ArtifactStore, "lease"> {
  const artifactOf = (key: string): StoredFile => {
    return { kind: "artifact", key, path: keyPath(dir, "artifacts", key, ".safetensors") };
  };
  const curveOf = (key: string): StoredFile => {
    return { kind: "curve", key, path: keyPath(dir, "metrics", key, reader.curveExtension) };
  };
  const headOf = (file: StoredFile) =>
    readArtifactHead(file, reader.artifact).catch((error) => failOnFile(file.path, error));
  const partialPath = (key: string) => join(dir, "partial", checkKey(key));
  const unknown = (key: string) =>
    fail("store", dir, {
      rule: "artifact must be in the store",
      got: key,
      remedy: "`tombola show RUN` lists those of a run",
    });
  return {
    has: async (key) => exists(artifactOf(key).path),
    async read(key) {
      const file = artifactOf(key);
      return decodeArtifact((await readIfThere(file.path)) ?? unknown(key), file, reader.artifact);
    },
    async readMeta(key) {
      const file = artifactOf(key);
      if (!(await exists(file.path))) unknown(key);
      return (await headOf(file)).meta;
    },
    async readMetrics(key) {
      const file = curveOf(key);
      const text = await readTextIfThere(file.path);
      const artifact = artifactOf(key);
      const sum = (await exists(artifact.path)) ? (await headOf(artifact)).curve : undefined;
      if (sum !== undefined && text === null)
        fail("store", file.path, { rule: "the learning curve of a stored artifact is missing", remedy: CURVE_REMEDY });
      const points = text === null ? [] : reader.curve(text, file, REMEDY);
      if (sum !== undefined && sum !== sha256Hex(Buffer.from(text!)))
        fail("store", file.path, { rule: "the learning curve must be the one that was stored", remedy: REMEDY });
      return points;
    },
    async write(key, artifact, metrics) {
      const curve = curveOf(key);
      // The artifact last: once it is there, everything that belongs to it is.
      const text = metrics && encodeSealed(curve, toJsonLines(metrics));
      if (text !== undefined) await writeAtomic(curve.path, text);
      const sum = text === undefined ? undefined : sha256Hex(Buffer.from(text));
      await writeAtomic(artifactOf(key).path, encodeArtifact(artifact, key, sum));
    },
    findByPrefix: async (prefix) => findKey(dir, prefix.toLowerCase()),
    async readPartial(key) {
      const frame = await readIfThere(partialPath(key));
      if (!frame) return null;
      const payload = decodeFrame(frame, key);
      if (typeof payload !== "string") return payload;
      onNote(
        `${partialPath(key)}: the state of an unfinished step ${payload}; it is left out, and the step begins anew`,
      );
      return null;
    },
    writePartial: async (key, bytes) => writeAtomic(partialPath(key), encodeFrame(bytes, key)),
    removePartial: async (key) => remove(partialPath(key)),
  };
}

/** Removes the partial states whose steps have finished since: a process may die between the two. */
export async function removeFinishedPartials(store: Omit<ArtifactStore, "lease">, dir: string): Promise<void> {
  const keys = (await listNames(join(dir, "partial"))).filter(isKey);
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
