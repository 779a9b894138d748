/** Masks made anew on the way: what a pruned weight keeps, when it may return, and that stopping changes no bit. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Mask, Weights } from "../model/network.ts";
import { adam, bitsOf, engine, finish, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { isDue, type MaskPlan, maskOf, trainGradually } from "./gradual.ts";
import { decodeState, encodeState, type TrainState } from "./state.ts";
import type { Pause } from "./train.ts";

const task = tinyTask({ optimizer: { ...sgd, weightDecay: 0.01 }, evaluateEvery: 10, to: 100 });
const network = tinyNetwork(task);
const NAMES = [...network.weights.keys()].filter((name) => name.endsWith("weight"));

/** Keeps every weight whose number is not `turn` modulo 4, turn by turn. */
function turning(seen: (step: number, weights: Weights) => void = () => {}): MaskPlan {
  const maskAt = (step: number, weights: Weights): Mask => {
    seen(step, weights);
    const turn = (step / 30) % 4;
    return new Map(NAMES.map((name) => [name, weights.get(name)!.map((_, i) => +(i % 4 !== turn)) as never]));
  };
  return { begin: 30, every: 30, updates: 2, maskAt: (...at) => bytes(maskAt(...at)) };
}

const bytes = (mask: Mask): Mask => new Map([...mask].map(([name, bits]) => [name, Uint8Array.from(bits)]));

/** The states at the given steps, and the last. */
async function statesAt(steps: readonly number[], plan = turning()): Promise<Map<number, TrainState>> {
  const states = new Map<number, TrainState>();
  const see = async (pause: Pause) => steps.includes(pause.step) && states.set(pause.step, await pause.snapshot());
  const last = await finish(trainGradually(engine, task, { network, plan }), see);
  return states.set(last.step, last);
}

test("masks are due from the first to the last update, and at no other time", () => {
  const schedule = { begin: 20, every: 15, updates: 3 };
  const due = Array.from({ length: 100 }, (_, step) => step).filter((step) => isDue(schedule, step));
  expect(due).toEqual([20, 35, 50, 65]);
});

test("each mask is made once, of the values that training has come to", async () => {
  const steps: number[] = [];
  const states = await statesAt(
    [30, 60, 90],
    turning((step, weights) => {
      steps.push(step);
      expect(weights.get(NAMES[0]!)!.every(Number.isFinite)).toBe(true);
    }),
  );
  expect(steps).toEqual([30, 60, 90]);
  expect(states.get(30)!.step).toBe(30);
});

test("a pruned weight keeps the value it was pruned with, and its optimizer state starts at zero when it returns", async () => {
  const states = await statesAt([30, 40, 60, 70]);
  const [name] = NAMES as [string];
  const at = (step: number, slot = "") => states.get(step)!.values.get(name + slot)!;
  const entries = (values: Float32Array, turn: number) => values.filter((_, i) => i % 4 === turn);
  expect(entries(at(40), 1)).toEqual(entries(at(30), 1));
  expect(entries(at(60), 1)).toEqual(entries(at(30), 1));
  expect(entries(at(60, "/m"), 1).every((value) => value === 0)).toBe(true);
  expect(entries(at(70), 1)).not.toEqual(entries(at(30), 1));
  expect(entries(at(40), 2)).not.toEqual(entries(at(30), 2));
  expect(entries(at(70), 2)).toEqual(entries(at(60), 2));
});

test("the last state has +0 where its mask prunes, and early stopping looked at nothing before that mask", async () => {
  const last = (await statesAt([])).get(task.to)!;
  const mask = maskOf(last)!;
  for (const name of NAMES) {
    const bits = mask.get(name)!;
    expect(last.values.get(name)!.every((value, i) => bits[i] === 1 || Object.is(value, 0))).toBe(true);
    expect(bits.filter((bit, i) => bit !== +(i % 4 !== 3))).toEqual(new Uint8Array(0));
  }
  expect(last.earlyStop!.step).toBe(100);
  expect(last.curve.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
});

test("every stretch runs as the program of its mask", async () => {
  const kept: (number | null)[] = [];
  const noting = {
    ...engine,
    open(program: Parameters<typeof engine.open>[0]) {
      const { storage } = program.parameters.get(NAMES[0]!)!;
      kept.push(storage.kind === "compact" ? storage.index.kept / (storage.index.rows * storage.index.columns) : null);
      return engine.open(program);
    },
  };
  await finish(trainGradually(noting, task, { network, plan: turning() }));
  expect(kept).toEqual([null, 0.75, 0.75, 0.75]);
});

describe.each([
  { name: "momentum", task },
  { name: "Adam", task: tinyTask({ optimizer: adam, to: 100 }) },
])("$name", ({ task }) => {
  const train = async (resume?: TrainState) =>
    bitsOf(await finish(trainGradually(engine, task, { network, plan: turning(), resume })));
  let whole: Awaited<ReturnType<typeof train>>;
  beforeAll(async () => {
    whole = await train();
  });

  test.each([10, 30, 40, 60, 90])("stopped at %i, it ends with the same bits", async (stop) => {
    const training = trainGradually(engine, task, { network, plan: turning() });
    let pause = (await training.next()).value as Pause;
    while (pause.step < stop) pause = (await training.next()).value as Pause;
    const resume = decodeState(encodeState(await pause.snapshot()));
    await training.return(undefined as never);
    expect(await train(resume)).toEqual(whole);
  });
});

test.each([
  [{ begin: 10, every: 30, updates: 3 }, "10 to 100, every 30"],
  [{ begin: 30, every: 0, updates: 3 }, "30 to 30, every 0"],
])("%o is refused", async (schedule, got) => {
  const training = trainGradually(engine, task, { network, plan: { ...turning(), ...schedule } });
  const message = `gradual pruning: updates of the mask must lie between iteration 0 and the end of training, 100, got "${got}"`;
  await expect(training.next()).rejects.toThrow(message);
});
