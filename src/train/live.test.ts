import { expect, test } from "vitest";
import { parseModel } from "../model/registry.ts";
import { allIndices } from "./evaluate.ts";
import { dataset, engine, tinyNetwork } from "./fixtures/tasks.ts";
import { type LiveOptions, trainLive } from "./live.ts";
import { scoreNetwork, trainNetwork } from "./network.ts";

const model = parseModel("mlp-8", dataset);
const network = tinyNetwork({ model }, 0.5);
const options = { model, dataset, steps: 60, batch: 40, evaluateEvery: 20 };
const live = (more: Partial<LiveOptions> = {}) => trainLive(engine, network, { ...options, pauseEvery: 10, ...more });

/** The steps of all pauses; `at` is called at each. */
async function steps(training: ReturnType<typeof live>, at: (step: number) => void = () => {}) {
  const seen: number[] = [];
  for await (const { step } of training) {
    seen.push(step);
    at(step);
  }
  return seen;
}

test("gives the network of a training that nobody watches", async () => {
  const training = live({ watch: "fc1.weight" });
  const losses: (number | null)[] = [];
  let watched: Float32Array | null = null;
  for await (const pause of training) {
    losses.push(pause.loss);
    watched = pause.watched;
  }
  const { weights, mask, curve, cancelled, state } = await training.end;
  const { test: _, testLoss: __, ...expected } = await trainNetwork(engine, network, options);
  expect({ weights, mask, curve }).toEqual(expected);
  expect(cancelled).toBe(false);
  expect(state.step).toBe(60);
  // Every second pause stands right behind a point of the curve.
  expect(losses.map((loss) => loss === null)).toEqual([false, true, false, true, false, true]);
  expect(watched).toEqual(weights.get("fc1.weight"));
});

test("is cancelled by a call, a signal or by leaving the loop, and resumes to the same bits", async () => {
  const called = live();
  expect(await steps(called, (step) => step === 30 && called.cancel())).toEqual([10, 20, 30]);
  const controller = new AbortController();
  const signalled = live({ signal: controller.signal });
  expect(await steps(signalled, (step) => step === 30 && controller.abort())).toEqual([10, 20, 30]);
  const left = live();
  for await (const { step } of left) if (step === 30) break;
  const whole = live();
  await steps(whole);
  const { weights } = await whole.end;
  for (const training of [called, signalled, left]) {
    const { cancelled, state } = await training.end;
    expect([cancelled, state.step]).toEqual([true, 30]);
    const rest = live({ resume: state });
    expect(await steps(rest)).toEqual([40, 50, 60]);
    expect((await rest.end).weights).toEqual(weights);
  }
});

test.each([
  [{ watch: "fc9.weight" }, /^parameter: must be one of fc1\.weight, .*, got "fc9\.weight"/],
  [{ batch: 0 }, "batch: must be an integer at least 1"],
  [{ testRows: Int32Array.of(50) }, "testRows: must be at least one row of the test table, from 0 to 49"],
  [{ testRows: new Int32Array() }, "testRows: must be at least one row"],
  [{ schedule: { rate: 1e30, shape: { name: "constant" }, warmup: 0 } as const }, /the loss must stay finite/],
])("%j fails the loop and its end", async (more, message) => {
  const training = live(more);
  await expect(steps(training)).rejects.toThrow(message);
  await expect(training.end).rejects.toThrow(message);
});

test("pauses are at least one iteration apart", () => {
  expect(() => live({ pauseEvery: 0 })).toThrow("pauseEvery: must be an integer at least 1");
});

test("scores some rows where they are named", async () => {
  const rows = allIndices(20);
  const training = live({ testRows: rows });
  await steps(training);
  const end = await training.end;
  const score = await scoreNetwork(engine, end, { model, dataset, rows });
  expect(score.n).toBe(20);
  expect(end.curve.at(-1)).toMatchObject({ test: score.measure.value, testLoss: score.loss });
  const none = { model, dataset, rows: new Int32Array() };
  await expect(scoreNetwork(engine, end, none)).rejects.toThrow("testRows: must be at least one row");
});
