import { expect, test } from "vitest";
import { createMemoryStore } from "./memory.ts";
import type { Artifact } from "./store.ts";

const [one, other] = ["ab".repeat(32), `abac${"0".repeat(60)}`] as const;
const artifact: Artifact = {
  meta: { step: "train", version: 1, params: {}, inputs: {}, result: { n: 1 } },
  tensors: new Map([["w", { dtype: "F32", shape: [1], data: Float32Array.of(1) }]]),
};

test("keeps artifacts with their curves, and refuses keys that it does not have", async () => {
  const store = createMemoryStore();
  expect(await store.has(one)).toBe(false);
  await expect(store.read(one)).rejects.toMatchObject({ code: "store" });
  await store.write(one, artifact, [{ step: 0, trainLoss: null }]);
  await store.write(other, artifact);
  expect(await store.has(one)).toBe(true);
  expect([await store.read(one), await store.readMeta(one)]).toEqual([artifact, artifact.meta]);
  expect([await store.readMetrics(one), await store.readMetrics(other)]).toEqual([[{ step: 0, trainLoss: null }], []]);
});

test("finds a key by a beginning that is no other's", async () => {
  const store = createMemoryStore();
  for (const key of [one, other]) await store.write(key, artifact);
  expect(await store.findByPrefix("abac")).toBe(other);
  expect(await store.findByPrefix(one)).toBe(one);
  for (const prefix of ["ab", "aba", "abcd", "aBac", ""]) {
    await expect(store.findByPrefix(prefix)).rejects.toMatchObject({ code: "store" });
  }
});

test("keeps the state of an unfinished step until it is removed", async () => {
  const store = createMemoryStore();
  expect(await store.readPartial(one)).toBeNull();
  await store.writePartial(one, Uint8Array.of(1));
  expect(await store.readPartial(one)).toEqual(Uint8Array.of(1));
  await store.removePartial(one);
  expect(await store.readPartial(one)).toBeNull();
});
