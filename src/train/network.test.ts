import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { dataset, engine, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { rewind, scoreNetwork, type TrainedNetwork, trainNetwork } from "./network.ts";

const bitsOf = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

test("rewound weights are those of before, bit for bit, and +0 where they are pruned", () => {
  const entry = fc.tuple(fc.float(), fc.nat(1));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
      const values = Float32Array.from(entries, ([value]) => value);
      const mask = new Map([["fc1.weight", Uint8Array.from(entries, ([, bit]) => bit)]]);
      const weights = new Map([
        ["fc1.weight", values],
        ["fc1.bias", values],
      ]);
      const network = rewind(weights, mask);
      expect(bitsOf(network.weights.get("fc1.weight")!)).toEqual(
        bitsOf(values).map((bits, i) => (entries[i]![1] === 1 ? bits : 0)),
      );
      expect(bitsOf(network.weights.get("fc1.bias")!)).toEqual(bitsOf(values));
      expect(network.mask).toBe(mask);
    }),
  );
});

test("a network of 2,000 layers trains: nothing walks it by recursion, or looks at all layers for each", async () => {
  const { model } = tinyTask({ name: `mlp${"-4".repeat(2000)}` });
  const trained = await trainNetwork(engine, tinyNetwork({ model }), { model, dataset, steps: 2, batch: 40 });
  expect(trained.weights.size).toBe(2 * 2001);
  expect(Number.isFinite(trained.testLoss)).toBe(true);
}, 60_000);

describe.each([1, 0.2])("a network of density %d", (density) => {
  const { model } = tinyTask();
  const options = { model, dataset, steps: 60, batch: 40 };
  const start = tinyNetwork({ model }, density);
  let trained: TrainedNetwork;
  beforeAll(async () => {
    trained = await trainNetwork(engine, start, options);
  });

  test("trains in one call to the score that scoring it gives", async () => {
    const { n, measures, loss } = await scoreNetwork(engine, trained, options);
    expect([n, measures.accuracy, loss]).toEqual([dataset.test.count, trained.test, trained.testLoss]);
    expect(trained.testLoss).toBeLessThan((await scoreNetwork(engine, start, options)).loss);
  });

  test("has points before and after training, its mask, and the parameters of its model alone", () => {
    expect(trained.curve.map(({ step }) => step)).toEqual([0, 60]);
    expect(trained.mask).toBe(start.mask);
    expect([...trained.weights.keys()]).toEqual(model.parameters.map(({ name }) => name));
  });

  test("is not changed where it is trained on from", async () => {
    expect(start).toEqual(tinyNetwork({ model }, density));
    expect(await trainNetwork(engine, start, options)).toEqual(trained);
  });
});

test("defaults are Frankle and Carbin's for LeNet: Adam at 1.2e-3, batches of 60, every training image", async () => {
  const { model } = tinyTask();
  const start = tinyNetwork({ model });
  const { optimizer } = tinyTask();
  const schedule = { rate: 1.2e-3, shape: { name: "constant" }, warmup: 0 } as const;
  const spelt = { optimizer, schedule, batch: 60, split: tinyTask({ validation: 0 }).split, from: 0 };
  const options = { model, dataset, steps: 5 };
  const trained = await trainNetwork(engine, start, options);
  expect(trained).toEqual(await trainNetwork(engine, start, { ...options, ...spelt }));
});
