/** One step of plain SGD at rate 1 moves every parameter of a whole model by the slope of the loss. */
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/base/random.ts";
import { type Activation, mlp } from "../../src/model/mlp.ts";
import type { Buffer } from "../../src/program/buffers.ts";
import type { LossName } from "../../src/task/task.ts";
import { compileExperiment } from "../../src/train/experiment.ts";
import { ORACLE } from "../engines.ts";
import { updateErrors } from "./finite-difference.ts";

const LIVE = 5;
const SGD = { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const;

const combinations = (["relu", "tanh", "sigmoid"] as const).flatMap((activation) =>
  (["cross-entropy", "squared-error"] as const).map((loss) => ({ activation, loss })),
);

describe.each(combinations)("$activation and $loss", ({ activation, loss }) => {
  test.each([
    { what: "dense", dropout: 0, kept: 1 },
    { what: "with dropout", dropout: 0.3, kept: 1 },
    { what: "pruned", dropout: 0, kept: 0.4 },
    { what: "pruned, with dropout", dropout: 0.3, kept: 0.4 },
  ])("$what", (options) => {
    const { instance, parameters } = openModel({ activation, loss, ...options });
    for (const { name, error } of updateErrors(instance, parameters, LIVE)) expect(error, name).toBeLessThan(1e-6);
  });
});

interface ModelOptions {
  readonly activation: Activation;
  readonly loss: LossName;
  readonly dropout: number;
  readonly kept: number;
}

/** A small MLP with values that keep every ReLU away from its kink, as in op cases, and a batch of which lanes are free. */
function openModel({ activation, loss, dropout, kept }: ModelOptions) {
  const random = randomStream({ seed: 3, stream: "noise", replicate: 0, step: 0, item: 0 });
  const signed = (least: number) => (random.below(2) ? 1 : -1) * (least + random.uniform());
  const model = mlp({ name: "small", input: [1, 2, 3], hidden: [5, 4], outputs: 3, activation, dropout });
  const weights = model.parameters.filter(({ prunable }) => prunable);
  const mask = weights.map(({ name, shape: [rows, columns] }) => {
    return [name, Uint8Array.from({ length: rows! * columns! }, () => +(random.uniform() < kept))] as const;
  });
  const sizes = { batch: LIVE, evaluationBatch: LIVE };
  const program = compileExperiment(model, { optimizer: SGD, loss, source: "host", mask: new Map(mask), ...sizes });
  const instance = ORACLE.open(program);
  const draw = (buffer: Buffer, value: () => number) =>
    instance.write(buffer, Float32Array.from({ length: buffer.elements }, value));
  for (const { name, role, fanIn } of model.parameters)
    draw(program.parameters.get(name)!.buffer, role === "bias" ? () => signed(1) : () => signed(0.25) / (5 * fanIn));
  const { inputs } = program.sections.train!;
  draw(inputs.get("x")!, () => signed(0.25));
  draw(inputs.get("y")!, () => random.below(3));
  instance.write(inputs.get("count")!, [LIVE]);
  instance.write(inputs.get("control")!, [1, 1, 1]);
  if (dropout > 0) instance.write(inputs.get("counter")!, [1, 2, 3]);
  return { instance, parameters: model.parameters.map(({ name }) => program.parameters.get(name)!.buffer) };
}
