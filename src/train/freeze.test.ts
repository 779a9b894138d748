/** Frozen parameters through training, and gradients of a model that is applied more than once. */
import { describe, expect, test } from "vitest";
import { readParameter, writeParameter } from "../engine/engine.ts";
import { differentiate } from "../graph/differentiate.ts";
import { createGraph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { freeze } from "../model/freeze.ts";
import { initialise } from "../model/initialise.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { createScope } from "../model/scope.ts";
import { networkFromSafetensors, networkToSafetensors } from "../model/tensors.ts";
import { compile } from "../program/compile.ts";
import { trainingGraph } from "./experiment.ts";
import { dataset, engine, finish, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { train } from "./train.ts";

const resnet = parseModel("resnet-8-2", dataset);
const inStem = ({ layer }: { layer: string }) => ["conv", "bn"].includes(layer);

test("a frozen layer keeps every bit through training with decay, and has no optimizer state; the others move", async () => {
  const model = freeze(resnet, inStem);
  const task = tinyTask({ model, optimizer: sgd, to: 6, evaluateEvery: 6 });
  const network = tinyNetwork({ model }, 0.5);
  const { values } = await finish(train(engine, task, network));
  const frozen = model.parameters.filter((parameter) => parameter.frozen);
  expect(frozen.map(({ name }) => name)).toEqual(resnet.parameters.filter(inStem).map(({ name }) => name));
  for (const { name, frozen } of model.parameters) {
    const isSame = values.get(name)!.every((value, i) => Object.is(value, network.weights.get(name)![i]));
    expect(isSame, name).toBe(frozen ?? false);
    const slots = [...values.keys()].filter((key) => key.startsWith(`${name}/`));
    expect(slots.length, name).toBe(frozen || /running/.test(name) ? 0 : 1);
  }
});

test("a network file does not tell frozen parameters from others", () => {
  const network = tinyNetwork({ model: resnet }, 0.5);
  const bytes = networkToSafetensors(network, freeze(resnet).parameters);
  expect(bytes).toEqual(networkToSafetensors(network, resnet.parameters));
  expect(networkFromSafetensors(bytes, freeze(resnet).parameters)).toEqual(network);
});

describe("freeze refuses", () => {
  const mlp = parseModel("mlp-8", dataset);
  test("to leave nothing to train", () => {
    const message = "training: the loss of mlp-8 must depend on a trained parameter. Freeze fewer";
    expect(() => trainingGraph(freeze(mlp), { optimizer: sgd })).toThrow(
      expect.objectContaining({ code: "usage", message }),
    );
  });

  test("a name that is no parameter's", () => {
    expect(() => freeze(mlp, ["fc1.weigth"])).toThrow(
      'freeze: must be parameters of mlp-8, which are fc1.weight, fc1.bias, fc2.weight, fc2.bias, got "fc1.weigth". ' +
        'Did you mean "fc1.weight"?',
    );
  });
});

/** Gradients, by parameter, of the summed losses of as many applications to the same images. */
function gradients(model: Model, applications: number): Map<string, Float32Array> {
  const graph = createGraph();
  const scope = createScope(graph);
  const x = graph.node("images", [], { shape: model.input });
  const labels = graph.node("column", [], { name: "labels", shape: [] });
  const losses = Array.from({ length: applications }, (): Node => {
    const { output } = model.apply(scope, x, { training: true });
    return graph.node("softmax_cross_entropy", [output, labels], {});
  });
  const loss = losses.reduce((a, b) => graph.node("add", [a, b], {}));
  const outputs = [...differentiate(graph, loss, scope.trained())].map(([node, gradient]) => [
    (node as Node & { op: "parameter" }).attributes.name,
    gradient,
  ]);
  const sections = { train: { graph: graph.finish(Object.fromEntries(outputs), scope.updates()), batch: 32 } };
  const images = { scale: Float32Array.of(1 / 255), shift: Float32Array.of(-0.5) };
  const instance = engine.open(compile(sections, { scalings: { images } }));
  const weights = initialise(model, "kaiming-normal", { seed: 1, replicate: 0, draw: 0 });
  for (const [name, values] of weights) writeParameter(instance, name, values);
  const { inputs, outputs: results, lanes } = instance.program.sections.train!;
  instance.bind(dataset.train);
  instance.write(
    inputs.get(`indices:${lanes}`)!,
    Int32Array.from({ length: lanes }, (_, i) => i),
  );
  instance.write(inputs.get("count")!, [32]);
  if (inputs.has("statistics_rate")) instance.write(inputs.get("statistics_rate")!, [0.1]);
  instance.run("train");
  const read = new Map([...results].map(([name, buffer]) => [name, instance.read(buffer)]));
  for (const { name } of model.parameters.filter(({ role }) => role === "mean"))
    read.set(name, readParameter(instance, name));
  instance.close();
  return read;
}

test.each(["mlp-8-tanh", "resnet-8-2"])(
  "two applications of %s have twice the gradient, and move statistics once",
  (name) => {
    const model = parseModel(name, dataset);
    const [once, twice] = [gradients(model, 1), gradients(model, 2)];
    expect([...twice.keys()]).toEqual([...once.keys()]);
    for (const [key, values] of twice) {
      const factor = key.endsWith("running_mean") ? 1 : 2;
      expect(values, key).toEqual(once.get(key)!.map((value) => factor * value));
    }
  },
);
