/** Feeds: every input of a section is spoken for, and one with a state goes on from it bit for bit. */
import { describe, expect, test } from "vitest";
import type { HostEngine, Instance } from "../engine/engine.ts";
import { fullMask } from "../prune/prune.ts";
import { compileExperiment, scalingsOf } from "./experiment.ts";
import { createFeed, type Feed, trainingFeed } from "./feed.ts";
import { adam, bitsOf, dataset, engine, finish, noting, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { trainGradually } from "./gradual.ts";
import { decodeState, encodeState, type TrainState } from "./state.ts";
import { type Pause, train } from "./train.ts";
import type { Training } from "./training.ts";

describe("inputs", () => {
  const { model } = tinyTask({ name: "mlp-8-dropout0.5" });
  const program = compileExperiment(model, { optimizer: adam, batch: 4, scalings: scalingsOf(dataset) });
  const rows = Int32Array.of(3, 1, 2);
  const control = () => [0.01, 0.01, 1];
  const sources = { table: dataset.train, rowsAt: () => rows };

  test.each([
    [{}, "counter"],
    [{ counter: () => [0, 0, 0] }, "control"],
    [{ control }, "counter"],
  ])("that nothing is said for are refused: %#", (values, name) => {
    const instance = engine.open(program);
    const message = `section train: every input of a program must be written, got "${name}". Add it to the feed`;
    expect(() => createFeed(instance, "train", { ...sources, values })).toThrow(
      expect.objectContaining({ code: "usage", message }),
    );
    instance.close();
  });

  test("are written with the rows of the iteration; sources that the section does not read are not asked", () => {
    const noted = noting(engine);
    const instance = noted.open(program);
    const unasked = () => {
      throw new Error("asked");
    };
    const feed = createFeed(instance, "evaluate", { ...sources, values: { control: unasked } });
    expect(feed.write(0)).toBe(rows);
    instance.run("evaluate");
    expect(noted.notes).toEqual([{ section: "evaluate", split: "train", examples: [3, 1, 2], control: [] }]);
    expect(feed.state()).toBeNull();
    instance.close();
  });

  test("are refused before training where a feed of one's own leaves one out, and the memory is freed", async () => {
    const noted = noting(engine);
    const feed = (instance: Instance) => createFeed(instance, "train", sources);
    const task = tinyTask({ feed });
    await expect(train(noted, task, tinyNetwork(task)).next()).rejects.toThrow(
      'section train: every input of a program must be written, got "control"',
    );
    expect(noted.openCount()).toBe(0);
  });
});

describe("a feed with a state", () => {
  /** Counts on by an odd step; the count decides rows, rates and noise. */
  function counting(instance: Instance, training: Training): Feed {
    const inner = trainingFeed(instance, training);
    let count = 0;
    return {
      write(step) {
        count += 1 + (step % 3);
        return inner.write(count);
      },
      state: () => ({ count }),
      restore(state) {
        count = state.count as number;
      },
    };
  }
  const schedule = { rate: 0.02, shape: { name: "cosine", end: 300 }, warmup: 20 } as const;
  const task = tinyTask({ name: "mlp-8-dropout0.5", schedule, to: 60, pauseEvery: 7, feed: counting });
  const network = tinyNetwork(task, 0.5);
  const end = async (changes: Partial<Training> = {}, resume?: TrainState, on: HostEngine = engine) =>
    bitsOf(await finish(train(on, { ...task, ...changes }, network, resume)));

  async function pausesOf(): Promise<TrainState[]> {
    const states: TrainState[] = [];
    await finish(train(engine, task, network), async (pause: Pause) => {
      states.push(decodeState(encodeState(await pause.snapshot())));
    });
    return states;
  }

  test("keeps it in every state, and decides the batches by it", async () => {
    const counts = (await pausesOf()).map(({ step, feed }) => [step, feed]);
    expect(counts.slice(0, 3)).toEqual([
      [7, { count: 13 }],
      [14, { count: 27 }],
      [21, { count: 42 }],
    ]);
    const noted = noting(engine);
    await end({ to: 3 }, undefined, noted);
    const plain = noting(engine);
    await end({ to: 7, feed: trainingFeed }, undefined, plain);
    const batches = ({ notes }: typeof noted) => notes.filter(({ section }) => section === "train");
    expect(batches(noted).map(({ examples }) => examples)).toEqual(
      [1, 3, 6].map((count) => batches(plain)[count]!.examples),
    );
  });

  test("ends with the same bits from any pause, and with others where it is not given back", async () => {
    const whole = await end();
    expect(whole.feed).toEqual({ count: 120 });
    const forgetful: Training["feed"] = (...given) => ({ ...counting(...given), restore() {} });
    for (const pause of await pausesOf()) {
      expect(await end({}, pause)).toEqual(whole);
      expect((await end({ feed: forgetful }, pause)).values).not.toEqual(whole.values);
    }
  });

  test("goes on through every new mask of gradual pruning", async () => {
    const { model } = task;
    const dense = tinyNetwork(task);
    const maskAt = () => fullMask(model.parameters);
    const plan = { begin: 14, every: 14, updates: 2, maskAt };
    const { feed } = await finish(trainGradually(engine, task, { network: dense, plan }));
    expect(feed).toEqual({ count: 120 });
  });

  test("is absent from the states of one without", async () => {
    expect(await finish(train(engine, { ...task, feed: trainingFeed }, network))).not.toHaveProperty("feed");
  });
});
