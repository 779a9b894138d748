/** Edge-popup trains to the same bits by dense kernels and by those of the weights chosen in each step, on every exact engine. */
import { describe, expect, test } from "vitest";
import { syntheticRgbDataset } from "../../src/dataset/synthetic.ts";
import { type HostEngine, readParameter, writeParameter } from "../../src/engine/engine.ts";
import { initialise } from "../../src/model/initialise.ts";
import type { Model } from "../../src/model/model.ts";
import { parseModel } from "../../src/model/registry.ts";
import { ALWAYS_SPARSE, CROSSOVER, NEVER_SPARSE } from "../../src/program/choose.ts";
import type { Program } from "../../src/program/program.ts";
import { type EdgePopup, edgePopup, firstScores, SCORE } from "../../src/train/edge-popup.ts";
import { compileExperiment, scalingsOf } from "../../src/train/experiment.ts";
import { controlValues } from "../../src/train/optimizer.ts";
import { eachEngine, exactEngines } from "../engines.ts";

const BATCH = 20;
const STEPS = 4;
const KEY = { seed: 3, replicate: 0, draw: 0 };
const optimizer = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 1e-4 } as const;
const dataset = syntheticRgbDataset({ train: 2 * BATCH, test: 1 });

const settings: readonly (EdgePopup & { readonly name: string })[] = [
  { name: "conv-2-w6-nobias", kept: 0.3, scope: "layer" },
  { name: "resnet-8-4", kept: 0.1, scope: "global" },
];

describe.each(settings)("$name, $kept of each $scope", ({ name, ...options }) => {
  const base = parseModel(name, dataset);
  const model = edgePopup(base, options);
  const programs = [NEVER_SPARSE, ALWAYS_SPARSE, CROSSOVER].map((crossover) =>
    compileExperiment(model, { optimizer, batch: BATCH, scalings: scalingsOf(dataset), crossover }),
  );
  const listed = programs.map(
    ({ sections }) => sections.train!.calls.filter(({ kernel }) => kernel === "list_kept").length,
  );
  let first: ReturnType<typeof train> | undefined;

  test("lowering lists chosen weights where that pays", () => {
    expect(listed[0]).toBe(0);
    expect(listed[1]).toBeGreaterThan(0);
    expect(listed[2]).toBe(listed[1]);
  });

  describe.each([1, 3])("%i threads", (threads) => {
    eachEngine(exactEngines(threads), (engine) => {
      test("gives the bits of all others", () => {
        for (const program of programs) {
          const bits = train(engine, program, base);
          first ??= bits;
          expect(bits).toEqual(first);
        }
      });
    });
  });
});

/** The bits of every loss and of the scores that are left. */
function train(engine: HostEngine, program: Program, base: Model): Record<string, Uint32Array> {
  const instance = engine.open(program);
  instance.bind(dataset.train);
  const values = [...initialise(base, "kaiming-normal", KEY), ...firstScores(base, KEY)];
  for (const [name, value] of values) writeParameter(instance, name, value);
  const { inputs, outputs, lanes } = program.sections.train!;
  const bits: Record<string, Uint32Array> = {};
  const note = (name: string, value: Float32Array) => {
    bits[name] = new Uint32Array(value.slice().buffer);
  };
  for (let step = 0; step < STEPS; step++) {
    instance.write(
      inputs.get(`indices:${lanes}`)!,
      Int32Array.from({ length: BATCH }, (_, i) => (step % 2) * BATCH + i),
    );
    instance.write(inputs.get("count")!, [BATCH]);
    instance.write(inputs.get("control")!, controlValues(optimizer, 0.1, step + 1));
    if (inputs.has("statistics_rate")) instance.write(inputs.get("statistics_rate")!, [0.1]);
    instance.run("train");
    note(`loss ${step}`, instance.read(outputs.get("loss")!).subarray(0, BATCH));
  }
  for (const { name, prunable } of base.parameters) if (prunable) note(name, readParameter(instance, name + SCORE));
  instance.close();
  return bits;
}
