/** Divergence is never hidden, and pruned weights never take part in it: they stay +0 whatever the others become. */
import { describe, expect, test } from "vitest";
import { type HostEngine, readParameter, writeParameter } from "../../src/engine/engine.ts";
import { initialise } from "../../src/model/initialise.ts";
import { type Activation, mlp } from "../../src/model/mlp.ts";
import { ALWAYS_SPARSE, NEVER_SPARSE } from "../../src/program/choose.ts";
import type { LossName } from "../../src/task/task.ts";
import { compileExperiment } from "../../src/train/experiment.ts";
import { ENGINES, eachEngine, ORACLE } from "../engines.ts";

const BATCH = 20;
const SGD = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0.01 } as const;

const PARAMETERS = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"];
const kinds = (["relu", "tanh", "sigmoid"] as const).flatMap((activation) =>
  (["cross-entropy", "squared-error"] as const).map((loss) => ({ activation, loss })),
);

eachEngine(ENGINES, (engine) => {
  describe.each(kinds)("$activation and $loss", ({ activation, loss }) => {
    test.each(PARAMETERS)("NaN in %s", (name) => {
      const { losses, weights } = stepWith(engine, { activation, loss, name, value: Number.NaN });
      expect(losses.every(Number.isNaN)).toBe(true);
      expect(weights.get("fc3.bias")!.every(Number.isNaN)).toBe(true);
    });

    test.each(["fc1.weight", "fc2.bias", "fc3.weight"])("infinity in %s is no other than in the reference", (name) => {
      for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const step = { activation, loss, name, value };
        expect(stepWith(engine, step).losses.map(classify)).toEqual(stepWith(ORACLE, step).losses.map(classify));
      }
    });
  });

  test.each([
    { kernels: "sparse", crossover: ALWAYS_SPARSE },
    { kernels: "expanded", crossover: NEVER_SPARSE },
  ])("pruned weights stay +0 beside NaN, $kernels", ({ crossover }) => {
    const nan = { activation: "tanh", loss: "cross-entropy", name: "fc2.weight", value: Number.NaN } as const;
    const { weights, mask } = stepWith(engine, { ...nan, crossover, masked: true });
    for (const [name, bits] of mask)
      weights.get(name)!.forEach((value, i) => {
        if (!bits[i]) expect(Object.is(value, 0), `${name}[${i}] is ${value}`).toBe(true);
      });
    expect(weights.get("fc1.weight")!.some(Number.isNaN)).toBe(true);
  });
});

const classify = (value: number) => (Number.isFinite(value) ? "finite" : String(value));

interface Step {
  readonly activation: Activation;
  readonly loss: LossName;
  /** The parameter of which one kept entry becomes `value`; its pruned entries become it too. */
  readonly name: string;
  readonly value: number;
  readonly masked?: boolean;
  readonly crossover?: typeof ALWAYS_SPARSE;
}

/** Two training steps of a small MLP, one of whose entries is not finite; losses are those of the first. */
function stepWith(
  engine: HostEngine,
  { activation, loss, name, value, masked = false, crossover = ALWAYS_SPARSE }: Step,
) {
  const model = mlp({ name: "small", input: [1, 3, 7], hidden: [17, 9], outputs: 4, activation });
  const prunable = model.parameters.filter((parameter) => parameter.prunable && masked);
  const mask = new Map(
    prunable.map(({ name, shape: [rows, columns] }) => [
      name,
      Uint8Array.from({ length: rows! * columns! }, (_, i) => +(i % 3 === 0)),
    ]),
  );
  const sizes = { batch: BATCH, evaluationBatch: BATCH };
  const program = compileExperiment(model, { optimizer: SGD, loss, source: "host", mask, crossover, ...sizes });
  const instance = engine.open(program);
  for (const [parameter, values] of initialise(model, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 })) {
    const kept = mask.get(parameter);
    const broken = (i: number) => parameter === name && (i === 0 || kept?.[i] === 0);
    writeParameter(
      instance,
      parameter,
      values.map((weight, i) => (broken(i) ? value : weight)),
    );
  }
  const { inputs, outputs } = program.sections.train!;
  instance.write(
    inputs.get("x")!,
    Float32Array.from({ length: inputs.get("x")!.elements }, (_, i) => Math.sin(i + 1)),
  );
  instance.write(
    inputs.get("y")!,
    Float32Array.from({ length: inputs.get("y")!.elements }, (_, i) => i % 4),
  );
  instance.write(inputs.get("count")!, [BATCH]);
  instance.write(inputs.get("control")!, [0.1, 0.1, 1]);
  instance.run("train");
  const losses = instance.read(outputs.get("loss")!).subarray(0, BATCH);
  instance.run("train");
  const weights = new Map(
    model.parameters.map((parameter) => [parameter.name, readParameter(instance, parameter.name)]),
  );
  return { losses: [...losses], weights, mask };
}
