import { describe, expect, test } from "vitest";
import { carryOut } from "../../app/carry-out.ts";
import { readCsv } from "../../dataset/csv/dataset.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { loadDataset } from "../../dataset/load.ts";
import type { HostEngine } from "../../engine/engine.ts";
import { addSequenceModels } from "../../sequence/families.ts";
import { memoryStore, tinyRunner, tinyTraining } from "../../step/fixtures/steps.ts";
import { initialiseStep } from "../../step/initialise.ts";
import { request } from "../../step/request.ts";
import { createInlineRunner } from "../../step/runner.ts";
import { type TrainParams, type TrainResult, trainStep } from "../../step/train.ts";
import { trunkStep } from "../../step/trunk.ts";
import { dataset, engine } from "../../train/fixtures/tasks.ts";
import { runTiny, tinySpec } from "../fixtures/studies.ts";
import { figure2, instability } from "./kind.ts";
import { PAIR_ARMS, type PairRow } from "./pair.ts";
import { instabilityPlan } from "./plan.ts";
import { type InstabilitySpec, parseInstabilitySpec, parseNetworksSpec } from "./spec.ts";

/** Copies of a tiny MLP that part at iterations 0, 2 and 5 of 9. */
function spec(changes: Partial<InstabilitySpec> = {}): InstabilitySpec {
  const { rewind: _, arms: __, ...training } = tinySpec();
  const own = {
    study: "instability",
    at: ["5it", "0", "2it"],
    copies: 3,
    points: 3,
    recompute: false,
    arms: ["dense"],
  };
  return parseInstabilitySpec({ ...training, ...own, ...changes });
}

/** The engine, and how many iterations it has trained. */
function countingEngine() {
  let iterations = 0;
  const open: HostEngine["open"] = (program) => {
    const instance = engine.open(program);
    const run: typeof instance.run = (section) => {
      if (section === "train") iterations++;
      instance.run(section);
    };
    return { ...instance, run };
  };
  return { engine: { ...engine, open }, iterations: () => iterations };
}

describe("all arms", async () => {
  const store = memoryStore();
  const told: PairRow[] = [];
  const onRow = (row: PairRow) => void told.push(row);
  const counting = countingEngine();
  const runner = createInlineRunner({ store, engine: counting.engine, datasets: [dataset] });
  const rows = await runTiny(instability, spec({ arms: [...PAIR_ARMS], copies: 2, replicates: 2 }), { runner, onRow });
  const inputsOf = async ({ artifact }: PairRow) => {
    const line = await store.readMeta(artifact);
    const ends = await Promise.all([line.inputs.a!, line.inputs.b!].map((key) => store.readMeta(key)));
    return { line, ends };
  };

  test("rows come in the order of arms, partings and replicates, and are told as they finish", () => {
    const expected = PAIR_ARMS.flatMap((arm) =>
      [0, 2, 5].flatMap((step) => [0, 1].map((replicate) => [arm, step, replicate])),
    );
    expect(rows.map(({ arm, step, replicate }) => [arm, step, replicate])).toEqual(expected);
    expect(told.length).toBe(rows.length);
  });

  test("copies share network and mask, and part in the draw of their noise alone", async () => {
    for (const row of rows) {
      const { ends } = await inputsOf(row);
      const [a, b] = ends.map(({ params }) => params as unknown as TrainParams);
      // Noise of the trainings behind a mask, those of levels 0 and 1, is not drawn again under it.
      const draws = row.copies.map((copy) => (row.arm === "dense" ? copy : 2 + copy));
      expect([a!.from, a!.to, a!.draw, b!.draw]).toEqual([row.step, 9, ...draws]);
      expect({ ...a, draw: 0 }).toEqual({ ...b, draw: 0 });
      expect(ends[0]!.inputs).toEqual(ends[1]!.inputs);
      expect("mask" in ends[0]!.inputs).toBe(row.arm !== "dense");
    }
  });

  test("sparse arms have the counts of the last level, and rewound and reinit one mask", async () => {
    for (const row of rows) expect([row.weights, row.level]).toEqual(row.arm === "dense" ? [4764, 0] : [1191, 2]);
    const maskOf = async (arm: PairRow["arm"], step: number) => {
      const row = rows.find((each) => each.arm === arm && each.step === step)!;
      return (await inputsOf(row)).ends[0]!.inputs.mask;
    };
    for (const step of [0, 2, 5]) {
      const [rewound, random, shuffle, reinit] = await Promise.all(PAIR_ARMS.slice(1).map((arm) => maskOf(arm, step)));
      expect(reinit).toBe(rewound);
      expect(new Set([rewound, random, shuffle]).size).toBe(3);
    }
    expect(await maskOf("rewound", 0)).not.toBe(await maskOf("rewound", 5));
  });

  test("rows tell what their line says, and how accurate its ends are", async () => {
    for (const row of rows) {
      const { line, ends } = await inputsOf(row);
      expect(line.result).toMatchObject({
        interpolated: row.path,
        instability: row.instability,
        separation: row.separation,
      });
      const values = ends.map(({ result }) => (result as unknown as TrainResult).measure.value);
      expect([row.ends, row.testAccuracy]).toEqual([values, values]);
      const [b, , a] = row.path.testError;
      expect(row.ends.map((accuracy) => 1 - accuracy)).toEqual([expect.closeTo(a!, 12), expect.closeTo(b!, 12)]);
      expect(row.separation.distance).toBeGreaterThan(0);
      expect(row.measure).toEqual({ name: "lii", value: row.instability.testError });
      expect(row.startAccuracy === null).toBe(row.step === 0);
    }
  });

  test("the iterations that arms and partings share are trained once", () => {
    // Of each replicate: 5 to the last parting, and 5 of another initialisation for reinit; from 0, 2 and 5 to 9 two
    // copies of five arms, and a network between the dense and the last mask.
    expect(counting.iterations()).toBe(2 * (5 + 5 + (9 + 7 + 4) * (2 * 5 + 1)));
  });

  test("another parting is trained on from those that are there", async () => {
    const before = counting.iterations();
    await runTiny(instability, spec({ at: ["2it", "7it"], copies: 2 }), { runner });
    // The trunk has been at 2; from there 5 to the new parting, and two copies to the end.
    expect(counting.iterations() - before).toBe(5 + 2 * 2);
  });

  test("running it again computes nothing", async () => {
    const before = store.written.length;
    const again = await runTiny(instability, spec({ arms: [...PAIR_ARMS], copies: 2, replicates: 2 }), { runner });
    expect(again).toEqual(rows);
    expect(store.written.length).toBe(before);
  });
});

describe("a trunk", () => {
  const { from: _, to: __, ...params } = tinyTraining({ model: "mlp-6" });
  async function trunk(steps: readonly number[], store = memoryStore()) {
    const runner = tinyRunner(store);
    const draw = { model: "mlp-6", data: "synthetic", seed: 1, replicate: 0, draw: 0 };
    const network = await runner.run(request(initialiseStep, { ...draw, init: "glorot-normal" }));
    let headStart: string | undefined;
    for (const to of steps) {
      const longer = request(trunkStep, { ...params, to }, { network });
      headStart = await runner.run({ ...longer, ...(headStart && { headStart }) });
    }
    return { artifact: await store.read(headStart!), store, network, runner };
  }

  test("that goes on from an earlier one has the bits of one that never stopped, optimizer included", async () => {
    const [whole, parts] = [await trunk([7]), await trunk([2, 3, 7])];
    expect([...parts.artifact.tensors.keys()].some((name) => name.startsWith("state/"))).toBe(true);
    expect(parts.artifact.tensors).toEqual(whole.artifact.tensors);
    const { seconds: _, ...told } = whole.artifact.meta.result;
    expect(parts.artifact.meta).toMatchObject({ ...whole.artifact.meta, result: told });
  });

  test("is the training that the step `train` is", async () => {
    const { artifact, runner, network, store } = await trunk([3, 7]);
    const key = await runner.run(request(trainStep, { ...params, from: 0, to: 7 }, { network }));
    const { tensors } = await store.read(key);
    for (const [name, tensor] of tensors) expect(artifact.tensors.get(name)).toEqual(tensor);
  });

  test("serves as the network of a training", async () => {
    const { runner, store, network } = await trunk([3]);
    const before = request(trunkStep, { ...params, to: 3 }, { network });
    const key = await runner.run(request(trainStep, { ...params, from: 3, to: 7 }, { network: before }));
    expect([...(await store.read(key)).tensors.keys()].every((name) => !name.startsWith("state/"))).toBe(true);
  });
});

test("several networks are analysed under their names, each on its own data", async () => {
  const { study: _, ...one } = spec({ at: ["0"], copies: 2 });
  const two = parseNetworksSpec({
    study: "figure2",
    networks: [
      { name: "A", ...one },
      { name: "B", ...one, model: "mlp-4" },
    ],
  });
  const rows = await runTiny(figure2, two, { store: memoryStore() });
  expect(rows.map(({ panel, prunable }) => [panel, prunable])).toEqual([
    ["A", 4764],
    ["B", 3176],
  ]);
  expect(() => [...figure2.plan(two, [])]).toThrow("synthetic: the data set must be loaded");
});

/** 120 rows of two features and a price. */
async function prices(): Promise<Dataset> {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const [size, age] = [20 + 100 * Math.abs(Math.sin(i)), (7 * i) % 40];
    return [size, age, 2000 + 30 * size - 9 * age].join(",");
  });
  const chunks = [new TextEncoder().encode(["size,age,price", ...rows, ""].join("\n"))];
  const read = await readCsv({ where: "prices.csv", chunks }, undefined, { target: ["price"], task: "regression" });
  return { name: "prices", ...read };
}

test("copies of a regression are told by their RMSE in the target's unit", async () => {
  const table = await prices();
  const options = { model: "mlp-4", data: "prices", loss: "squared-error" as const, at: ["0", "2it"], copies: 2 };
  const runner = createInlineRunner({ store: memoryStore(), engine, datasets: [table] });
  const own = spec({ ...options, arms: ["dense", "rewound"], points: 5 });
  const rows = (await carryOut({ kind: instability, spec: own, datasets: [table], runner, events: {} })) as PairRow[];
  expect(rows.map(({ arm, step }) => [arm, step])).toEqual([
    ...[
      ["dense", 0],
      ["dense", 2],
      ["rewound", 0],
      ["rewound", 2],
    ],
  ]);
  for (const row of rows) {
    expect(row).not.toHaveProperty("testAccuracy");
    const { testError } = row.path;
    expect([testError.at(-1), testError[0]]).toEqual(row.ends.map((end) => expect.closeTo(end, 6)));
    expect(Math.min(...row.ends)).toBeGreaterThan(10);
    expect(row.measure.value).toBeCloseTo(Math.max(...testError) - (row.ends[0] + row.ends[1]) / 2, 6);
  }
});

describe("refuses", () => {
  test.each([
    [{ at: [] }, /^at: /],
    [{ at: ["soon"] }, "at.0: must be a step count such as 10ep, 500it, 2ep50it or 0"],
    [{ copies: 1 }, /^copies: /],
    [{ points: 2 }, /^points: /],
    [{ arms: ["dense", "dense"] }, "arms: must name each arm once"],
    [{ lr: 0 }, /^lr: /],
    [{ arms: ["dense", "random"], levels: 0 }, "levels: arm random needs a mask, and so a level, got 0"],
  ] as [Partial<InstabilitySpec>, string | RegExp][])("%o", (changes, message) => {
    expect(() => spec(changes)).toThrow(message);
  });

  test("partings at the end of training or after it", () => {
    expect(() => instabilityPlan(spec({ at: ["0", "3ep"] }), dataset).next()).toThrow(
      'at: must come before the end of training, 3ep, got "3ep". An epoch has 3 iterations',
    );
  });
});

test("copies that nothing would tell apart are refused, before anything is trained", async () => {
  addSequenceModels();
  const corpus = await loadDataset("corpus:synthetic");
  const language = (model: string) => spec({ model, data: "corpus:synthetic", loss: "cross-entropy", validation: 0 });
  const first = (model: string) => instabilityPlan(language(model), corpus).next();
  expect(() => first("lstm-1-8")).toThrow(
    'model: must draw something in training, as copies on a text that is read in its order differ in nothing else, got "lstm-1-8". Take one with dropout',
  );
  expect(first("lstm-2-8-dropout0.2").done).toBe(false);
});
