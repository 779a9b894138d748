/** The pool as it is built: worker threads load dist/, which `npm run build` makes. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEngine } from "../engine/choose.ts";
import { memoryStore, tinyRunner, tinyTraining } from "../step/fixtures/steps.ts";
import { initialiseStep } from "../step/initialise.ts";
import { keyOf, request, type StepRequest } from "../step/request.ts";
import { type TrainParams, trainStep } from "../step/train.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { dataset } from "../train/fixtures/tasks.ts";
import type { Pool, PoolOptions } from "./pool.ts";

const built = new URL("../../dist/runner/pool.js", import.meta.url);
const isBuilt = existsSync(fileURLToPath(built));
const { createPool } = isBuilt ? ((await import(built.href)) as typeof import("./pool.ts")) : { createPool: null! };

const draw = { seed: 1, replicate: 0, draw: 0 };
const names = { model: "mlp-8", data: "synthetic" };
const fresh = request(initialiseStep, { ...names, ...draw, init: "uniform" });

const { arithmetic } = await createEngine("auto");

/** Longer than any test lasts. */
const ENDLESS = 10_000_000;

function training(network: string, changes: Partial<TrainParams>): StepRequest {
  return request(trainStep, tinyTraining({ ...names, to: 300, evaluateEvery: 300, ...changes }), { network });
}

async function tempStore(): Promise<Store> {
  const dir = await mkdtemp(join(tmpdir(), "tombola-pool-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return openStore(dir);
}

/** A pool that notes what starts and ends, and lets a test wait for the first progress of a label. */
function open(store: Store, options: Partial<PoolOptions> = {}) {
  const log: string[] = [];
  const waiting = new Map<string, (step: number) => void>();
  const events: PoolOptions["events"] = {
    onStart: (label) => log.push(`start ${label}`),
    onEnd: (label) => log.push(`end ${label}`),
    onProgress: (label, { step }) => {
      waiting.get(label)?.(step);
      waiting.delete(label);
    },
  };
  const threads: Worker[] = [];
  const note = (thread: Worker) => void threads.push(thread);
  process.on("worker", note);
  const pool = createPool({
    store,
    storeDir: store.dir,
    datasets: [dataset],
    engine: "auto",
    arithmetic,
    workers: 1,
    events,
    ...options,
  });
  onTestFinished(() => {
    process.off("worker", note);
    return pool.close();
  });
  const progress = (label: string) => new Promise<number>((resolve) => waiting.set(label, resolve));
  return { pool, log, progress, threads };
}

/** Starts a training that does not end by itself, and waits until it runs. */
async function startEndless({ pool, progress }: ReturnType<typeof open>, label = "endless") {
  const network = await pool.run(fresh);
  const runs = progress(label);
  const noise = { draw: label.charCodeAt(0) };
  const asked = training(network, { ...noise, to: ENDLESS });
  const result = pool.run(asked, { label });
  result.catch(() => {});
  await runs;
  return { network, asked, result };
}

const contents = async ({ store }: Pick<Pool, "store">, key: string) => {
  const { tensors } = await store.read(key);
  return { tensors, metrics: await store.readMetrics(key) };
};

describe.skipIf(!isBuilt)(isBuilt ? "the pool" : "the pool, which needs dist/: run `npm run build`", () => {
  test("runs steps side by side, to the artifacts that one thread makes", async () => {
    const { pool, log } = open(await tempStore(), { workers: 2 });
    const inline = tinyRunner(memoryStore());
    const all = async (runner: Pick<Pool, "run" | "store">) => {
      const network = await runner.run(fresh);
      const keys = await Promise.all(
        [0, 1, 2].map((draw) => runner.run(training(network, { draw }), { label: `${draw}` })),
      );
      return Promise.all(keys.map(async (key) => ({ key, ...(await contents(runner, key)) })));
    };
    expect(await all(pool)).toEqual(await all(inline));
    expect(log.slice(2).sort()).toEqual(["end 0", "end 1", "end 2", "start 0", "start 1", "start 2"]);
    expect(log.slice(2, 4).every((line) => line.startsWith("start"))).toBe(true);
  });

  test("runs equal steps once, and none that the store has", async () => {
    const store = await tempStore();
    const { pool, log } = open(store, { workers: 2 });
    const network = await pool.run(fresh);
    const twice = [pool.run(training(network, {})), pool.run(training(network, {}))];
    expect(await twice[0]).toBe(await twice[1]);
    await pool.run(fresh);
    expect(log.filter((line) => line.startsWith("start"))).toEqual(["start initialise", "start train"]);
    const second = open(store);
    expect(await second.pool.run(training(network, {}))).toBe(await twice[0]);
    expect(second.log).toEqual([]);
  });

  test("two that share a store carry each step out once, and leave it to the other", async () => {
    const store = await tempStore();
    const notes: string[] = [];
    const started: string[] = [];
    const sides = [0, 1].map((side) =>
      open(store, {
        events: { onStart: (label) => started.push(label), onNote: (note) => notes.push(`${side}: ${note}`) },
      }),
    );
    const keys = await Promise.all(
      sides.map(async ({ pool }) => {
        const network = await pool.run(fresh);
        return Promise.all([0, 1, 2, 3].map((draw) => pool.run(training(network, { draw }), { label: `${draw}` })));
      }),
    );
    expect(keys[0]).toEqual(keys[1]);
    expect(started.sort()).toEqual(["0", "1", "2", "3", "initialise"]);
    await Promise.all(sides.map(({ pool }) => pool.close()));
    expect(notes.length).toBeLessThanOrEqual(2);
    for (const note of notes)
      expect(note).toMatch(/^[01]: steps that process \d+ on \S+ carries out in this store are/);
    expect(await readdir(join(store.dir, "leases"))).toEqual([]);
  });

  test("goes on with what another stops", async () => {
    const store = await tempStore();
    const first = open(store);
    const { asked, network } = await startEndless(first);
    const second = open(store);
    const goesOn = second.progress("endless");
    const taken = second.pool.run(asked, { label: "endless" });
    taken.catch(() => {});
    await second.pool.run(training(network, {}), { label: "meanwhile" });
    expect(second.log).toEqual(["start meanwhile", "end meanwhile"]);
    await first.pool.close();
    expect(await goesOn).toBeGreaterThan(50);
  });

  test("takes urgent steps before those that wait longer, and all others before trainings", async () => {
    const { pool, log, progress } = open(await tempStore());
    const network = await pool.run(fresh);
    const runs = progress("first");
    const run = (draw: number, label: string, urgent = false) =>
      pool.run(training(network, { draw, to: 50 }), { label, urgent });
    const first = pool.run(training(network, { to: 5000 }), { label: "first" });
    await runs;
    const rest = [
      run(1, "patient"),
      run(2, "patient too"),
      run(3, "urgent", true),
      pool.run({ ...fresh, params: { ...fresh.params, draw: 9 } }, { label: "no training" }),
    ];
    await Promise.all([first, ...rest]);
    const starts = log.filter((line) => line.startsWith("start")).map((line) => line.slice("start ".length));
    expect(starts.slice(0, 2)).toEqual(["initialise", "first"]);
    expect(starts.slice(2, 4).sort()).toEqual(["no training", "urgent"]);
    expect(starts.slice(4).sort()).toEqual(["patient", "patient too"]);
  });

  test("a failing step rejects with its code and its words, and the thread goes on", async () => {
    const { pool, log } = open(await tempStore());
    const network = await pool.run(fresh);
    await expect(pool.run(training(network, { model: "mlp-5" }), { label: "wild" })).rejects.toMatchObject({
      code: "data",
      message: expect.stringContaining("fc1.weight"),
    });
    await expect(pool.run(training("0".repeat(64), {}))).rejects.toMatchObject({ code: "store" });
    await expect(pool.run(training(network, { model: "mlp" }))).rejects.toMatchObject({ code: "usage" });
    await pool.run(training(network, {}), { label: "tame" });
    expect(log).toContain("end wild");
    expect(log.at(-1)).toBe("end tame");
  });

  test("an engine that does not open fails the first step with its code", async () => {
    const { pool } = open(await tempStore(), { engine: "abacus" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(pool.run(fresh)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("engine: must be"),
      where: "engine",
    });
  });

  test("fewer threads than one are refused", async () => {
    const store = await tempStore();
    const options = { store, storeDir: store.dir, datasets: [dataset], engine: "auto", arithmetic, workers: 0 };
    expect(() => createPool(options)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe.skipIf(!isBuilt)("stopping", () => {
  test("saves what runs and refuses what waits; the next pool goes on to the undisturbed bits", async () => {
    const store = await tempStore();
    const first = open(store);
    const network = await first.pool.run(fresh);
    const runs = first.progress("long");
    const asked = training(network, { to: 4000, evaluateEvery: 70 });
    const long = first.pool.run(asked, { label: "long" });
    const stoppedAt = await runs;
    const waiting = first.pool.run(training(network, { draw: 1 }), { label: "waiting" });
    first.pool.stop();
    const refused = [long, waiting, first.pool.run(training(network, { draw: 2 }))];
    for (const { reason } of (await Promise.allSettled(refused)) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: "interrupted", message: expect.stringContaining("the state is saved") });
    expect(first.log.slice(2)).toEqual(["start long", "end long"]);
    await first.pool.close();

    const second = open(store);
    const goesOn = second.progress("long");
    const key = await second.pool.run(asked, { label: "long" });
    expect(await goesOn).toBeGreaterThan(stoppedAt);
    const inline = tinyRunner(memoryStore());
    const undisturbed = await inline.run({ ...asked, inputs: { network: await inline.run(fresh) } });
    expect(key).toBe(undisturbed);
    expect(await contents(second.pool, key)).toEqual(await contents(inline, undisturbed));
    expect(await store.readPartial(key)).toBeNull();
  });

  test("where no state is kept, none is said to be saved", async () => {
    const store = await tempStore();
    const { pool, progress } = open(store, { engine: "reference", arithmetic: "float64" });
    const network = await pool.run(fresh);
    const runs = progress("long");
    const long = pool.run(training(network, { to: 4000, evaluateEvery: 70 }), { label: "long" });
    await runs;
    const waiting = pool.run(training(network, { draw: 1 }));
    pool.stop();
    for (const result of (await Promise.allSettled([long, waiting])) as PromiseRejectedResult[])
      expect(result.reason.message).toBe(
        "interrupted: of float64 no state is kept, so what had not ended begins anew; the same command continues with it",
      );
  });

  test("what a worker's store leaves out is told, and the step begins anew", async () => {
    const store = await tempStore();
    const notes: string[] = [];
    const { pool } = open(store, { events: { onNote: (note) => notes.push(note) } });
    const request = training(await pool.run(fresh), {});
    const key = keyOf(request, arithmetic);
    await mkdir(join(store.dir, "partial"));
    await writeFile(join(store.dir, "partial", key), "TOMBOLA1 of another format");
    expect(await pool.run(request)).toBe(key);
    expect(notes).toEqual([expect.stringContaining(`${key}: the state of an unfinished step is of format 1, not 2`)]);
    expect(await store.readPartial(key)).toBeNull();
  });

  test("closing does too, and waits for the state", async () => {
    const store = await tempStore();
    const opened = open(store);
    const { asked, result } = await startEndless(opened);
    await opened.pool.close();
    await expect(result).rejects.toMatchObject({ code: "interrupted" });
    const next = open(store);
    const goesOn = next.progress("again");
    next.pool.run(asked, { label: "again" }).catch(() => {});
    expect(await goesOn).toBeGreaterThan(50);
  });
});

describe.skipIf(!isBuilt)("a thread that dies", () => {
  const died = "a worker thread ended by itself, with code 1";
  const outcome = (result: Promise<string>) => result.then(String, (error: Error) => error.message);

  test("fails its step, and the other thread goes on", async () => {
    const opened = open(await tempStore(), { workers: 2 });
    const { pool, threads, progress, log } = opened;
    const results = [await startEndless(opened, "a"), await startEndless(opened, "b")].map(({ result }) =>
      outcome(result),
    );
    await threads[0]!.terminate();
    expect(await Promise.race(results)).toBe(died);
    expect(log.filter((line) => line.startsWith("end")).length).toBe(2);
    expect(await Promise.race([progress("a"), progress("b")])).toBeGreaterThan(50);
    pool.stop();
    expect((await Promise.all(results)).sort()).toEqual([died, expect.stringContaining("interrupted")]);
  });

  test("fails all steps where it was the last", async () => {
    const opened = open(await tempStore());
    const { network, result } = await startEndless(opened);
    const waiting = outcome(opened.pool.run(training(network, { draw: 1 })));
    // Until the store has been asked, it does not wait yet.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await opened.threads[0]!.terminate();
    const later = outcome(opened.pool.run(training(network, { draw: 2 })));
    expect(await Promise.all([outcome(result), waiting, later])).toEqual([died, died, died]);
  });
});
