/** Groups of parameters: who is in which, what is refused, and updates worked out by hand. */
import { describe, expect, test } from "vitest";
import { readParameter, writeParameter } from "../engine/engine.ts";
import { createReference } from "../engine/reference/reference.ts";
import { compileExperiment } from "./experiment.ts";
import { layer } from "./fixtures/replaced.ts";
import { adam, finish, sgd, tinyNetwork, tinyTask } from "./fixtures/tasks.ts";
import { controlValues, type OptimizerOptions, optimizerIssue } from "./optimizer.ts";
import { groupsOf, type ParameterGroup } from "./parameter-group.ts";
import { train } from "./train.ts";
import { controlInputs } from "./updates.ts";

const plain = { ...sgd, momentum: 0, weightDecay: 0.5 };

describe("a parameter's group", () => {
  const parameters = [
    { name: "fc1.weight", role: "weight" },
    { name: "fc1.bias", role: "bias" },
    { name: "fc10.weight", role: "weight" },
    { name: "fc1.weight.beside", role: undefined },
  ] as const;

  const other: ParameterGroup = { names: ["*"], rate: 3 };

  test.each<[ParameterGroup, number[]]>([
    [{ roles: ["weight"], rate: 2 }, [0, 2]],
    [{ names: ["fc1.*"], rate: 2 }, [0, 1, 3]],
    [{ names: ["fc1.bias", "*side"], rate: 2 }, [1, 3]],
    [{ roles: ["weight"], names: ["fc1.*"], rate: 2 }, [0]],
    [{ names: ["*.*.*"], rate: 2 }, [3]],
  ])("%j", (group, members) => {
    const found = groupsOf([group, other], parameters);
    expect(found.flatMap((each, i) => (each === group ? [i] : []))).toEqual(members);
  });

  test("is found by a name as it is written but for *", () => {
    expect(() => groupsOf([{ names: ["fc1.w.*"], rate: 2 }], [{ name: "fc1.wx*", role: "weight" }])).toThrow();
  });

  test("is the first that it is in, and one that all of whose parameters are taken is refused", () => {
    expect(() => groupsOf([other, { roles: ["bias"], rate: 2 }], parameters)).toThrow(
      /^optimizer\.groups\.1: must have a parameter that no group before it has, got .*bias.*\. The model has fc1\.weight, /,
    );
  });
});

describe("groups are refused", () => {
  test.each([
    [[], "must be a list of at least one", []],
    [[{ rate: 2 }], "must say whose it is: roles, names or both", [0]],
    [[{ roles: ["bias"] }], "must set rate, weightDecay or both", [0]],
    [[{ roles: [], rate: 2 }], "must be a list of at least one", [0, "roles"]],
    [[{ roles: ["mean"], rate: 2 }], "must be one of weight, bias, scale, shift", [0, "roles", 0]],
    [[{ names: [""], rate: 2 }], "must be a text that is not empty", [0, "names", 0]],
    [[{ roles: ["bias"], rate: 0 }], "must be a number above 0", [0, "rate"]],
    [[{ roles: ["bias"], weightDecay: -1 }], "must be a number of 0 or above", [0, "weightDecay"]],
    [
      [{ roles: ["bias"], rate: 2, beta1: 0.5 }],
      "is no field; there are roles, names, rate, weightDecay",
      [0, "beta1"],
    ],
    [[3], "must be an object of roles, names, rate, weightDecay", [0]],
  ])("%j", (groups, message, path) => {
    for (const optimizer of [sgd, adam])
      expect(optimizerIssue({ ...optimizer, groups })).toEqual({ path: ["groups", ...path], message });
  });
});

/** The layer's weights and bias after one step at rate 0.1, from [0.5, -1] and 0.25, on the input [1, 2] of class 0. */
function afterOneStep(optimizer: OptimizerOptions) {
  const program = compileExperiment(layer, { optimizer, loss: "squared-error", source: "host", batch: 1 });
  const instance = createReference().open(program);
  writeParameter(instance, "fc1.weight", Float32Array.of(0.5, -1));
  writeParameter(instance, "fc1.bias", Float32Array.of(0.25));
  const { inputs } = program.sections.train!;
  const x = inputs.get("x")!;
  instance.write(
    x,
    Float32Array.from({ length: x.elements }, (_, i) => (i % 16 === 0 ? 1 + Math.floor(i / 16) : 0)),
  );
  instance.write(inputs.get("y")!, new Int32Array(16));
  instance.write(inputs.get("count")!, [1]);
  for (const { name, factor } of controlInputs(optimizer))
    if (inputs.has(name)) instance.write(inputs.get(name)!, controlValues(optimizer, factor * 0.1, 1));
  instance.run("train");
  const read = (name: string) => [...readParameter(instance, name)];
  return { names: [...inputs.keys()], weight: read("fc1.weight"), bias: read("fc1.bias") };
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6));

describe("one step", () => {
  // The output is 0.5 - 2 + 0.25 = -1.25 and 1 is wanted, so gradients are 2 * -2.25 = -4.5 times the inputs 1, 2 and 1.
  test("without groups decays all alike", () => {
    const { names, weight, bias } = afterOneStep(plain);
    expect(names.filter((name) => name.startsWith("control"))).toEqual(["control"]);
    expect(weight).toEqual(close([0.5 - 0.1 * (-4.5 + 0.25), -1 - 0.1 * (-9 - 0.5)]));
    expect(bias).toEqual(close([0.25 - 0.1 * (-4.5 + 0.125)]));
  });

  test("with a group scales its rate and sets its decay, and leaves the others' bits", () => {
    const groups = [{ roles: ["bias" as const], rate: 2, weightDecay: 0 }];
    const { names, weight, bias } = afterOneStep({ ...plain, groups });
    expect(names.filter((name) => name.startsWith("control"))).toEqual(["control", "control:2"]);
    expect(weight).toEqual(afterOneStep(plain).weight);
    expect(bias).toEqual(close([0.25 - 0.2 * -4.5]));
  });

  test("moves Adam's parameters by their own rates, whatever their gradients", () => {
    const groups = [
      { names: ["*.weight"], rate: 0.5 },
      { names: ["*"], rate: 3 },
    ];
    // Of exact betas, so that the first step is the rate itself.
    const { names, weight, bias } = afterOneStep({ ...adam, beta1: 0.5, beta2: 0.75, groups });
    expect(names.filter((name) => name.startsWith("control"))).toEqual(["control:0.5", "control:3"]);
    expect([...weight, ...bias]).toEqual(close([0.5 + 0.05, -1 + 0.05, 0.25 + 0.3]));
  });
});

describe("training", () => {
  const end = async (optimizer: OptimizerOptions) => {
    const task = tinyTask({ optimizer, to: 6, evaluateEvery: 6 });
    const { curve, values } = await finish(train(createReference(), task, tinyNetwork(task)));
    return { curve, values };
  };

  test("under groups goes on finitely, and differs by them", async () => {
    const groups = [{ roles: ["bias" as const], rate: 0.1, weightDecay: 0 }];
    const { values } = await end({ ...adam, groups });
    for (const each of values.values()) expect(each.every(Number.isFinite)).toBe(true);
    expect(values.get("fc1.bias")).not.toEqual((await end(adam)).values.get("fc1.bias"));
  });

  test("under a group that changes nothing has the bits of none", async () => {
    const groups = [{ names: ["*"], rate: 1, weightDecay: 0 }];
    expect(await end({ ...adam, groups })).toEqual(await end(adam));
  });
});
