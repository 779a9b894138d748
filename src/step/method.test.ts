/** Penalties as ways to become sparse: what their last state stands for, and that stopping changes no bit. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Network } from "../model/tensors.ts";
import { adam, bitsOf, engine, finish, tinyNetwork, tinyTask } from "../train/fixtures/tasks.ts";
import { scoreNetwork } from "../train/network.ts";
import type { Ramp } from "../train/penalty.ts";
import { decodeState, encodeState, type TrainState } from "../train/state.ts";
import type { Pause } from "../train/train.ts";
import { beginMethod, type Method } from "./method.ts";

/** Fast enough for gates to shut; a decay of weights would show, were it not left out. */
const task = tinyTask({
  to: 150,
  optimizer: { ...adam, weightDecay: 0.1 },
  schedule: { rate: 0.05, shape: { name: "constant" }, warmup: 0 },
});
const begin = (method: Method, resume: TrainState | null = null) =>
  beginMethod(method, { engine, asked: task, network: tinyNetwork(task), resume });

const methods: Method[] = [
  { name: "variational", rate: 3, begin: 0, end: 50 },
  { name: "l0", rate: 30, begin: 10, end: 50 },
];

describe.each(methods)("$name", (method) => {
  let last: TrainState;
  let network: Network;
  beforeAll(async () => {
    const { training, networkOf } = begin(method);
    last = await finish(training);
    network = networkOf(last);
  });

  test("weights that its mask prunes are +0, and the others are not", () => {
    const { weights, mask } = network;
    for (const [name, bits] of mask!) {
      const values = weights.get(name)!;
      expect(values.every((value, i) => (bits[i] ? value !== 0 : Object.is(value, 0)))).toBe(true);
    }
    const bits = [...mask!.values()].flatMap((each) => [...each]);
    const kept = bits.filter((bit) => bit === 1).length;
    expect(kept).toBeGreaterThan(0);
    if (method.name === "variational") expect(kept).toBeLessThan(bits.length);
  });

  test("its network scores as its last evaluation did", async () => {
    const score = await scoreNetwork(engine, network, task);
    expect(score.measure.value).toBe(last.curve.at(-1)!.test);
    expect(score.loss).toBeCloseTo(last.curve.at(-1)!.testLoss!, 5);
  });

  test("it has the model's parameters alone, and no early stop", () => {
    expect([...network.weights.keys()]).toEqual(task.model.parameters.map(({ name }) => name));
    expect(last.earlyStop).toBe(null);
  });

  test("stopped at 100, it ends with the same bits", async () => {
    const { training } = begin(method);
    let pause = (await training.next()).value as Pause;
    while (pause.step < 100) pause = (await training.next()).value as Pause;
    const left = decodeState(encodeState(await pause.snapshot()));
    await training.return(undefined as never);
    expect(bitsOf(await finish(begin(method, left).training))).toEqual(bitsOf(last));
  });

  test("a stronger penalty keeps fewer weights", async () => {
    const count = async (strength: number) => {
      const { training, networkOf } = begin({ ...method, rate: (method as Ramp).rate * strength } as Method);
      const { mask } = networkOf(await finish(training));
      return [...mask!.values()].reduce((sum, bits) => sum + bits.reduce((a, b) => a + b, 0), 0);
    };
    expect(await count(20)).toBeLessThan(await count(0.1));
  });
});
