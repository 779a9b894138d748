/** One step of plain SGD at rate 1 moves means, variances and gates by the slope of the loss and its penalty. */
import { describe, expect, test } from "vitest";
import { randomStream } from "../../src/base/random.ts";
import { mlp } from "../../src/model/mlp.ts";
import type { Model } from "../../src/model/model.ts";
import type { Buffer } from "../../src/program/buffers.ts";
import { compileExperiment } from "../../src/train/experiment.ts";
import { l0 } from "../../src/train/l0.ts";
import { variational } from "../../src/train/variational.ts";
import { ORACLE } from "../engines.ts";
import { read64, updateErrors } from "./finite-difference.ts";

const LIVE = 3;
const SGD = { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const;
const plain = (dropout: number) =>
  mlp({ name: "small", input: [1, 1, 3], hidden: [2], outputs: 2, activation: "tanh", dropout });

/** The sum of two applications, which share weights, gates and the penalty, but no other noise. */
const twice = (model: Model): Model => ({
  ...model,
  apply(scope, x, options) {
    const [a, b] = [model.apply(scope, x, options), model.apply(scope, x, options)];
    return { output: scope.graph.node("add", [a.output, b.output], {}) };
  },
});

describe.each([0, 0.3])("dropout at %d", (dropout) => {
  test.each([
    { name: "variational dropout", model: variational(plain(dropout)) },
    { name: "L0 regularisation", model: l0(plain(dropout)) },
    { name: "variational dropout applied twice", model: twice(variational(plain(dropout))) },
    { name: "L0 regularisation applied twice", model: twice(l0(plain(dropout))) },
  ])("$name", ({ model }) => {
    const { instance, parameters } = openModel(model);
    for (const { name, error } of updateErrors(instance, parameters, LIVE)) expect(error, name).toBeLessThan(1e-6);
  });
});

/** Means of either sign, log variances near -4 and log odds near 0, with +0 in the padding of rows as training has it. */
function openModel(model: Model) {
  const random = randomStream({ seed: 4, stream: "noise", replicate: 0, step: 0, item: 0 });
  const signed = (least: number) => (random.below(2) ? 1 : -1) * (least + random.uniform());
  const program = compileExperiment(model, { optimizer: SGD, source: "host", batch: LIVE, evaluationBatch: LIVE });
  const instance = ORACLE.open(program);
  const draw = (buffer: Buffer, value: () => number) =>
    instance.write(buffer, Float32Array.from({ length: buffer.elements }, value));
  const parameters = model.parameters.map(({ name }) => program.parameters.get(name)!);
  model.parameters.forEach(({ name, shape }, i) => {
    const { buffer, storage } = parameters[i]!;
    const columns = shape.length === 2 ? shape[1]! : 1;
    const stride = storage.kind === "dense" ? storage.stride : 1;
    const middle = name.endsWith(".log_variance") ? -4 : 0;
    draw(buffer, () => middle + signed(0.1));
    instance.write(
      buffer,
      read64(instance, buffer).map((value, place) => (place % stride < columns ? value : 0)),
    );
  });
  const { inputs } = program.sections.train!;
  draw(inputs.get("x")!, () => signed(0.25));
  draw(inputs.get("y")!, () => random.below(2));
  instance.write(inputs.get("count")!, [LIVE]);
  instance.write(inputs.get("control")!, [1, 1, 1]);
  instance.write(inputs.get("counter")!, [1, 2, 3]);
  instance.write(inputs.get("penalty_rate")!, [0.7]);
  return { instance, parameters: parameters.map(({ buffer }) => buffer) };
}
