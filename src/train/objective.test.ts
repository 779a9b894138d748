/** What a task updates beside the parameters that its loss depends on: here a copy of the network that follows it. */
import { expect, test } from "vitest";
import { ENGINES, eachEngine } from "../../test/engines.ts";
import { readParameter, writeParameter } from "../engine/engine.ts";
import { initialise } from "../model/initialise.ts";
import type { ParameterNode } from "../model/scope.ts";
import { compile } from "../program/compile.ts";
import { classification } from "../task/classification.ts";
import type { Task } from "../task/task.ts";
import { trainingGraph } from "./experiment.ts";
import { sgd, tinyTask } from "./fixtures/tasks.ts";

/** Learns to classify, while `slow/fc2.bias` goes a quarter of the way to `fc2.bias`. */
const following: Task = {
  ...classification,
  objective(pass) {
    const { scope, model } = pass;
    const { graph } = scope;
    const { loss } = classification.objective(pass);
    const bias = model.parameters.find(({ name }) => name === "fc2.bias")!;
    const slow = scope.under("slow").parameter({ ...bias, frozen: true }) as ParameterNode;
    const ahead = graph.node("scale", [scope.parameter(bias)], { factor: -1 });
    const away = graph.node("add", [slow, ahead], {});
    const control = scope.input("follow", [3]);
    const follow = graph.node("sgd_update", [slow, control, away], { momentum: 0, weightDecay: 0, nesterov: false });
    return { loss, updates: [follow] };
  },
};

eachEngine(ENGINES, (engine) => {
  test("runs with every step, on the values from before it", () => {
    const { model } = tinyTask();
    const graph = trainingGraph(model, { task: following, optimizer: { ...sgd, momentum: 0 }, source: "host" });
    const instance = engine.open(compile({ train: { graph, batch: 4 } }));
    const { inputs } = instance.program.sections.train!;
    for (const [name, values] of initialise(model, "uniform", { seed: 1, replicate: 0, draw: 0 }))
      writeParameter(instance, name, values);
    const [fast, slow] = [Float32Array.from({ length: 10 }, (_, i) => i), new Float32Array(10).fill(8)];
    writeParameter(instance, "fc2.bias", fast);
    writeParameter(instance, "slow/fc2.bias", slow);
    instance.write(inputs.get("x")!, new Float32Array(inputs.get("x")!.elements).fill(0.5));
    instance.write(inputs.get("y")!, [1, 2, 3, 4]);
    instance.write(inputs.get("count")!, [4]);
    instance.write(inputs.get("control")!, [0.1, 0.1, 1]);
    instance.write(inputs.get("follow")!, [0.25, 0.25, 1]);
    instance.run("train");
    expect(readParameter(instance, "slow/fc2.bias")).toEqual(slow.map((value, i) => value - 0.25 * (value - fast[i]!)));
    expect(readParameter(instance, "fc2.bias")).not.toEqual(fast);
    instance.close();
  });
});
