/** A training that stops at any pause and goes on is the undisturbed training, bit for bit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adam, bitsOf, engine, finish, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { decodeState, encodeState, type TrainState } from "./state.ts";
import { type TrainTask, train } from "./train.ts";

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
] satisfies { name: string; density: number; task: TrainTask }[];

describe.each(cases)("$name", ({ task, density }) => {
  const network = tinyNetwork(task, density);
  const undisturbed = bitsOf(finish(train(engine, task, network)));
  const pauses = Math.floor((task.to - task.from) / 50);

  test("saving its state changes nothing", () => {
    const states: TrainState[] = [];
    const end = finish(train(engine, task, network), (pause) => states.push(pause.snapshot()));
    expect(states.map(({ step }) => step)).toEqual(Array.from({ length: pauses }, (_, i) => task.from + 50 * (i + 1)));
    expect(bitsOf(end)).toEqual(undisturbed);
  });

  test("stopped any number of times, it ends with the same bits", () => {
    const lives = fc.array(fc.integer({ min: 1, max: pauses }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(lives, (lengths) => {
        let left: TrainState | undefined;
        for (const length of lengths)
          left = left === undefined || left.step < task.to ? interrupt(task, length, left) : left;
        // A training that has ended already has nothing to go on with.
        expect(bitsOf(left!.step < task.to ? finish(train(engine, task, network, left)) : left!)).toEqual(undisturbed);
      }),
      { numRuns: 6 },
    );
  });

  /** Trains on for `length` pauses, or to the end, and returns what its file would hold. */
  function interrupt(task: TrainTask, length: number, from?: TrainState): TrainState {
    const training = train(engine, task, network, from);
    for (let i = 1; ; i++) {
      const next = training.next();
      if (!next.done && i < length) continue;
      const state = next.done ? next.value : next.value.snapshot();
      training.return(state);
      return decodeState(encodeState(state));
    }
  }
});

test("the clock of a resumed training goes on", () => {
  const task = tinyTask({ to: 60 });
  const training = train(engine, task, tinyNetwork(task));
  const state = { ...(training.next().value as { snapshot(): TrainState }).snapshot(), seconds: 1000 };
  training.return(state);
  const { seconds } = finish(train(engine, task, tinyNetwork(task), state));
  expect(seconds).toBeGreaterThanOrEqual(1000);
  expect(seconds).toBeLessThan(1060);
});
