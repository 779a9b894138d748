import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createReference } from "../engine/reference/reference.ts";
import { dataset, engine } from "../train/fixtures/tasks.ts";
import type { StepDefinition } from "./definition.ts";
import { type ExecuteOptions, execute } from "./execute.ts";
import { memoryStore, tinyRunner, tinyTraining } from "./fixtures/steps.ts";
import { initialiseStep } from "./initialise.ts";
import { pruneStep } from "./prune.ts";
import { registerStep } from "./registry.ts";
import { flatten, identify, keyOf, request, type StepInput, type StepRequest } from "./request.ts";
import { createInlineRunner } from "./runner.ts";
import { trainStep } from "./train.ts";

const draw = { seed: 1, replicate: 0, draw: 0 };
const names = { model: "mlp-4", data: "synthetic" };
const fresh = request(initialiseStep, { ...names, ...draw, init: "uniform" });

/** Trains the fresh network, pausing at 50 and 100. */
function training(network: StepInput): StepRequest {
  return request(trainStep, tinyTraining({ to: 120, evaluateEvery: 60 }), { network });
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
  const asked = training("0".repeat(64));

  test("does not depend on the order of its fields", () => {
    const shuffled = (value: unknown): fc.Arbitrary<unknown> =>
      typeof value !== "object" || value === null
        ? fc.constant(value)
        : fc
            .tuple(...Object.entries(value).map(([name, each]) => fc.tuple(fc.constant(name), shuffled(each))))
            .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
            .map((entries) => Object.fromEntries(entries));
    fc.assert(
      fc.property(shuffled(asked), (other) => {
        expect(keyOf(other as StepRequest, "fused")).toBe(keyOf(asked, "fused"));
      }),
    );
  });

  test("depends on every parameter, the inputs and the step", () => {
    const { params } = asked;
    const others = [
      ...Object.keys(params).map((name) => ({ ...asked, params: { ...params, [name]: "other" } })),
      { ...asked, inputs: { network: "1".repeat(64) } },
      { ...asked, inputs: { ...asked.inputs, mask: "0".repeat(64) } },
      { ...asked, step: "prune" },
    ] as unknown as StepRequest[];
    expect(new Set([asked, ...others].map((each) => keyOf(each, "fused"))).size).toBe(others.length + 1);
  });
});

describe("the key of a nested request", () => {
  const trained = training(fresh);

  test("is that of one with the keys of its inputs, however it is written, and a head start has no part in it", () => {
    expect(keyOf(trained, "fused")).toBe(keyOf(training(keyOf(fresh, "fused")), "fused"));
    expect(keyOf(flatten(trained, "fused"), "fused")).toBe(keyOf(trained, "fused"));
    expect(keyOf({ ...trained, headStart: fresh }, "fused")).toBe(keyOf(trained, "fused"));
    expect(flatten({ ...trained, headStart: fresh }, "fused")).toMatchObject({
      inputs: { network: keyOf(fresh, "fused") },
      headStart: keyOf(fresh, "fused"),
    });
  });

  test("depends on the class of arithmetic where a step's result does, or that of its inputs", () => {
    expect(keyOf(trained, "fused")).not.toBe(keyOf(trained, "plain"));
    expect(keyOf(fresh, "fused")).toBe(keyOf(fresh, "plain"));
    const mask = request(
      pruneStep,
      { ...names, cut: 0.5, outputCutFactor: 1, scope: "layer", rounds: 1 },
      { network: trained },
    );
    expect(keyOf(mask, "fused")).not.toBe(keyOf(mask, "plain"));
    expect(identify(mask, "fused")).not.toHaveProperty("arithmetic");
    expect(identify(trained, "fused")).toMatchObject({ arithmetic: "fused", step: "train", version: 1 });
  });

  test("needs a step that is registered", () => {
    const unknown = { step: "trane", params: {}, inputs: {} };
    expect(() => keyOf(unknown, "fused")).toThrow(
      "step: must be one of initialise, train, trunk, prune, randomise, interpolate",
    );
    expect(() => keyOf(unknown, "fused")).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

test("two steps of one name are refused, and one step may be added twice", () => {
  const own: StepDefinition = {
    name: "execute-test",
    version: 1,
    run: async () => ({ tensors: new Map(), result: {} }),
  };
  registerStep(own);
  registerStep(own);
  expect(() => registerStep({ ...own })).toThrow('step: two steps must not have one name, got "execute-test"');
  expect(() => registerStep({ ...own, name: "train" })).toThrow(expect.objectContaining({ code: "usage" }));
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

test("on an engine of float64 no state is kept, and a training that was stopped begins anew, to the same bits", async () => {
  const reference = createReference();
  const params = tinyTraining({ to: 120, evaluateEvery: 60, trainSize: 10, batch: 5 });
  const asked = (network: string) => request(trainStep, params, { network });
  const on = (store: ReturnType<typeof memoryStore>, onPause?: ExecuteOptions["onPause"]) =>
    createInlineRunner({ store, engine: reference, datasets: [dataset], ...(onPause && { onPause }) });
  const whole = memoryStore();
  const network = await on(whole).run(fresh);
  const key = await on(whole).run(asked(network));
  const store = memoryStore();
  await on(store).run(fresh);
  const stopped = on(store, ({ step }) => step === 50).run(asked(network));
  await expect(stopped).rejects.toThrow(/^interrupted: of float64 no state is kept, so what had not ended begins anew/);
  expect(store.partials.size).toBe(0);
  await on(store).run(asked(network));
  expect(await contents(store, key)).toEqual(await contents(whole, key));
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
  const asked = training(await runner.run(fresh));
  await runner.run({ ...asked, params: { ...asked.params, to: 260 } });
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
      const asked = training(network);
      return runner.run({ ...asked, params: { ...asked.params, to } });
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
