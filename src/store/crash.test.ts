/** Every operation on the file system is made to fail in turn: as in a process that dies there, and as on a full disk. */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openStore } from "./open.ts";
import { type Artifact, artifactKey, type Store } from "./store.ts";

/** `next` operations succeed; then comes one `error`, forever if the process is `dead`. */
const fault = vi.hoisted(() => ({ next: Number.POSITIVE_INFINITY, error: "", dead: false }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const check = () => {
    if (fault.next-- > 0) return;
    if (!fault.dead) fault.next = Number.POSITIVE_INFINITY;
    throw Object.assign(new Error("injected"), { code: fault.error });
  };
  const guard =
    <A extends unknown[], R>(operation: (...args: A) => R) =>
    async (...args: A) => {
      check();
      return operation(...args);
    };
  const open = async (path: string, flags?: string | number) => {
    // Numbers open to read, which harms nothing where it fails.
    if (typeof flags === "number") return real.open(path, flags);
    check();
    const handle = await real.open(path, flags);
    const writeFile = async (data: string | Uint8Array) => {
      const bytes = Buffer.from(data);
      await handle.write(bytes.subarray(0, bytes.length / 2));
      check();
      await handle.write(bytes.subarray(bytes.length / 2));
    };
    return {
      ...handle,
      writeFile,
      sync: guard(() => {}),
      close: () => handle.close(),
      stat: () => handle.stat(),
      read: handle.read.bind(handle),
    };
  };
  return { ...real, open, mkdir: guard(real.mkdir), rename: guard(real.rename), rm: guard(real.rm) };
});

const identity = { step: "train", version: 1, params: {}, inputs: {} };
const key = artifactKey(identity);
const artifact: Artifact = {
  meta: { ...identity, result: { testAccuracy: 0.98 } },
  tensors: new Map([["w", { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]]),
};
const curve = [{ step: 1, trainLoss: 2 }];
const states = [1, 2].map((byte) => new Uint8Array(1000).fill(byte));
const request = { study: "imp", spec: {}, command: "tombola run imp", environment: {} };
const rows = [{ arm: "ticket", level: 0 }];
const asked = [key, "b".repeat(64)];

/** A run from beginning to end; `reached` learns of every write that returned. */
async function scenario(dir: string, reached: Set<string>): Promise<Store> {
  const step = (name: string, work: Promise<unknown>) => work.then(() => reached.add(name));
  const store = await openStore(dir);
  const { id } = await store.createRun(request);
  reached.add("run");
  for (const state of states) await step(`partial ${state[0]}`, store.writePartial(key, state));
  await step("keys", store.appendKeys(id, asked));
  await step("artifact", store.write(key, artifact, curve));
  await step("rows", store.writeRows(id, rows));
  await step("complete", store.setRunStatus(id, "complete"));
  await step("removed", store.removePartial(key));
  return store;
}

async function expectWhole(dir: string, reached: ReadonlySet<string>): Promise<void> {
  const store = await openStore(dir);
  if (reached.has("artifact")) expect(await store.has(key)).toBe(true);
  if (await store.has(key)) {
    expect(await store.read(key)).toEqual(artifact);
    expect(await store.readMetrics(key)).toEqual(curve);
  } else {
    const partial = await store.readPartial(key);
    const latest = states.findLastIndex(({ 0: byte }) => reached.has(`partial ${byte}`));
    expect([...states.slice(Math.max(latest, 0)), ...(latest < 0 ? [null] : [])]).toContainEqual(
      partial && new Uint8Array(partial),
    );
  }
  const [run] = await store.listRuns();
  if (reached.has("run")) expect(run).toBeDefined();
  if (reached.has("complete")) expect(run!.status).toBe("complete");
  if (run) {
    const keys = await store.readKeys(run.id);
    expect(keys).toEqual(asked.slice(0, reached.has("keys") ? 2 : keys.length));
  }
  if (run) expect([[], rows].slice(reached.has("rows") ? 1 : 0)).toContainEqual(await store.readRows(run.id));
}

/** Runs the scenario with the fault at operation 0, 1, ... until it gets through; returns the number of faults met. */
async function forEveryOperation(
  check: (dir: string, reached: Set<string>, error: unknown) => Promise<void>,
): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), "tombola-crash-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (let operation = 0; ; operation++) {
    const dir = join(root, `${operation}`);
    const reached = new Set<string>();
    fault.next = operation;
    const error = await scenario(dir, reached).then(
      () => null,
      (error) => error,
    );
    const met = error !== null;
    fault.next = Number.POSITIVE_INFINITY;
    if (!met) return operation;
    await check(dir, reached, error);
  }
}

test("a process killed at any operation loses nothing that was written, and the same run completes after it", {
  timeout: 120_000,
}, async () => {
  Object.assign(fault, { error: "KILLED", dead: true });
  const faults = await forEveryOperation(async (dir, reached) => {
    await expectWhole(dir, reached);
    const store = await scenario(dir, reached);
    await expectWhole(dir, reached);
    expect(await store.readPartial(key)).toBeNull();
  });
  expect(faults).toBeGreaterThan(30);
});

test("a full disk at any operation is told, keeps what was written and leaves no temporaries", {
  timeout: 120_000,
}, async () => {
  Object.assign(fault, { error: "ENOSPC", dead: false });
  await forEveryOperation(async (dir, reached, error) => {
    expect(error).toMatchObject({
      code: "store",
      message: expect.stringContaining("no space is left on the disk. Free some space"),
    });
    expect((error as Error).message).toContain(dir);
    await expectWhole(dir, reached);
    expect((await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
