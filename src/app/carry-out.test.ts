/** Plans and what is asked for: the same for every preset; the order of steps, how many are taken, and failures. */
import { describe, expect, test } from "vitest";
import { TombolaError } from "../base/errors.ts";
import { initialiseStep } from "../step/initialise.ts";
import { pruneStep } from "../step/prune.ts";
import { keyOf, request, type StepInput, type StepRequest } from "../step/request.ts";
import type { ArtifactStore } from "../store/store.ts";
import type { StudyKind, StudyRow, StudySpec } from "../study/kind.ts";
import type { Planned } from "../study/plan.ts";
import { studyKinds } from "../study/registry.ts";
import { needed } from "../study/ticket/fixtures/file.ts";
import { carryOut } from "./carry-out.ts";
import { datasetsFor, notingRunner } from "./fixtures/noting.ts";
import { planStudy } from "./plan.ts";

const presets = studyKinds().flatMap((kind) => [undefined, ...kind.presets].map((preset) => ({ kind, preset })));
const cases = presets.map(
  ({ kind, preset }) => [`${kind.name} ${preset?.name ?? "without a preset"}`, kind, preset] as const,
);

describe.each(cases)("%s", (_, kind, preset) => {
  const spec = kind.specOf(needed(kind.name), preset?.name);
  const datasets = datasetsFor(kind, spec);

  test("asks for exactly the steps that are planned, each once and after what it takes in", async () => {
    const { runner, asked } = notingRunner();
    const told: string[] = [];
    await carryOut({ kind, spec, datasets, runner, events: { asked: (key) => told.push(key) } });
    const keys = asked.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(keys)).toEqual(planStudy(kind, spec, { datasets, arithmetic: "fused" }).keys);
    expect([...told].sort()).toEqual([...keys].sort());
    const place = new Map(keys.map((key, i) => [key, i]));
    for (const { key, request } of asked)
      for (const input of [...Object.values(request.inputs), request.headStart ?? []].flat())
        expect(place.get(keyOf(input, "fused"))).toBeLessThan(place.get(key)!);
  });

  test("has other keys on engines of another class of arithmetic, but for what the host makes alone", () => {
    const [plain, fused] = ["plain", "fused"].map((arithmetic) => planStudy(kind, spec, { datasets, arithmetic }).keys);
    expect(fused!.size).toBe(plain!.size);
    const first = [...kind.plan(spec, datasets)][0]!.request;
    expect(keyOf(first, "fused")).not.toBe(keyOf(first, "plain"));
  });

  test("may be asked for by its options alone", () => {
    expect(kind.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });
});

test("examples are specifications", () => {
  for (const kind of studyKinds())
    for (const { preset, options = {} } of kind.examples)
      expect(kind.specOf({ ...options, ...needed(kind.name) }, preset).study).toBe(kind.name);
});

const fresh = (draw: number): StepRequest =>
  request(initialiseStep, { model: "mlp-4", data: "synthetic", init: "uniform", seed: 1, replicate: 0, draw });

/** A study of fresh networks. */
function studyOf(own: Partial<StudyKind>): StudyKind {
  return {
    ...{ name: "own", summary: "", options: [], presets: [], examples: [], columns: [], figures: [] },
    specOf: () => ({ study: "own" }),
    parse: (value) => value as StudySpec,
    plan: () => [],
    rows: async (_, finished, { key }) => finished.map(({ request }) => ({ artifact: key(request) })),
    say: () => "",
    title: () => "",
    ...own,
  };
}

const planned = (draw: number, more: Partial<Planned> = {}): Planned => ({
  request: fresh(draw),
  label: `draw ${draw}`,
  ...more,
});
const common = { spec: { study: "own" }, datasets: [] };

describe("an adaptive study", () => {
  const kind = studyOf({
    adaptive: true,
    plan: () => Array.from({ length: 5 }, (_, draw) => planned(draw, { rows: [draw] })),
    async run(_, { step }) {
      for (let draw = 0; draw < 3; draw++) if ((await step(planned(draw, { rows: [draw] }))).weights !== 1) return;
    },
  });

  test("asks as it says, within its plan, and its rows are those that were asked for", async () => {
    const { runner, asked } = notingRunner();
    const rows = await carryOut({ ...common, kind, runner });
    expect(asked.map(({ label }) => label)).toEqual(["draw 0", "draw 1", "draw 2"]);
    expect(rows).toEqual(asked.map(({ key }) => ({ artifact: key })));
    const { keys, atMost } = planStudy(kind, common.spec, { ...common, arithmetic: "fused" });
    expect([keys.size, atMost]).toEqual([5, true]);
    for (const { key } of asked) expect(keys).toContain(key);
  });

  test("throws what a step threw", async () => {
    const broken = new Error("broken");
    const { runner } = notingRunner(async ({ label }) => {
      if (label === "draw 1") throw broken;
    });
    await expect(carryOut({ ...common, kind, runner })).rejects.toBe(broken);
  });
});

describe("a long plan", () => {
  let taken = 0;
  const kind = studyOf({
    *plan() {
      for (taken = 0; taken < 10_000; taken++) yield planned(taken, { rows: [taken] });
    },
  });

  test("is taken as there is room, and its rows are in its order", async () => {
    const waiting: (() => void)[] = [];
    const { runner, asked } = notingRunner(() => new Promise<void>((resolve) => void waiting.push(resolve)));
    const result = carryOut({ ...common, kind, runner });
    let most = 0;
    for (let done = 0; done < 10_000; ) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, waiting.length);
      done += waiting.length;
      for (const resolve of waiting.splice(0).reverse()) resolve();
    }
    expect((await result).map(({ artifact }) => artifact)).toEqual(asked.map(({ key }) => key));
    expect(most).toBeLessThan(2100);
  });

  test("is left where the runner was interrupted", async () => {
    const { runner } = notingRunner(async () => {
      throw new TombolaError("interrupted", "interrupted");
    });
    await expect(carryOut({ ...common, kind, runner })).rejects.toMatchObject({ code: "interrupted" });
    expect(taken).toBeLessThan(10_000);
  });
});

test("a step that several plans of a study share is asked for once, and makes the rows of each", async () => {
  const kind = studyOf({
    plan: () => [planned(0, { rows: ["a"] }), planned(0, { rows: ["b", "c"], label: "again" }), planned(1)],
    rows: async (_, finished, { key }) =>
      finished.flatMap(({ request, rows = [] }) => rows.map((name) => ({ name, artifact: key(request) }))),
  });
  const { runner, asked } = notingRunner();
  const told: StudyRow[] = [];
  const stored: string[] = [];
  const events = { row: (row: StudyRow) => told.push(row), stored: (_: string, label: string) => stored.push(label) };
  const rows = await carryOut({ ...common, kind, runner, events });
  expect(asked.map(({ label }) => label)).toEqual(["draw 0", "draw 1"]);
  expect(rows).toMatchObject([{ name: "a" }, { name: "b" }, { name: "c" }]);
  expect(told).toEqual(rows);
  expect(stored).toEqual(["draw 0", "draw 1"]);
});

test("what fails takes along what depends on it, and nothing else", async () => {
  const after = (input: StepInput, draw: number): StepRequest => ({ ...fresh(draw), inputs: { input } });
  const first = planned(0);
  const kind = studyOf({
    plan: () => [first, { request: after(first.request, 1), label: "dependent" }, planned(2)],
  });
  const broken = new Error("broken");
  const { runner, asked } = notingRunner(async ({ label }) => {
    if (label === "draw 0") throw broken;
  });
  await expect(carryOut({ ...common, kind, runner })).rejects.toBe(broken);
  expect(asked.map(({ label }) => label)).toEqual(["draw 0", "draw 2"]);
});

test("rows that cannot be made are an error", async () => {
  const kind = studyOf({
    plan: () => [planned(0, { rows: [0] })],
    rows: async () => {
      throw new Error("no rows");
    },
  });
  await expect(carryOut({ ...common, kind, runner: notingRunner().runner })).rejects.toThrow("no rows");
});

describe("a step that diverged", () => {
  const cut = { model: "mlp-4", data: "synthetic", cut: 0.5, outputCutFactor: 1, scope: "layer", rounds: 1 } as const;
  const mask = (network: StepRequest) => request(pruneStep, cut, { network });
  const wild = planned(0, { rows: [0] });
  const after = { request: mask(wild.request), label: "mask of draw 0", rows: [2] };
  const afterThat = { request: mask(after.request), label: "mask of that mask", rows: [3] };
  const tame = planned(1, { rows: [1] });

  function runWith(plan: readonly Planned[]) {
    const { runner, asked } = notingRunner();
    const store: ArtifactStore = {
      ...runner.store,
      async readMeta(key) {
        const meta = await runner.store.readMeta(key);
        const lost = { ...meta, result: { ...meta.result, diverged: 7, message: "training at iteration 7: lost" } };
        return key === keyOf(wild.request, "fused") ? lost : meta;
      },
    };
    const left: string[] = [];
    const events = { leftOut: (label: string) => left.push(label) };
    const kind = studyOf({ plan: () => plan });
    return { asked, left, rows: carryOut({ ...common, kind, runner: { ...runner, store }, events }) };
  }

  test("has a row, what depends on it is left out and counted, and the rest completes", async () => {
    const { rows, asked, left } = runWith([wild, after, afterThat, tame]);
    const keys = [wild, tame].map(({ request }) => ({ artifact: keyOf(request, "fused") }));
    expect(await rows).toEqual(keys);
    expect(left).toEqual(["mask of draw 0", "mask of that mask"]);
    expect(asked.map(({ label }) => label)).toEqual(["draw 0", "draw 1"]);
  });

  test("fails the run where nothing else finishes, with its message", async () => {
    const error = { code: "diverged", message: "draw 0: training at iteration 7: lost" };
    await expect(runWith([wild, after]).rows).rejects.toMatchObject(error);
  });
});
