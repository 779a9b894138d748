/** Learned masks as arms of the study: their recipes, what a row tells of them, and where they are compared. */
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../step/fixtures/steps.ts";
import type { TrainParams } from "../../step/train.ts";
import { ACCURACY } from "../../task/words.ts";
import { rateAt } from "../../train/schedule.ts";
import { plannedRequests, runTiny } from "../fixtures/studies.ts";
import { LEARNED_ARMS, signedModel } from "../shared/learned.ts";
import { supermask } from "./kind.ts";
import type { SupermaskRow } from "./row.ts";
import type { SupermaskSpec } from "./spec.ts";

const asked = {
  ...{ model: "mlp-6", validation: 20, batch: 40, steps: "3ep" },
  ...{ arms: ["none"], untrained: ["none"], learned: LEARNED_ARMS, learnedSteps: "2ep", learnedBatch: 50 },
};
const spec = (changes = {}): SupermaskSpec => ({ ...supermask.specOf({ ...asked, ...changes }), data: "synthetic" });
const paramsOf = (changes = {}) =>
  [...plannedRequests(supermask, spec(changes)).values()]
    .filter(({ step }) => step === "train")
    .map(({ params }) => params as unknown as TrainParams);

describe("recipes", () => {
  test("each arm has that of its paper, and the dense network its own", () => {
    const [dense, ...masks] = paramsOf();
    expect(dense).toMatchObject({ batch: 40, to: 9, optimizer: { name: "adam" } });
    expect(dense).not.toHaveProperty("method");
    expect(masks.map(({ batch, to }) => [batch, to])).toEqual(LEARNED_ARMS.map(() => [50, 6]));
    for (const { schedule, optimizer, method, model } of masks.slice(0, 4)) {
      expect(schedule).toEqual({ rate: 100, shape: { name: "constant" }, warmup: 0 });
      expect(optimizer).toEqual({ name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 });
      expect([method!.name, model]).toEqual(["supermask", "mlp-6"]);
    }
  });

  test("signed masks lose 5e-4 of their scores an iteration, which falls by 0.96 with the rate", () => {
    const { model, optimizer, schedule, method } = paramsOf({ learnedSteps: "9000it" }).at(-1)!;
    const decay = (step: number) => rateAt(schedule, step) * optimizer.weightDecay!;
    expect([model, method!.name, optimizer.name]).toEqual(["mlp-6-elu-nobias", "signed-supermask", "sgdw"]);
    expect([0, 3899, 3900, 7800].map(decay)).toEqual([1, 1, 0.96, 0.96 ** 2].map((f) => expect.closeTo(5e-4 * f, 12)));
    expect(rateAt(schedule, 0)).toBe(0.05);
  });

  test("a multiple of 3,900 iterations has no step at its end", () => {
    const shapeOf = (length: string) => paramsOf({ learnedSteps: length }).at(-1)!.schedule.shape;
    expect(shapeOf("7800it")).toMatchObject({ milestones: [3900] });
    expect(shapeOf("1it")).toMatchObject({ milestones: [] });
  });

  test("signed masks take an MLP or a Conv network", () => {
    expect(["lenet-300-100", "mlp-9-tanh-nobias", "conv-4-w16-dropout0.5"].map(signedModel)).toEqual([
      "lenet-300-100-elu-nobias",
      "mlp-9-elu-nobias",
      "conv-4-w16-elu-nobias",
    ]);
    expect(() => signedModel("resnet-20")).toThrow("for signed masks");
  });

  test("an option of learned masks without one is refused", () => {
    expect(() => supermask.specOf({ ...asked, learned: undefined })).toThrow(
      "does nothing without learned other than none",
    );
    expect(supermask.specOf({}, "laptop")).not.toHaveProperty("learned");
  });
});

describe("rows", async () => {
  const rows = await runTiny(supermask, spec({ replicates: 2 }), { store: memoryStore() });
  const rowOf = (arm: string) => rows.find((row) => row.arm === arm)!;

  test("come behind the dense network, at level 0", () => {
    const places = rows.map(({ arm, replicate, level }) => `${arm} ${replicate} ${level}`);
    expect(places).toEqual(["dense", ...LEARNED_ARMS].flatMap((arm) => [`${arm} 0 0`, `${arm} 1 0`]));
  });

  test("say how they were trained, that weights are as they were, and both accuracies of drawn masks", () => {
    for (const { method, weightsUntouched, criterion, bestOnTest } of rows.filter(({ arm }) => arm !== "dense")) {
      expect([method !== null, weightsUntouched, criterion]).toEqual([true, true, null]);
      expect(bestOnTest!.value).toBeGreaterThan(0);
    }
    expect(rowOf("dense")).toMatchObject({ method: null, weightsUntouched: false, density: 1 });
    const drawn = rowOf("learned-rescaled");
    expect(drawn.testAccuracy).toBe(drawn.sampled!.value);
    expect(drawn.thresholdAccuracy).toBe(drawn.measure.value);
    expect(rowOf("signed").testAccuracy).toBe(rowOf("signed").measure.value);
    expect(rowOf("signed")).not.toHaveProperty("sampled");
  });

  test("are compared with each other and the dense network at any level, by accuracy and by weights", () => {
    const { rowsOf, quantities } = supermask.comparison!;
    expect(rowsOf(rows, { arm: "learned" }, 7).length).toBe(2);
    const { measure, stored, kept } = quantities(ACCURACY);
    const drawn: SupermaskRow & { replicate: number } = rowOf("learned");
    expect(measure!.of(drawn)).toBe(100 * drawn.sampled!.value);
    expect(stored!.of(drawn)).toBe(100 * drawn.measure.value!);
    expect(kept!.of(drawn)).toBe(100 * drawn.density);
  });

  test("stand in a table and a sentence of the report, which has no table of untrained networks", async () => {
    const { findings, sections } = await supermask.report!(rows, ACCURACY);
    expect(findings[0]).toMatch(/^Of masks that are learnt over weights as they are, (learned|signed)\S* is the best/);
    expect(sections.map(({ title }) => title)).toEqual(["Learned masks", "All arms and levels"]);
    const [table] = await supermask.tables!(rows, memoryStore() as never, ACCURACY);
    expect(table!.cells.map((cells) => cells[0])).toEqual([...LEARNED_ARMS]);
    expect(supermask.title(spec())).toBe("mlp-6 on synthetic, learned masks, 2ep");
    const { arms, untrained, masks } = supermask.subtitles!(spec());
    expect(arms).toContain("iterative masks");
    expect(untrained).toContain("one-shot masks");
    expect(masks).toBe("mlp-6 on synthetic, learned masks, 2ep");
  });
});
