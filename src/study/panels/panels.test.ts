import { describe, expect, test } from "vitest";
import { memoryStore, trainings } from "../../step/fixtures/steps.ts";
import { dataset } from "../../train/fixtures/tasks.ts";
import { runTiny, tinySpec } from "../fixtures/studies.ts";
import { stepsOfPlan } from "../plan.ts";
import { imp } from "../pruning/kind.ts";
import { figure1 } from "./kind.ts";
import { type PanelsSpec, parsePanelsSpec } from "./spec.ts";

function spec(changes: Partial<PanelsSpec> = {}): PanelsSpec {
  const {
    study: _,
    lr: __,
    warmup: ___,
    ...shared
  } = tinySpec({ arms: ["ticket", "reinit", "rewound"], rewindTo: "4it" });
  const panels = [
    { name: "low", lr: 0.001, warmup: "0" },
    { name: "high", lr: 0.01, warmup: "2it" },
  ];
  return parsePanelsSpec({ ...shared, study: "figure1", pruning: "imp", panels, ...changes });
}

test("rows name their panel, panels in order, and each is the pruning study at its rate", async () => {
  const store = memoryStore();
  const told: string[] = [];
  const rows = await runTiny(figure1, spec(), { store, onRow: ({ panel }) => told.push(panel!) });
  expect(rows.map(({ panel }) => panel)).toEqual([...Array(9).fill("low"), ...Array(9).fill("high")]);
  expect(told.sort()).toEqual(rows.map(({ panel }) => panel).sort());
  for (const { panel, artifact } of rows) {
    const { schedule } = (await store.readMeta(artifact)).params as { schedule: { rate: number; warmup: number } };
    expect(schedule).toMatchObject(panel === "low" ? { rate: 0.001, warmup: 0 } : { rate: 0.01, warmup: 2 });
  }
  const alone = await runTiny(imp, tinySpec({ lr: 0.001, arms: ["ticket"] }), { store });
  expect(alone.map(({ artifact }) => artifact)).toEqual(rows.slice(0, 3).map(({ artifact }) => artifact));
});

test("initialisations are shared by all panels, and every network has a label of its own", () => {
  const tasks = [...stepsOfPlan(figure1.plan(spec(), [dataset]), "fused")];
  const asked = [...new Map(tasks.map(({ key, request }) => [key, request])).values()];
  const labels = tasks.flatMap(({ label }) => label ?? []);
  // Draw 0, and a fresh one for each of the three levels.
  expect(asked.filter(({ step }) => step === "initialise").length).toBe(4);
  expect(new Set(labels).size).toBe(trainings(asked).length);
  expect(labels).toContain("high: rewound level 2, replicate 0");
});

describe("refuses", () => {
  test.each([
    [{ panels: [] }, /^panels: /],
    [{ panels: [spec().panels[0]!, spec().panels[0]!] }, "panels: must have names of their own"],
    [{ panels: [{ name: "low", lr: 0, warmup: "0" }] }, "panels.0.lr: Too small"],
    [{ rewindTo: undefined }, "rewindTo: must say where the arms rewound, oneshot, lr-rewind, finetune go back to"],
    [{ lr: 0.1 }, 'specification: Unrecognized key: "lr"'],
  ])("%o", (changes, message) => {
    expect(() => spec(changes as Partial<PanelsSpec>)).toThrow(message);
  });
});
