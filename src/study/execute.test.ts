import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { artifactKey } from "../store/store.ts";
import { dataset, engine } from "../train/fixtures/tasks.ts";
import { execute, identify, type StepRequest } from "./execute.ts";
import { memoryStore, tinyRunner, tinyTraining } from "./fixtures/studies.ts";

const draw = { seed: 1, replicate: 0, draw: 0 };
const names = { model: "mlp-4", data: "synthetic" };
const fresh: StepRequest<"initialise"> = {
  step: "initialise",
  params: { ...names, ...draw, init: "uniform" },
  inputs: {},
};

/** Trains the fresh network, pausing at 50 and 100. */
function training(network: string): StepRequest<"train"> {
  return { step: "train", params: tinyTraining({ to: 120, evaluateEvery: 60 }), inputs: { network } };
}

/** What an artifact holds but for the time it took. */
async function contents(store: ReturnType<typeof memoryStore>, key: string) {
  const { tensors, meta } = await store.read(key);
  const { seconds: _, ...result } = meta.result;
  return { tensors, meta: { ...meta, result }, metrics: await store.readMetrics(key) };
}

async function undisturbed() {
  const store = memoryStore();
  const runner = tinyRunner(store);
  const key = await runner.run(training(await runner.run(fresh)));
  return { key, ...(await contents(store, key)) };
}

describe("the key of a request", () => {
  const request = training("0".repeat(64));
  const keyOf = (request: StepRequest) => artifactKey(identify(request));

  test("does not depend on the order of its fields", () => {
    const shuffled = (value: unknown): fc.Arbitrary<unknown> =>
      typeof value !== "object" || value === null
        ? fc.constant(value)
        : fc
            .tuple(...Object.entries(value).map(([name, each]) => fc.tuple(fc.constant(name), shuffled(each))))
            .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
            .map((entries) => Object.fromEntries(entries));
    fc.assert(
      fc.property(shuffled(request), (other) => {
        expect(keyOf(other as StepRequest)).toBe(keyOf(request));
      }),
    );
  });

  test("depends on every parameter, the inputs and the step", () => {
    const { params } = request;
    const others = [
      ...Object.keys(params).map((name) => ({ ...request, params: { ...params, [name]: "other" } })),
      { ...request, inputs: { network: "1".repeat(64) } },
      { ...request, inputs: { ...request.inputs, mask: "0".repeat(64) } },
      { ...request, step: "prune" },
    ] as unknown as StepRequest[];
    expect(new Set([request, ...others].map(keyOf)).size).toBe(others.length + 1);
  });
});

test("a step whose artifact is there is not carried out again", async () => {
  const store = memoryStore();
  const runner = tinyRunner(store);
  const network = await runner.run(fresh);
  const key = await runner.run(training(network));
  const unusable = { ...engine, open: () => expect.fail("opened the engine") };
  expect(await execute(training(network), { store, engine: unusable, datasets: [dataset] })).toBe(key);
  expect(store.written.map(({ step }) => step)).toEqual(["initialise", "train"]);
});

test("the same step writes the same artifact into another store", async () => {
  expect(await undisturbed()).toEqual(await undisturbed());
});

test("a training that is told to stop saves its state, and goes on from it to the same artifact", async () => {
  const expected = await undisturbed();
  const store = memoryStore();
  for (const stopAt of [50, 100]) {
    const runner = tinyRunner(store, ({ step }) => step === stopAt);
    const interrupted = runner.run(training(await runner.run(fresh)));
    await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
    expect([...store.partials.keys()]).toEqual([expected.key]);
    expect(await store.has(expected.key)).toBe(false);
  }
  const steps: number[] = [];
  const runner = tinyRunner(store, ({ step, from, to }) => {
    steps.push(step, from, to);
    return false;
  });
  const key = await runner.run(training(await runner.run(fresh)));
  expect(steps).toEqual([]);
  expect({ key, ...(await contents(store, key)) }).toEqual(expected);
  expect(store.partials.size).toBe(0);
});

test("a running training saves its state every ten seconds", async () => {
  const clock = vi.spyOn(performance, "now");
  const store = memoryStore();
  const saves: number[] = [];
  const noting = { ...store, writePartial: async () => void saves.push(performance.now()) };
  const runner = tinyRunner(noting, ({ step }) => {
    clock.mockReturnValue(step * 120);
    return false;
  });
  clock.mockReturnValue(0);
  const request = training(await runner.run(fresh));
  await runner.run({ ...request, params: { ...request.params, to: 260 } });
  clock.mockRestore();
  // Pauses come at 6, 12, 18, 24 and 30 seconds.
  expect(saves).toEqual([12_000, 24_000]);
});

describe("an inline runner", () => {
  test("carries equal steps that are asked for at once out once", async () => {
    const store = memoryStore();
    const runner = tinyRunner(store);
    const keys = await Promise.all([runner.run(fresh), runner.run({ ...fresh }), runner.run(fresh)]);
    expect(new Set(keys).size).toBe(1);
    expect(store.written.length).toBe(1);
  });

  test("has one training at a time, and goes on after one that fails", async () => {
    const store = memoryStore();
    const order: string[] = [];
    const runner = tinyRunner(store, ({ to, step }) => {
      order.push(`${to} ${step}`);
      return to === 110;
    });
    const network = await runner.run(fresh);
    const until = (to: number) => {
      const request = training(network);
      return runner.run({ ...request, params: { ...request.params, to } });
    };
    const results = await Promise.allSettled([until(110), until(120), until(130)]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(order).toEqual(["110 50", "120 50", "120 100", "130 50", "130 100"]);
  });
});

test("an input that is not in the store is a store error, and a damaged one of another model a data error", async () => {
  const runner = tinyRunner(memoryStore());
  await expect(runner.run(training("0".repeat(64)))).rejects.toMatchObject({ code: "store" });
  const network = await runner.run({ ...fresh, params: { ...fresh.params, model: "mlp-5" } });
  await expect(runner.run(training(network))).rejects.toMatchObject({
    code: "data",
    message: expect.stringContaining("artifact of initialise: fc1.weight: shape must be [4,784]"),
  });
});
