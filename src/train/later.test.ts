/** An engine that opens programs and gives values later computes the same bits as one that does so at once. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { align } from "../connectivity/align.ts";
import { perceptron, residual, trained } from "../connectivity/fixtures/networks.ts";
import { evenAlphas, scorePath } from "../connectivity/path.ts";
import { scorePlane } from "../connectivity/plane.ts";
import type { Engine, HostEngine } from "../engine/engine.ts";
import { allIndices } from "./evaluate.ts";
import { bitsOf, engine, finish, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { type MaskPlan, trainGradually } from "./gradual.ts";
import { scoreNetwork, trainNetwork } from "./network.ts";
import { decodeState, encodeState, type TrainState } from "./state.ts";
import { recomputeStatistics } from "./statistics.ts";
import { type Pause, train } from "./train.ts";

/** All that an engine gives, after a turn. */
function later(inner: HostEngine, turn: () => Promise<void>): Engine {
  return {
    ...inner,
    async open(program) {
      await turn();
      const instance = inner.open(program);
      return {
        ...instance,
        async read(buffer, into) {
          await turn();
          return instance.read(buffer, into);
        },
      };
    },
  };
}

const TURNS = [
  { when: "a microtask", turn: () => Promise.resolve() },
  { when: "a turn of the event loop", turn: () => setImmediate() },
];

const settings = [perceptron, residual].map((setting) => ({ name: setting.model.name, setting }));

describe.each(TURNS)("after $when", ({ turn }) => {
  const on = later(engine, turn);

  test.each(["mlp-8-dropout0.5", "mlp-8"])("%s trains to the same state, stopped on the way too", async (name) => {
    const task = tinyTask({ name, optimizer: sgd, to: 30, evaluateEvery: 10, pauseEvery: 10 });
    const network = tinyNetwork(task, 0.5);
    const whole = bitsOf(await finish(train(engine, task, network)));
    const states: TrainState[] = [];
    const see = async (pause: Pause) => states.push(await pause.snapshot());
    expect(bitsOf(await finish(train(on, task, network), see))).toEqual(whole);
    expect(states.map(({ step }) => step)).toEqual([10, 20, 30]);
    const resume = decodeState(encodeState(states[0]!));
    expect(bitsOf(await finish(train(on, task, network, resume)))).toEqual(whole);
  });

  test("a mask made anew on the way is the same", async () => {
    const task = tinyTask({ to: 30, evaluateEvery: 10 });
    const network = tinyNetwork(task);
    const maskAt: MaskPlan["maskAt"] = (step, weights) =>
      new Map([["fc1.weight", Uint8Array.from(weights.get("fc1.weight")!, (value) => +(value > step / 1000))]]);
    const plan = { begin: 10, every: 10, updates: 1, maskAt };
    const [there, here] = [
      trainGradually(on, task, { network, plan }),
      trainGradually(engine, task, { network, plan }),
    ];
    expect(bitsOf(await finish(there))).toEqual(bitsOf(await finish(here)));
  });

  test.each(settings)("$name has the same scores, statistics, path and plane", async ({ setting }) => {
    const [a, b, c] = [await trained(setting, 1), await trained(setting, 2), await trained(setting, 3)];
    const rows = allIndices(40);
    const scored = { ...setting, train: rows, statistics: rows };
    const run = async (where: Engine) => ({
      trained: await trainNetwork(where, a, { ...setting, steps: 3 }),
      score: await scoreNetwork(where, a, setting),
      statistics: await recomputeStatistics(where, a, { ...setting, indices: rows }),
      path: await scorePath(where, { ...scored, alphas: evenAlphas(3) }, { a, b }),
      plane: await scorePlane(where, { ...scored, points: 2, margin: 0 }, { a, b, c }),
      aligned: await align(where, { ...setting, how: "activations", images: rows, seed: 1 }, { a, b }),
    });
    expect(await run(on)).toEqual(await run(engine));
  });
});
