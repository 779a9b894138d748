import { describe, expect, test } from "vitest";
import { syntheticRgbDataset } from "../../dataset/synthetic.ts";
import { memoryStore } from "../../step/fixtures/steps.ts";
import type { TrainParams } from "../../step/train.ts";
import { dataset } from "../../train/fixtures/tasks.ts";
import { runTiny, tinySpec } from "../fixtures/studies.ts";
import { stepsOfPlan } from "../plan.ts";
import { exponentOf, panelDetails } from "./forgetting.ts";
import { figure1, forgetting } from "./kind.ts";
import { FIGURE1_PRESETS } from "./presets.ts";
import { parsePanelsSpec } from "./spec.ts";

const sgd = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 2e-3 } as const;
const step = (milestones: readonly number[], rate = 0.1, warmup = 0) =>
  ({ rate, warmup, shape: { name: "step", milestones, factor: 0.1 } }) as const;

describe("the exponent", () => {
  test.each([
    ["of the laptop's recipe from initialisation", { schedule: step([1600, 2000]), from: 0, to: 2400 }, 3.2],
    ["of its networks rewound to 240", { schedule: step([1600, 2000]), from: 240, to: 2400 }, 2.72],
    ["at the low rate", { schedule: step([1600, 2000], 0.01), from: 0, to: 2400 }, 0.32],
    ["with warm-up over 240 iterations", { schedule: step([1600, 2000], 0.1, 240), from: 0, to: 2400 }, 2.959],
    ["of a training that begins behind a milestone", { schedule: step([1600, 2000]), from: 1600, to: 2400 }, 0.08],
    [
      "of a rate that stays",
      { schedule: { rate: 0.1, warmup: 0, shape: { name: "constant" } }, from: 0, to: 10 },
      0.02,
    ],
  ] as const)("%s", (_, training, expected) => {
    expect(exponentOf({ optimizer: sgd, ...training })).toBeCloseTo(expected, 6);
  });

  test("of the short preset is 0.08, and of Adam it is not known", () => {
    const { weightDecay } = FIGURE1_PRESETS.find(({ name }) => name === "short")!.options as { weightDecay: number };
    const short = { schedule: step([800, 1000]), from: 0, to: 1200 };
    expect(exponentOf({ optimizer: { ...sgd, weightDecay }, ...short })).toBeCloseTo(0.08, 9);
    const adam = { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
    expect(exponentOf({ optimizer: adam, ...short })).toBeNull();
  });
});

test.each(["laptop", "smoke"])("recipes of %s are called by the exponents that their trainings have", (preset) => {
  const spec = forgetting.specOf({}, preset);
  const images = { ...syntheticRgbDataset({ train: 5500, test: 10 }), name: spec.data };
  const asked = [...forgetting.plan(spec, [images])].flatMap(({ request, rows = [] }) =>
    rows.map(({ panel }) => [panel!, exponentOf(request.params as unknown as TrainParams)!] as const),
  );
  expect(new Set(asked.map(([panel]) => panel)).size).toBe(spec.panels.length);
  for (const [panel, exponent] of asked) expect(exponent).toBeCloseTo(Number(panel.split(" ").at(-1)), 9);
});

describe("networks that are copied", () => {
  const {
    study: _,
    lr: __,
    warmup: ___,
    ...shared
  } = tinySpec({
    arms: ["ticket", "reinit", "rewound"],
    rewindTo: "4it",
    replicates: 2,
  });
  const panels = [{ name: "low", lr: 0.001, warmup: "0" }];
  const spec = parsePanelsSpec({ ...shared, study: "figure1", pruning: "imp", panels, copiesAt: 1 });

  test("are those of a level and the dense ones, and copies differ in their noise alone", async () => {
    const store = memoryStore();
    const rows = await runTiny(figure1, spec, { store });
    expect(rows.length).toBe(2 * 3 * 3);
    const copied = rows
      .filter(({ lii }) => lii !== undefined)
      .map(({ arm, level, replicate }) => [arm, level, replicate]);
    const expected = ["ticket", "reinit", "rewound"].flatMap((arm) => [0, 1].map((replicate) => [arm, 1, replicate]));
    expect(copied.sort()).toEqual([...expected, ["ticket", 0, 0], ["ticket", 0, 1]].sort());
    const lines = [...stepsOfPlan(figure1.plan(spec, [dataset]), "fused")].filter(
      ({ request }) => request.step === "interpolate",
    );
    expect(lines.length).toBe(8);
    for (const { request } of lines) {
      const [a, b] = [request.inputs.a, request.inputs.b] as unknown as { params: TrainParams; inputs: object }[];
      expect(a!.inputs).toEqual(b!.inputs);
      expect({ ...b!.params, draw: a!.params.draw }).toEqual(a!.params);
      // Draws 0 to 2 are those of the levels.
      expect([a!.params.draw, b!.params.draw]).toEqual([expect.toSatisfy((draw: number) => draw < 3), 3]);
    }
    const { lii, ...without } = { ...spec, copiesAt: undefined } as Record<string, unknown>;
    const plain = await runTiny(figure1, parsePanelsSpec(without), { store });
    expect(plain.map(({ artifact }) => artifact)).toEqual(rows.map(({ artifact }) => artifact));
  });

  test("tell how far their kept weights have turned since their start", async () => {
    const store = memoryStore();
    const rows = await runTiny(figure1, spec, { store });
    for (const { angle, artifact, level } of await panelDetails(rows, store)) {
      const end = await store.read(artifact);
      const start = await store.read(end.meta.inputs.network!);
      const names = [...start.tensors.keys()].filter((name) => /^fc\d\.weight$/.test(name));
      expect(names.length).toBe(2);
      const bits = (name: string) => end.tensors.get(`mask/${name}`)?.data ?? null;
      expect(names.every((name) => bits(name) !== null)).toBe(level > 0);
      const of = ({ tensors }: typeof end) =>
        names.flatMap((name) => [...tensors.get(name)!.data].filter((_, i) => bits(name)?.[i] !== 0));
      const [x, y] = [of(start), of(end)];
      const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      expect(angle).toBeCloseTo((Math.acos(dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))) * 180) / Math.PI, 4);
      expect(angle).toBeGreaterThan(0.1);
    }
  });

  test("must be of a level that the study has", () => {
    expect(() => parsePanelsSpec({ ...spec, copiesAt: 3 })).toThrow(
      "copiesAt: must be a level of the study, at most 2, got 3",
    );
  });
});
