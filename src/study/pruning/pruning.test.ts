import { describe, expect, test } from "vitest";
import { memoryStore, trainings } from "../../step/fixtures/steps.ts";
import { keyOf } from "../../step/request.ts";
import type { Runner } from "../../step/runner.ts";
import { runTiny, tinySpec } from "../fixtures/studies.ts";
import { ARMS, type Row } from "../networks/row.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { imp, oneshot } from "./kind.ts";

async function study(changes: Partial<PruningSpec>, store = memoryStore()) {
  const spec = tinySpec(changes);
  const rows = await runTiny(spec.study === "imp" ? imp : oneshot, spec, { store });
  const row = (arm: Row["arm"], level: number, replicate = 0) =>
    rows.find((each) => each.arm === arm && each.level === level && each.replicate === replicate)!;
  const maskOf = async ({ artifact }: Row) => {
    const { tensors } = await store.read(artifact);
    return ["fc1", "fc2"].map((layer) => tensors.get(`mask/${layer}.weight`)!.data as Uint8Array);
  };
  return { rows, row, store, maskOf };
}

describe("all arms", async () => {
  const { rows, row, store, maskOf } = await study({ arms: [...ARMS], rewindTo: "4it", replicates: 2 });

  test("level 0 is one dense network for tickets, shuffled masks and itself, and one fresh network for the others", () => {
    for (const replicate of [0, 1]) {
      const at = (arm: Row["arm"]) => row(arm, 0, replicate).artifact;
      expect(at("shuffle")).toBe(at("ticket"));
      expect(at("dense")).toBe(at("ticket"));
      expect(at("random")).toBe(at("reinit"));
      expect(at("reinit")).not.toBe(at("ticket"));
    }
    expect(row("ticket", 0, 0).artifact).not.toBe(row("ticket", 0, 1).artifact);
  });

  test("rows count their weights, and tell what the network's artifact tells", async () => {
    for (const { arm, level, replicate, artifact, ...numbers } of rows) {
      expect([arm, numbers.weights]).toEqual([arm, [4764, 2382, 1191][level]]);
      expect(numbers.density).toBe(numbers.weights / 4764);
      const { result, params } = await store.readMeta(artifact);
      expect(params.replicate).toBe(replicate);
      const { density: _, testAccuracy, earlyStopStep, earlyStopAccuracy, ...told } = numbers;
      expect(result).toMatchObject(told);
      expect(testAccuracy).toBe(told.measure.value);
      expect({ step: earlyStopStep, value: earlyStopAccuracy }).toEqual(told.earlyStop);
      // Finetuning goes on for as many iterations as there are from the fourth to the ninth; scratch-b trains as many times
      // as long as its network is sparse, but for biases and the like.
      const longer = level === 0 ? 9 : ({ finetune: 14, "scratch-b": numbers.steps }[arm as string] ?? 9);
      expect([arm, numbers.steps]).toEqual([arm, longer]);
      if (arm === "scratch-b") expect([9, 18, 35, 36].indexOf(numbers.steps)).toBeGreaterThanOrEqual(level);
      expect(earlyStopStep).not.toBeNull();
    }
  });

  test("all arms of a level have the same counts in every layer; tickets and reinit have the same mask", async () => {
    for (const level of [1, 2]) {
      const masks = await Promise.all(
        (["ticket", "reinit", "random", "shuffle"] as const).map((arm) => maskOf(row(arm, level))),
      );
      const counts = masks.map((layers) => layers.map((bits) => bits.reduce((sum, bit) => sum + bit, 0)));
      expect(counts).toEqual(counts.map(() => [4704 / 2 ** level, 60 / 2 ** level]));
      const [ticket, reinit, random, shuffle] = masks.map((layers) => layers.join());
      expect(reinit).toBe(ticket);
      expect(new Set([ticket, random, shuffle]).size).toBe(3);
    }
  });

  test("a ticket's mask shrinks from level to level, and its weights start at the initialisation", async () => {
    const [first, second] = [await maskOf(row("ticket", 1)), await maskOf(row("ticket", 2))];
    first.forEach((bits, layer) => {
      bits.forEach((bit, i) => {
        expect(second[layer]![i]!).toBeLessThanOrEqual(bit);
      });
    });
    const starts = [0, 1, 2].map(async (level) => (await store.readMeta(row("ticket", level).artifact)).inputs.network);
    expect(new Set(await Promise.all(starts)).size).toBe(1);
    const shuffled = await store.readMeta(row("shuffle", 2).artifact);
    expect(shuffled.inputs.network).toBe(await starts[0]);
    const nested = await store.readMeta(row("nested-random", 2).artifact);
    expect(nested.inputs.network).toBe(await starts[0]);
    const [larger, smaller] = [await maskOf(row("nested-random", 1)), await maskOf(row("nested-random", 2))];
    larger.forEach((bits, layer) => {
      expect(smaller[layer]!.every((bit, i) => bit <= bits[i]!)).toBe(true);
    });
    expect(larger).not.toEqual(first);
    const fresh = await Promise.all(
      [1, 2].map(async (level) => (await store.readMeta(row("reinit", level).artifact)).inputs.network),
    );
    expect(new Set([await starts[0], ...fresh]).size).toBe(3);
  });

  test("chains have masks of their own, which come from the network below", async () => {
    for (const arm of ["rewound", "lr-rewind", "finetune"] as const) {
      const [first, second] = [row(arm, 1), row(arm, 2)];
      const mask = async ({ artifact }: Row) => (await store.readMeta(artifact)).inputs.mask!;
      expect((await store.readMeta(await mask(first))).inputs.network).toBe(row("ticket", 0).artifact);
      expect((await store.readMeta(await mask(second))).inputs.network).toBe(first.artifact);
      const start = (await store.readMeta(second.artifact)).inputs.network;
      if (arm !== "rewound") expect(start).toBe(first.artifact);
      else expect((await store.readMeta(start!)).params).toMatchObject({ from: 0, to: 4, draw: 0 });
    }
  });

  test("one-shot masks all come from the dense network, and train from the rewind point", async () => {
    expect(row("oneshot", 1).artifact).toBe(row("rewound", 1).artifact);
    const { inputs } = await store.readMeta(row("oneshot", 2).artifact);
    expect((await store.readMeta(inputs.mask!)).inputs.network).toBe(row("ticket", 0).artifact);
    expect((await store.readMeta(inputs.network!)).params).toMatchObject({ from: 0, to: 4, draw: 0 });
    expect(row("oneshot", 2).weights).toBe(row("rewound", 2).weights);
  });

  test("every level sees an order of the data of its own, alike in all arms", async () => {
    for (const { arm, level, artifact } of rows)
      expect([arm, (await store.readMeta(artifact)).params.draw]).toEqual([arm, level]);
  });

  test("each network is trained once, and none when asked again", async () => {
    // Per replicate: dense, fresh dense, a rewind point, two levels of four chains and of five controls; one of the masks at once.
    expect(trainings(store.written).length).toBe(2 * (1 + 1 + 1 + 8 + 10 + 1));
    const before = store.written.length;
    expect((await study({ arms: [...ARMS], rewindTo: "4it", replicates: 2 }, store)).rows).toEqual(rows);
    expect(store.written.length).toBe(before);
  });

  test("one level more trains that level alone", async () => {
    const before = store.written.length;
    await study({ arms: [...ARMS], rewindTo: "4it", replicates: 2, levels: 3 }, store);
    expect(trainings(store.written.slice(before)).length).toBe(2 * 10);
  });
});

test("a rewind point is trained once and all tickets start there", async () => {
  const { store, row } = await study({ rewind: "4it", arms: ["ticket", "shuffle"] });
  const prefixes = store.written.filter(({ step, params }) => step === "train" && params.from === 0);
  expect(prefixes.map(({ params }) => params.to)).toEqual([4]);
  expect(trainings(store.written).length).toBe(1 + 3 + 2);
  const networks = (["ticket", "shuffle"] as const).flatMap((arm) => [0, 1, 2].map((level) => row(arm, level)));
  const inputs = await Promise.all(
    networks.map(async ({ artifact }) => (await store.readMeta(artifact)).inputs.network!),
  );
  expect(new Set(inputs).size).toBe(1);
  expect((await store.readMeta(inputs[0]!)).params.to).toBe(4);
});

test("one shot keeps as many weights as iterating, in masks that all come from the dense network and lie in each other", async () => {
  const { rows, row, store, maskOf } = await study({ study: "oneshot", levels: 3 });
  expect(rows.map(({ weights }) => weights)).toEqual((await study({ levels: 3 })).rows.map(({ weights }) => weights));
  const prunings = store.written.filter(({ step }) => step === "prune");
  expect(prunings.map(({ params, inputs }) => [params.rounds, inputs.network])).toEqual(
    [1, 2, 3].map((rounds) => [rounds, row("ticket", 0).artifact]),
  );
  const masks = await Promise.all([1, 2, 3].map((level) => maskOf(row("ticket", level))));
  masks.slice(1).forEach((layers, i) => {
    expect(layers.every((bits, layer) => bits.every((bit, at) => bit <= masks[i]![layer]![at]!))).toBe(true);
  });
});

describe("a failure", () => {
  const broken = new Error("broken");
  /** Fails the ticket of level 2 and finishes everything else late. */
  function failing() {
    const done: string[] = [];
    const run: Runner["run"] = async (request, { label = request.step } = {}) => {
      if (label.startsWith("ticket level 2")) throw broken;
      if (!label.startsWith("ticket") && request.step === "train") {
        await new Promise((resolve) => setTimeout(resolve, 20));
        done.push(label);
      }
      return keyOf(request, "fused");
    };
    const meta = {
      step: "train",
      version: 1,
      params: {},
      inputs: {},
      result: { weights: 1, prunable: 2, measure: { name: "accuracy", value: 1 } },
    };
    return { arithmetic: "fused", store: { ...memoryStore(), readMeta: async () => meta }, run, done };
  }

  test("of a ticket is thrown once the controls and the other replicates have ended", async () => {
    const runner = failing();
    const spec = tinySpec({ arms: ["ticket", "reinit"], levels: 3, replicates: 2 });
    await expect(runTiny(imp, spec, { runner })).rejects.toBe(broken);
    const expected = [0, 1].flatMap((replicate) =>
      [0, 1, 2].map((level) => `reinit level ${level}, replicate ${replicate}`),
    );
    expect(runner.done.sort()).toEqual(expected.sort());
  });

  test("of training keeps its code, and what was finished stays", async () => {
    const store = memoryStore();
    await expect(study({ lr: 1e30 }, store)).rejects.toMatchObject({
      code: "diverged",
      message: expect.stringMatching(/^ticket level 0, replicate 0: training at iteration/),
    });
    expect(store.written.map(({ step }) => step)).toEqual(["initialise", "train"]);
    expect(store.written[1]!.result).toMatchObject({ measure: { name: "accuracy", value: null }, earlyStop: null });
  });
});
