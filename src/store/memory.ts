/** A store in memory, for programs without a file system and for results that nobody keeps. */
import { fail } from "../base/errors.ts";
import type { CurvePoint } from "../train/curve.ts";
import type { Artifact, ArtifactStore } from "./store.ts";

interface Kept {
  readonly artifact: Artifact;
  readonly metrics: readonly CurvePoint[];
}

/** An empty store; what it holds goes with it. Artifacts are kept as they are given, without copies: change none of them. */
export function createMemoryStore(): ArtifactStore {
  const kept = new Map<string, Kept>();
  const partials = new Map<string, Uint8Array>();
  const find = (key: string): Kept =>
    kept.get(key) ?? fail("store", "memory", { rule: "artifact must be in the store", got: key });
  return {
    has: async (key) => kept.has(key),
    read: async (key) => find(key).artifact,
    readMeta: async (key) => find(key).artifact.meta,
    readMetrics: async (key) => [...(kept.get(key)?.metrics ?? [])],
    async write(key, artifact, metrics = []) {
      kept.set(key, { artifact, metrics });
    },
    async findByPrefix(prefix) {
      const rule = "must be the beginning of one key, 4 hexadecimal digits or more";
      const found = /^[0-9a-f]{4,64}$/.test(prefix) ? [...kept.keys()].filter((key) => key.startsWith(prefix)) : [];
      return found.length === 1 ? found[0]! : fail("store", "artifact", { rule, got: prefix });
    },
    readPartial: async (key) => partials.get(key) ?? null,
    async writePartial(key, bytes) {
      partials.set(key, bytes);
    },
    async removePartial(key) {
      partials.delete(key);
    },
    // No other process has the store.
    lease: async () => ({ release: async () => {} }),
  };
}
