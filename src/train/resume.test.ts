/** A training that stops at any pause and goes on is the undisturbed training, bit for bit. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { adam, bitsOf, engine, finish, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { decodeState, encodeState, type TrainState } from "./state.ts";
import { type Pause, train } from "./train.ts";
import type { Training } from "./training.ts";

const schedule = { rate: 0.02, shape: { name: "cosine", end: 260 }, warmup: 70 } as const;

const cases = [
  { name: "Adam, dense", density: 1, task: tinyTask({ to: 260, schedule }) },
  {
    name: "AdamW with dropout, pruned",
    density: 0.3,
    task: tinyTask({ name: "mlp-8-dropout0.5", to: 260, optimizer: { ...adam, name: "adamw", weightDecay: 0.01 } }),
  },
  {
    name: "momentum from a rewind point, pruned",
    density: 0.7,
    task: tinyTask({ from: 13, to: 273, optimizer: { ...sgd, nesterov: true } }),
  },
  {
    name: "SGD without validation",
    density: 1,
    task: tinyTask({ validation: 0, to: 210, optimizer: { ...sgd, momentum: 0 } }),
  },
] satisfies { name: string; density: number; task: Training }[];

describe.each(cases)("$name", ({ task, density }) => {
  const network = tinyNetwork(task, density);
  let undisturbed: ReturnType<typeof bitsOf>;
  beforeAll(async () => {
    undisturbed = bitsOf(await finish(train(engine, task, network)));
  });
  const pauses = Math.floor((task.to - task.from) / 50);

  test("saving its state changes nothing", async () => {
    const states: TrainState[] = [];
    const see = async (pause: Pause) => states.push(await pause.snapshot());
    const end = await finish(train(engine, task, network), see);
    expect(states.map(({ step }) => step)).toEqual(Array.from({ length: pauses }, (_, i) => task.from + 50 * (i + 1)));
    expect(bitsOf(end)).toEqual(undisturbed);
  });

  test("stopped any number of times, it ends with the same bits", async () => {
    const lives = fc.array(fc.integer({ min: 1, max: pauses }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(lives, async (lengths) => {
        let left: TrainState | undefined;
        for (const length of lengths)
          left = left === undefined || left.step < task.to ? await interrupt(task, length, left) : left;
        // A training that has ended already has nothing to go on with.
        const end = left!.step < task.to ? await finish(train(engine, task, network, left)) : left!;
        expect(bitsOf(end)).toEqual(undisturbed);
      }),
      { numRuns: 6 },
    );
  });

  /** Trains on for `length` pauses, or to the end, and returns what its file would hold. */
  async function interrupt(task: Training, length: number, from?: TrainState): Promise<TrainState> {
    const training = train(engine, task, network, from);
    for (let i = 1; ; i++) {
      const next = await training.next();
      if (!next.done && i < length) continue;
      const state = next.done ? next.value : await next.value.snapshot();
      await training.return(state);
      return decodeState(encodeState(state));
    }
  }
});

test("a state is of the moment that it was asked for, even where training goes on before it is there", async () => {
  const task = tinyTask({ to: 30, pauseEvery: 10 });
  const late: Promise<TrainState>[] = [];
  const prompt: TrainState[] = [];
  await finish(train(engine, task, tinyNetwork(task)), (pause) => {
    late.push(pause.snapshot());
  });
  await finish(train(engine, task, tinyNetwork(task)), async (pause) => {
    prompt.push(await pause.snapshot());
  });
  expect((await Promise.all(late)).map(bitsOf)).toEqual(prompt.map(bitsOf));
});

test("the clock of a resumed training goes on", async () => {
  const task = tinyTask({ to: 60 });
  const training = train(engine, task, tinyNetwork(task));
  const pause = (await training.next()).value as Pause;
  const state = { ...(await pause.snapshot()), seconds: 1000 };
  await training.return(state);
  const { seconds } = await finish(train(engine, task, tinyNetwork(task), state));
  expect(seconds).toBeGreaterThanOrEqual(1000);
  expect(seconds).toBeLessThan(1060);
});
