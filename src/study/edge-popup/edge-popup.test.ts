/** The study `edge-popup`: counts, shared weights, what a random mask is, and a training stopped on the way. */
import { describe, expect, test } from "vitest";
import { parseModel } from "../../model/registry.ts";
import { memoryStore, tinyRunner } from "../../step/fixtures/steps.ts";
import { keptOf } from "../../train/edge-popup.ts";
import { dataset } from "../../train/fixtures/tasks.ts";
import { plannedRequests, runTiny } from "../fixtures/studies.ts";
import { LEARNED_ARMS, learnedMethod } from "../shared/learned.ts";
import { edgePopup } from "./kind.ts";
import type { PopupRow } from "./row.ts";
import { type PopupSpec, parsePopupSpec } from "./spec.ts";
import { modelOfWidth } from "./widths.ts";

/** Trainings of 9 iterations on 130 images. */
function spec(changes: Partial<PopupSpec> = {}): PopupSpec {
  const asked = { data: "synthetic", model: "mlp-6-nobias", steps: "3ep", batch: 50, kept: [0.25, 0.5] };
  return parsePopupSpec({ ...edgePopup.specOf(asked), ...changes });
}

const total = parseModel("mlp-6-nobias", dataset).parameters.reduce((sum, { shape }) => sum + shape[0]! * shape[1]!, 0);

describe("a study of two replicates", async () => {
  const store = memoryStore();
  const rows = await runTiny(edgePopup, spec({ replicates: 2 }), { store });
  const rowOf = (arm: PopupRow["arm"], kept?: number) =>
    rows.find((row) => row.arm === arm && row.replicate === 0 && (kept === undefined || row.kept === kept))!;
  const tensor = async (row: PopupRow, name: string) => (await store.read(row.artifact)).tensors.get(name)!.data;

  test("rows come in the order of arms, fractions and replicates", () => {
    const chosen = ["0.25 0", "0.25 1", "0.5 0", "0.5 1"];
    const places = (arm: string) =>
      rows.filter((row) => row.arm === arm).map(({ kept, replicate }) => `${kept} ${replicate}`);
    expect([...new Set(rows.map(({ arm }) => arm))]).toEqual(["edge-popup", "random", "learned", "dense"]);
    expect(places("edge-popup")).toEqual(chosen);
    expect(places("random")).toEqual(chosen);
    expect(places("dense")).toEqual(["1 0", "1 1"]);
  });

  test("kept and density are one fraction, counted exactly", async () => {
    const { parameters } = parseModel("mlp-6-nobias", dataset);
    for (const { arm, kept, weights, density, prunable } of rows) {
      expect(prunable).toBe(total);
      expect(density).toBe(weights / total);
      const sizes = parameters.map(({ shape }) => shape[0]! * shape[1]!);
      if (arm === "edge-popup" || arm === "random")
        expect(weights).toBe(sizes.reduce((sum, size) => sum + keptOf(size, kept), 0));
    }
  });

  test("weights are those of the start: signed constants that arms share, +0 where they are cut", async () => {
    const constant = Math.fround(Math.sqrt(2 / parseModel("mlp-6-nobias", dataset).parameters[0]!.fanIn));
    const [half, quarter] = await Promise.all(
      [0.5, 0.25].map((kept) => tensor(rowOf("edge-popup", kept), "fc1.weight")),
    );
    const random = await tensor(rowOf("random", 0.5), "fc1.weight");
    expect([...new Set(half!)].sort((a, b) => a - b)).toEqual([-constant, 0, constant]);
    for (const other of [quarter!, random])
      expect(half!.every((value, i) => value === 0 || other[i] === 0 || value === other[i])).toBe(true);
  });

  test("random masks are others, and were not trained", async () => {
    expect(rowOf("random", 0.5).steps).toBe(0);
    expect(rowOf("random", 0.5).bestOnTest).toBeNull();
    const name = "mask/fc1.weight";
    expect(await tensor(rowOf("random", 0.5), name)).not.toEqual(await tensor(rowOf("edge-popup", 0.5), name));
  });

  test("a learned mask has the mean over ten drawn ones, the dense network neither", () => {
    expect(rowOf("learned").sampled).toMatchObject({ count: 10 });
    expect(rowOf("learned").kept).toBe(rowOf("learned").sampled!.density);
    expect(rowOf("dense")).not.toHaveProperty("sampled");
    expect(rowOf("dense").density).toBe(1);
  });

  test("rows say how masks were trained, and that no weight was", () => {
    for (const { arm, method, weightsUntouched, testAccuracy, measure, sampled } of rows) {
      expect(method).toBe(arm === "dense" ? null : arm === "learned" ? "supermask" : "edge-popup");
      expect(weightsUntouched).toBe(arm !== "dense");
      expect(testAccuracy).toBe(sampled?.value ?? measure.value);
    }
  });

  test("running it again trains nothing", async () => {
    const before = store.written.length;
    expect(await runTiny(edgePopup, spec({ replicates: 2 }), { store })).toEqual(rows);
    expect(store.written.length).toBe(before);
  });
});

test("a training stopped on the way goes on to the same network", async () => {
  const asked = spec({ steps: "60ep", arms: ["edge-popup", "learned"], kept: [0.5] });
  const whole = await runTiny(edgePopup, asked, { store: memoryStore() });
  let stops = 0;
  const runner = tinyRunner(memoryStore(), ({ step }) => step % 100 === 50 && stops++ < 2);
  for (let rows: readonly PopupRow[] | null = null; !rows; )
    rows = await runTiny(edgePopup, asked, { runner }).then(
      (found) => {
        const timeless = (all: readonly PopupRow[]) => all.map(({ seconds: _, ...row }) => row);
        expect(timeless(found)).toEqual(timeless(whole));
        return found;
      },
      ({ code }) => {
        expect(code).toBe("interrupted");
        return null;
      },
    );
  expect(stops).toBeGreaterThanOrEqual(2);
});

test("the dense network has a recipe of its own", () => {
  const params = [...plannedRequests(edgePopup, spec({ arms: ["dense"] })).values()].at(-1)!.params;
  expect(params).toMatchObject({ batch: 60, optimizer: { name: "adam", weightDecay: 0 }, to: 9 });
  expect(params).toMatchObject({ schedule: { rate: 0.0012, shape: { name: "constant" } } });
  expect(edgePopup.specOf({ model: "conv-2-nobias" }).dense).toMatchObject({
    ...{ lr: 0.01, batch: 128, schedule: { name: "cosine" } },
    optimizer: { name: "sgd", momentum: 0.9, weightDecay: 1e-4 },
  });
});

test("arms of learned masks say what becomes of weights", () => {
  expect(LEARNED_ARMS.map((arm) => learnedMethod(arm, -1))).toEqual([
    { name: "supermask", rescale: false, weights: "initial", bias: -1 },
    { name: "supermask", rescale: true, weights: "initial", bias: -1 },
    { name: "supermask", rescale: false, weights: "constant", bias: -1 },
    { name: "supermask", rescale: true, weights: "constant", bias: -1 },
    { name: "signed-supermask", threshold: 0.01 },
  ]);
});

test("widths are models of their own, which share recipes, and panels of rows", async () => {
  const asked = { data: "synthetic", model: "conv-2-nobias", steps: "1it", batch: 16, augment: "none" };
  const wide = edgePopup.specOf({ ...asked, kept: [0.5], widths: [0.125, 0.0625], arms: ["edge-popup", "dense"] });
  const models = [...plannedRequests(edgePopup, wide).values()].filter(({ step }) => step === "train");
  expect(models.map(({ params }) => params.model)).toEqual([4, 4, 8, 8].map((width) => `conv-2-w${width}-nobias`));
  const rows = await runTiny(edgePopup, wide, { store: memoryStore() });
  expect(rows.map(({ panel, width, arm }) => [panel, width, arm])).toEqual([
    ["width 0.0625", 0.0625, "edge-popup"],
    ["width 0.0625", 0.0625, "dense"],
    ["width 0.125", 0.125, "edge-popup"],
    ["width 0.125", 0.125, "dense"],
  ]);
  const { rowsOf } = edgePopup.comparison!;
  expect(rowsOf(rows, { arm: "dense", panel: "width 0.125" }, 0.5)).toEqual([rows[3]]);
  expect(rowsOf(rows, { arm: "dense" }, 0.5)).toEqual([]);
});

test("a width that no name says is refused", () => {
  expect(modelOfWidth("conv-4-w16-elu-nobias", 2)).toBe("conv-4-w128-elu-nobias");
  expect(modelOfWidth("resnet-18-cifar", 0.25)).toBe("resnet-18-cifar-w16");
  expect(() => modelOfWidth("conv-2", 0.3)).toThrow("must be multiples of 1/64");
  expect(() => modelOfWidth("lenet-300-100", 2)).toThrow("model must be a Conv network");
});

test("GEM-MINER's mask is found once, and its checks train other weights or other places under as many", async () => {
  const arms = ["gem-miner", "gem-trained", "gem-shuffled", "gem-reinit"] as const;
  const asked = spec({ arms: [...arms], kept: [0.3], freezeEvery: "1it" });
  const store = memoryStore();
  const rows = await runTiny(edgePopup, asked, { store });
  expect(rows.map(({ arm }) => arm)).toEqual([...arms]);
  expect(new Set(rows.map(({ weights }) => weights)).size).toBe(1);
  expect(rows[0]!.density).toBeLessThanOrEqual(0.3 + 1 / total);
  expect(rows.map(({ weightsUntouched }) => weightsUntouched)).toEqual([true, false, false, false]);
  const masks = await Promise.all(
    rows.map(async ({ artifact }) => (await store.read(artifact)).tensors.get("mask/fc1.weight")!.data),
  );
  expect(masks[1]).toEqual(masks[0]);
  expect(masks[3]).toEqual(masks[0]);
  expect(masks[2]).not.toEqual(masks[0]);
  const startOf = async (row: PopupRow) => {
    const { inputs } = await store.readMeta(row.artifact);
    return (await store.read(inputs.network!)).tensors.get("fc1.weight")!.data as Float32Array;
  };
  const [mined, shuffled, fresh] = await Promise.all([rows[1]!, rows[2]!, rows[3]!].map(startOf));
  expect(mined!.every((value, i) => value === 0 || value === shuffled![i])).toBe(true);
  expect(fresh!.map(Math.abs)).toEqual(shuffled!.map(Math.abs));
  expect(fresh).not.toEqual(shuffled);
});

test("scores that would never be frozen are refused before anything is computed", () => {
  const asked = spec({ arms: ["edge-popup", "gem-miner"], freezeEvery: "3ep" });
  expect(() => plannedRequests(edgePopup, asked)).toThrow(
    "freezeEvery: must freeze scores every so many iterations, at least once between iteration 0 and the end of training, 9, got 9. Freeze more often",
  );
});

test("another optimizer than SGD is refused for GEM-MINER before anything is computed", () => {
  const adam = edgePopup.specOf({ data: "synthetic", model: "mlp-6-nobias", arms: ["gem-miner"], optimizer: "adam" });
  expect(() => plannedRequests(edgePopup, adam)).toThrow("optimizer: of gem-miner must be sgd");
});

test("how often scores are frozen is an option of GEM-MINER's arms alone", () => {
  expect(edgePopup.specOf({ arms: ["gem-miner"] })).toMatchObject({ freezeEvery: "1ep" });
  expect(edgePopup.specOf({})).not.toHaveProperty("freezeEvery");
  expect(() => edgePopup.specOf({ freezeEvery: "1ep" })).toThrow("does nothing without an arm gem-");
});
