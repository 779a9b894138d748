import { expect, test } from "vitest";
import type { Target } from "../dataset/dataset.ts";
import { createReference } from "../engine/reference/reference.ts";
import { scoreNetwork, trainNetwork } from "../train/network.ts";
import { classification } from "./classification.ts";
import { madeDataset, madeTraining } from "./fixtures/made.ts";
import { multiLabel } from "./multi-label.ts";
import { lossNames, lossOf, taskOf } from "./registry.ts";
import { regression } from "./regression.ts";
import type { Task } from "./task.ts";

test("a data set's task follows from its target", () => {
  expect(taskOf({ target: { kind: "classes", count: 2 } })).toBe(classification);
  expect(taskOf({ target: { kind: "numbers", names: ["price"] } })).toBe(regression);
  expect(taskOf({ target: { kind: "labels", names: ["red"] } })).toBe(multiLabel);
});

test("every loss is named once", () => {
  expect(lossNames()).toEqual(["cross-entropy", "squared-error", "binary-cross-entropy"]);
});

test("a task is trained by its first loss where none is given, and by none but its own", () => {
  expect([classification, regression, multiLabel].map((task) => lossOf(task))).toEqual([
    "cross-entropy",
    "squared-error",
    "binary-cross-entropy",
  ]);
  expect(lossOf(classification, "squared-error")).toBe("squared-error");
  const refused = (message: string) => expect.objectContaining({ code: "usage", message });
  expect(() => lossOf(regression, "cross-entropy")).toThrow(
    refused('loss: regression is trained by squared-error, got "cross-entropy"'),
  );
  expect(() => lossOf(classification, "binary-cross-entropy")).toThrow(
    refused('loss: classification is trained by cross-entropy or squared-error, got "binary-cross-entropy"'),
  );
});

test.each([
  [classification, { kind: "numbers", names: ["price"] }, "classification needs targets that are classes"],
  [classification, { kind: "labels", names: ["red"] }, "classification needs targets that are classes"],
  [regression, { kind: "classes", count: 2 }, "regression needs targets that are numbers"],
  [multiLabel, { kind: "classes", count: 2 }, "multi-label needs targets that are labels"],
] as [Task, Target, string][])("$name is refused for another kind of target: %#", async (task, target, rule) => {
  const dataset = madeDataset(target, ([a]) => [+(a! > 0)]);
  const { model, weights } = madeTraining(dataset);
  const refused = expect.objectContaining({ code: "usage", message: `task: ${rule}, got "${target.kind}"` });
  const network = { weights, mask: null };
  await expect(trainNetwork(createReference(), network, { model, dataset, task, steps: 1 })).rejects.toThrow(refused);
  await expect(scoreNetwork(createReference(), network, { model, dataset, task })).rejects.toThrow(refused);
});
