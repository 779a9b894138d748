/** Tickets of configurations on others: what networks begin with, what masks keep, what is chosen, and what is refused. */
import { describe, expect, test } from "vitest";
import { carryOut } from "../../../app/carry-out.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import { loadDataset } from "../../../dataset/load.ts";
import { firstRows } from "../../../dataset/table.ts";
import { memoryStore } from "../../../step/fixtures/steps.ts";
import { keyOf, type StepRequest } from "../../../step/request.ts";
import { createInlineRunner } from "../../../step/runner.ts";
import { engine } from "../../../train/fixtures/tasks.ts";
import { stepsOfPlan } from "../../plan.ts";
import "../../registry.ts";
import type { TransferPlace, TransferRow } from "../row.ts";
import { chooseStep } from "../steps/choose.ts";
import { oddTargets, transfer } from "./kind.ts";
import { configuredPlan } from "./plan.ts";
import { ARMS, type ConfiguredSpec } from "./spec.ts";

const TASKS = ["synthetic:classes=0-4:size=60", "synthetic:size=60"];
const [FIVE, TEN] = ["synthetic-classes-0-4-size-60", "synthetic-size-60"] as const;

function specOf(changes: object = {}): ConfiguredSpec {
  return transfer.specOf({
    ...{ model: "mlp-8-6", tasks: TASKS, steps: "6it", rewind: "2it", evaluateEvery: "6it", batch: 20, validation: 40 },
    ...{ densities: [0.5, 0.1], arms: ARMS, decays: [0, 0.1], lines: [2], rates: { sgd: 0.1 } },
    ...changes,
  });
}

async function loadSmall(data: string): Promise<Dataset> {
  const dataset = await loadDataset(data);
  return { ...dataset, test: firstRows(dataset.test, 80) };
}

async function study(changes: object = {}) {
  const spec = specOf(changes);
  const datasets = await Promise.all([...new Set(spec.tasks.map(({ data }) => data))].map(loadSmall));
  const store = memoryStore();
  const runner = createInlineRunner({ store, engine, datasets });
  const rows = (await carryOut({ kind: transfer, spec, datasets, runner, events: {} as never })) as TransferRow[];
  const steps = [...stepsOfPlan(configuredPlan(spec, datasets), engine.arithmetic)];
  const requestOf = (place: Partial<TransferPlace>): StepRequest => {
    const fits = (each: TransferPlace) =>
      Object.entries(place).every(([field, value]) => each[field as keyof TransferPlace] === value);
    return steps.find(({ rows: places = [] }) => (places as TransferPlace[]).some(fits))!.request;
  };
  const tensors = async (input: unknown) =>
    new Map(
      [...(await store.read(keyOf(input as StepRequest, engine.arithmetic))).tensors].map(([name, { data }]) => [
        name,
        [...data],
      ]),
    );
  return { spec, rows, steps, requestOf, tensors, datasets, store };
}

let found: ReturnType<typeof study> | undefined;
/** Carried out once, in the test that asks first. */
const whole = () => (found ??= study());

const HIDDEN = ["fc1.weight", "fc2.weight"];
const count = (bits: readonly number[]) => bits.reduce((sum, bit) => sum + Number(bit !== 0), 0);
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

describe("a study of two configurations", () => {
  test("has a row for every arm, source, target and level", async () => {
    const { rows } = await whole();
    const told = (target: string) =>
      rows
        .filter((row) => row.target === target && row.arm !== "line")
        .map(({ arm, source, level }) => `${arm} ${source === target ? "own" : source} ${level}`);
    const follow = ["layer-random", "permuted", "reinit", "statistics"];
    const expected = [
      ...["dense dense 0", "l2 l2 0", "ticket own 1", "ticket own 2", `transfer ${TEN} 1`, `transfer ${TEN} 2`],
      ...[`weights ${TEN} 0`, `weights-masked ${TEN} 1`, `weights-masked ${TEN} 2`],
      ...["global-random global-random 1", "global-random global-random 2"],
      ...follow.flatMap((arm) => [1, 2].flatMap((level) => [`${arm} own ${level}`, `${arm} ${TEN} ${level}`])),
    ];
    expect(told(FIVE).toSorted()).toEqual(expected.toSorted());
    expect(told(TEN)).toHaveLength(expected.length);
  });

  test("densities count what may be cut, and are the same from all sources", async () => {
    const { rows } = await whole();
    const cuttable = 784 * 8 + 8 * 6;
    const masked = rows.filter(({ level }) => level > 0);
    for (const { level, density } of masked)
      expect(density * cuttable).toBeCloseTo(Math.round(cuttable * [0.5, 0.1][level - 1]!), 6);
    expect(rows.find(({ arm }) => arm === "dense")!.density).toBe(1);
  });

  test("the classifier is whole in every mask, and the same new one in all networks of a target", async () => {
    const { requestOf, tensors, steps } = await whole();
    const heads = new Set<string>();
    for (const { rows: places = [], request } of steps)
      for (const { target, arm } of places as TransferPlace[])
        if (target === FIVE && arm !== "line" && arm !== "l2") {
          const network = await tensors(request.inputs.network);
          heads.add(JSON.stringify([network.get("fc3.weight"), network.get("fc3.bias")]));
          const mask = request.inputs.mask && (await tensors(request.inputs.mask)).get("mask/fc3.weight");
          if (mask) expect(count(mask)).toBe(5 * 6);
        }
    expect(heads.size).toBe(1);
    const source = await tensors(requestOf({ target: FIVE, arm: "ticket", level: 1 }).inputs.mask);
    expect(count(source.get("mask/fc3.weight")!)).toBe(5 * 6);
  });

  test("tickets begin with the source's weights at the rewind point, trained weights with those at its end", async () => {
    const { requestOf, tensors, steps } = await whole();
    const ticket = requestOf({ target: FIVE, source: TEN, arm: "transfer", level: 2 });
    const { network, head } = (ticket.inputs.network as StepRequest).inputs as Record<string, StepRequest>;
    expect(network!.params).toMatchObject({ from: 0, to: 2, draw: 0, data: TASKS[1] });
    expect(head!.params).toMatchObject({ data: TASKS[0] });
    expect(ticket.params).toMatchObject({ from: 2, to: 6 });
    const weights = requestOf({ target: FIVE, arm: "weights" });
    expect(weights.params).toMatchObject({ from: 2, to: 6 });
    const dense = steps.find(({ label }) => label === `search on ${TEN} level 0, replicate 0`)!.request;
    const [given, trained] = [await tensors(weights.inputs.network), await tensors(dense)];
    for (const name of HIDDEN) expect(given.get(name)).toEqual(trained.get(name));
    const masked = requestOf({ target: FIVE, arm: "weights-masked", level: 2 });
    const behind = steps.find(({ label }) => label === `search on ${TEN} level 1, replicate 0`)!.request;
    const [start, last] = [await tensors(masked.inputs.network), await tensors(behind)];
    for (const name of HIDDEN) expect(start.get(name)).toEqual(last.get(name));
  });

  test("random arms keep what they say of the ticket, and are trained from the beginning", async () => {
    const { requestOf, tensors } = await whole();
    const place = { target: FIVE, source: TEN, level: 2 } as const;
    const of = async (arm: TransferPlace["arm"]) => {
      const { params, inputs } = requestOf({ ...place, arm });
      return { params, network: await tensors(inputs.network), mask: await tensors(inputs.mask) };
    };
    const ticket = await of("transfer");
    const fresh = (await of("reinit")).network;
    for (const arm of ["layer-random", "permuted", "reinit", "statistics"] as const) {
      const { params, network, mask } = await of(arm);
      expect(params).toMatchObject({ from: 0, to: 6 });
      for (const name of HIDDEN) {
        const [bits, own] = [mask.get(`mask/${name}`)!, ticket.mask.get(`mask/${name}`)!];
        expect(count(bits)).toBe(count(own));
        if (arm === "reinit" || arm === "statistics") expect(bits).toEqual(own);
        else expect(bits).not.toEqual(own);
        if (arm !== "statistics") expect(network.get(name)).toEqual(fresh.get(name));
        else {
          const kept = (values: readonly number[]) => values.filter((_, i) => own[i] === 1);
          const [drawn, theirs] = [network.get(name)!, ticket.network.get(name)!];
          expect(sorted(kept(drawn))).toEqual(sorted(kept(theirs)));
          expect(drawn.filter((_, i) => own[i] === 0)).toEqual(fresh.get(name)!.filter((_, i) => own[i] === 0));
          expect(kept(drawn)).not.toEqual(kept(theirs));
        }
      }
      if (arm === "statistics") expect(network.get("fc1.bias")).toEqual(fresh.get("fc1.bias"));
    }
    const anywhere = await tensors(requestOf({ target: FIVE, arm: "global-random", level: 2 }).inputs.mask);
    const kept = (mask: ReadonlyMap<string, readonly number[]>) =>
      HIDDEN.reduce((sum, name) => sum + count(mask.get(`mask/${name}`)!), 0);
    expect(kept(anywhere)).toBe(kept(ticket.mask));
  });

  test("lines join tickets of different sources, and the own one trained in another order", async () => {
    const { rows } = await whole();
    const lines = rows.filter((row) => row.arm === "line" && row.target === FIVE);
    expect(lines.map(({ source, other, level }) => [source, other, level])).toEqual([
      [FIVE, FIVE, 2],
      [FIVE, TEN, 2],
    ]);
    for (const { path, measure } of lines) {
      expect(path!.alphas).toHaveLength(21);
      const [first, last] = [path!.testError[0]!, path!.testError.at(-1)!];
      expect(measure.name).toBe("lii");
      expect(measure.value).toBeCloseTo(Math.max(...path!.testError) - (first + last) / 2, 12);
    }
  });

  test("optimizers are part of configurations, and work that two of them share is done once", async () => {
    const { rows, steps } = await study({
      optimizers: ["sgd", "adam"],
      arms: ["ticket"],
      lines: [],
      decays: undefined,
      tasks: [TASKS[0]],
    });
    expect(new Set(rows.map(({ target }) => target))).toEqual(new Set([`${FIVE}-sgd`, `${FIVE}-adam`]));
    const carried = rows.find(({ arm, target }) => arm === "transfer" && target === `${FIVE}-adam`)!;
    expect(carried).toMatchObject({ from: { optimizer: "sgd", images: 60, classes: 5 }, on: { optimizer: "adam" } });
    const initial = steps.filter(({ request: { step } }) => step === "initialise");
    expect(initial).toHaveLength(2);
  });
});

describe("the best of several decays", () => {
  const input = (loss: number | null, test: number | null, name: string) => ({
    score: { meta: { result: { loss: { validation: loss, test } } } },
    trained: { meta: { result: { name } } },
  });
  const choose = (all: readonly ReturnType<typeof input>[]) => {
    const inputs = all.flatMap(({ score, trained }, i) => [
      [`score${i}`, score],
      [`trained${i}`, trained],
    ]);
    return chooseStep.run({ values: all.map((_, i) => i / 10) } as never, Object.fromEntries(inputs), {} as never);
  };
  test("is the one with the least loss on the rows held out, whatever the test set says", async () => {
    const { result } = await choose([input(0.5, 0.1, "a"), input(0.4, 0.9, "b"), input(0.4, 0.2, "c")]);
    expect(result).toEqual({ name: "b", chosen: 0.1 });
  });
  test("is never one without a finite loss", async () => {
    expect((await choose([input(null, null, "a"), input(0.4, 0.9, "b")])).result).toMatchObject({ name: "b" });
  });
  test("needs rows held out", async () => {
    await expect(choose([input(null, 0.1, "a")])).rejects.toThrow("Hold rows out, as validation says");
  });
});

describe("refused", () => {
  test.each([
    [{ densities: [0.5, 1] }, "densities.1: must lie between 0 and 1, got 1"],
    [{ densities: [0.2, 0.5] }, "densities: must fall from level to level"],
    [{ sources: ["mnist"] }, "sources: must be of"],
    [{ targets: ["mnist"] }, "mnist is none"],
    [{ lines: [3] }, "lines: must be levels from 1 to 2"],
    [{ arms: ["reinit"], decays: undefined }, "lines: does nothing without the arm ticket"],
    [{ validation: 0 }, "the arm l2 chooses by rows held out"],
    [{ rates: { adam: 0.1 } }, "rates: must be of the optimizers sgd"],
    [{ arms: ["ticket"] }, "decays: does nothing without the arm l2"],
  ])("%o", (changes, message) => {
    expect(() => specOf(changes)).toThrow(message);
  });

  const [, ten] = TASKS;
  const described = (name: string, changes: object) =>
    ({
      name,
      shape: [1, 28, 28],
      target: { kind: "classes", count: 10 },
      outputs: 10,
      ...changes,
    }) as unknown as Dataset;
  test.each([
    [{ shape: [3, 32, 32] }, "tasks: must have inputs of one shape"],
    [{ outputs: 1, target: { kind: "classes", count: 1 } }, `tasks: must be of two classes or more, got "1 in ${TEN}"`],
    [{ target: { kind: "numbers", names: ["y"] } }, `got "numbers in ${TEN}"`],
  ])("data that is %o", (changes, message) => {
    const datasets = [described(TASKS[0]!, {}), described(ten!, changes)];
    expect(() => transfer.check!(specOf(), datasets)).toThrow(message);
    expect(() => transfer.check!(specOf(), [described(TASKS[0]!, {}), described(ten!, {})])).not.toThrow();
  });
});

test("options make specifications that can be read again", () => {
  for (const kind of [transfer, oddTargets])
    for (const { name } of kind.presets) {
      const spec = kind.specOf({}, name);
      expect(kind.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    }
  const sizes = transfer.specOf({}, "sizes");
  expect(sizes.tasks.map(({ name, augment }) => [name, augment !== undefined])).toEqual([
    ...["cifar10-size-5000", "cifar10-size-15000", "cifar10-size-45000"].map((name) => [name, true]),
    ...["cifar10-classes-0-1-size-9000", "cifar10-classes-0-4-size-9000", "cifar10-size-9000"].map((name) => [
      name,
      true,
    ]),
    ["fashion-mnist-size-5000", false],
  ]);
});

describe("sides of claims", () => {
  const { rowsOf } = transfer.comparison!;
  const row = (source: string, target: string, arm: string) => ({ source, target, arm, level: 1, from: {} }) as never;
  const rows = [row("a", "a", "ticket"), row("b", "a", "transfer"), row("b", "a", "reinit"), row("a", "b", "transfer")];
  test.each([
    [{ arm: "transfer" }, [1, 3]],
    [{ arm: "b", panel: "a" }, [1]],
    [{ arm: "transfer", panel: "others > a" }, [1]],
    [{ arm: "reinit", panel: "others" }, [2]],
    [{ arm: "reinit", panel: "own" }, []],
    [{ arm: "ticket", panel: "own" }, [0]],
    [{ arm: "transfer", panel: "a > b" }, [3]],
  ])("%o", (side, places) => {
    expect(rowsOf(rows, side, 1)).toEqual(places.map((place) => rows[place]));
  });
});
