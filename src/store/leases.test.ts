import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LeaseOptions, leaseStore } from "./leases.ts";
import { openStore } from "./open.ts";
import type { Lease } from "./store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tombola-leases-"));
});
afterEach(() => rm(dir, { recursive: true }));

const KEY = "a".repeat(64);
const path = () => join(dir, "leases", KEY);
const HOST = hostname().replaceAll(/\s/g, "-");
/** No process has it: above what Linux gives. */
const NOBODY = 2 ** 22 + 1;

/** What a process elsewhere would write. */
async function foreign(count: number, host = "elsewhere", pid = 7): Promise<void> {
  await mkdir(join(dir, "leases"), { recursive: true });
  await writeFile(path(), `${host} ${pid} ${"0".repeat(16)} ${String(count).padStart(10, "0")}\n`);
}

async function take(options?: LeaseOptions): Promise<Lease> {
  const lease = await leaseStore(dir, options).lease(KEY);
  if ("heldBy" in lease) throw new Error(`held by ${lease.heldBy}`);
  return lease;
}

test("one at a time holds it, and who asks is told who", async () => {
  const lease = await take();
  expect(await leaseStore(dir).lease(KEY)).toEqual({ heldBy: `process ${process.pid} on ${HOST}` });
  await lease.release();
  expect(await readdir(join(dir, "leases"))).toEqual([]);
  await (await take()).release();
});

test("of many that ask at once one gets it, also of one that is left", async () => {
  const property = fc.asyncProperty(fc.integer({ min: 2, max: 20 }), fc.boolean(), async (askers, left) => {
    if (left) await foreign(3, HOST, NOBODY);
    const answers = await Promise.all(Array.from({ length: askers }, () => leaseStore(dir).lease(KEY)));
    const held = answers.filter((answer) => !("heldBy" in answer)) as Lease[];
    expect(held).toHaveLength(1);
    await held[0]!.release();
    expect(await readdir(join(dir, "leases"))).toEqual([]);
  });
  await fc.assert(property, { numRuns: 30 });
});

test("the holder raises its count, as long as it is the holder", async () => {
  const count = async () => Number((await readFile(path(), "utf8")).split(" ")[3]);
  const until = async (done: () => Promise<boolean>) => {
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const lease = await take({ raiseEvery: 1 });
  await until(async () => (await count()) >= 3);
  await foreign(5);
  await lease.release();
  expect(await count()).toBe(5);
});

test("one whose count stands still for a minute, by the clock of who waits, is taken over", async () => {
  let now = 1e9;
  const { lease } = leaseStore(dir, { now: () => now });
  const held = { heldBy: "process 7 on elsewhere" };
  await foreign(0);
  expect(await lease(KEY)).toEqual(held);
  now += 59_999;
  expect(await lease(KEY)).toEqual(held);
  await foreign(1);
  now += 1;
  expect(await lease(KEY)).toEqual(held);
  now += 59_999;
  expect(await lease(KEY)).toEqual(held);
  now += 1;
  const taken = (await lease(KEY)) as Lease;
  expect((await readFile(path(), "utf8")).split(" ")[1]).toBe(String(process.pid));
  await taken.release();
});

test("one of a dead process of this machine is had at once; a file that a kill tore, or of an unknown kind, in a minute", async () => {
  await foreign(9, HOST, NOBODY);
  await (await take()).release();
  for (const text of ["", "elsewhere 7 00", "{}", `${HOST} ${NOBODY}`]) {
    await writeFile(path(), text);
    let now = 0;
    const { lease } = leaseStore(dir, { now: () => now });
    expect(await lease(KEY)).toEqual({ heldBy: "another process" });
    now += 60_000;
    await ((await lease(KEY)) as Lease).release();
  }
});

test("opening a store removes what dead processes of this machine left, and nothing else", async () => {
  await openStore(dir);
  await foreign(9, HOST, NOBODY);
  await openStore(dir);
  expect(await readdir(join(dir, "leases"))).toEqual([]);
  await foreign(9);
  await openStore(dir);
  expect(await readdir(join(dir, "leases"))).toEqual([KEY]);
});

test("a lease is of a key, and a store for reading gives none", async () => {
  await expect(leaseStore(dir).lease("../x")).rejects.toThrow(/must be 64 hexadecimal digits, got "?\.\.\/x/);
  await openStore(dir);
  const store = await openStore(dir, { readOnly: true });
  await expect(store.lease(KEY)).rejects.toThrow(/for reading only/);
});
