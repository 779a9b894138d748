/** The rules of models and networks, checked wherever one enters training, scoring or alignment. */
import { fail } from "../base/errors.ts";
import type { DatasetDescription } from "../dataset/dataset.ts";
import { sizeOf } from "../graph/types.ts";
import type { Model } from "./model.ts";
import type { Parameter } from "./network.ts";
import type { Network } from "./tensors.ts";

/** Throws `usage` unless a model reads what a data set's inputs are, and gives what is learnt of them. */
export function checkFits(
  { name, input, outputs, vocabulary }: Pick<Model, "name" | "input" | "outputs" | "vocabulary">,
  dataset: Pick<DatasetDescription, "name" | "shape" | "target" | "outputs" | "vocabulary">,
): void {
  const remedy = `Fit the model to ${dataset.name}`;
  const described = (shape: readonly number[], tokens?: number) =>
    `[${shape.join(", ")}]${tokens ? ` of ${tokens} tokens` : ""}`;
  const reads = described(input, vocabulary);
  const inputs = described(dataset.shape, dataset.vocabulary);
  if (reads !== inputs) {
    const rule = `must read inputs of ${inputs}, as ${dataset.name} has them`;
    fail("usage", `model ${name}`, { rule, got: reads, remedy });
  }
  if (outputs === dataset.outputs) return;
  const rule = `must have ${dataset.outputs} outputs, one for each of the ${dataset.target.kind} of ${dataset.name}`;
  fail("usage", `model ${name}`, { rule, got: outputs, remedy });
}

/**
 * Throws `data` naming `where`, the parameter and its first wrong entry unless the network has all values of the model's
 * parameters, finite ones, running variances that are not below 0, and masks of 0 and 1 over prunable parameters.
 */
export function checkNetwork(
  { name: model, parameters }: Pick<Model, "name" | "parameters">,
  { weights, mask }: Network,
  where: string,
): void {
  if (!(weights instanceof Map && (mask === null || mask instanceof Map))) {
    const remedy = "Write { weights, mask }, mask null where it is dense";
    fail("data", where, { rule: "network must have a map of weights, and one of masks or null", remedy });
  }
  for (const parameter of parameters) {
    const { name, shape } = parameter;
    const values = weights.get(name);
    if (!(values instanceof Float32Array) || values.length !== sizeOf(shape)) {
      const rule = `network must be of the model ${model}, whose ${name} has ${sizeOf(shape)} entries`;
      fail("data", where, { rule, got: values?.length ?? "none" });
    }
    checkValues(parameter, values, where);
  }
  for (const [name, bits] of mask ?? []) checkMask(parameters, [name, bits], where);
}

function checkValues({ name, role }: Parameter, values: Float32Array, where: string): void {
  const rule = role === "variance" ? "running variances must be finite and 0 or more" : "values must be finite";
  const isWrong = (value: number) => !Number.isFinite(value) || (role === "variance" && value < 0);
  const at = values.findIndex(isWrong);
  if (at < 0) return;
  fail("data", `${where}: ${name}, entry ${at}`, {
    rule,
    got: values[at],
    remedy: "Use a network that did not diverge",
  });
}

function checkMask(parameters: readonly Parameter[], [name, bits]: [string, Uint8Array], where: string): void {
  const prunable = parameters.find((parameter) => parameter.name === name && parameter.prunable);
  if (!prunable) fail("data", `${where}: mask of ${name}`, { rule: "must be of a weight that may be pruned" });
  const size = sizeOf(prunable.shape);
  if (bits.length !== size) {
    fail("data", `${where}: mask of ${name}`, {
      rule: `must have ${size} entries, as the weight has`,
      got: bits.length,
    });
  }
  if (!(bits instanceof Uint8Array)) fail("data", `${where}: mask of ${name}`, { rule: "must be a Uint8Array" });
  const at = bits.findIndex((bit) => bit > 1);
  if (at >= 0) fail("data", `${where}: mask of ${name}, entry ${at}`, { rule: "must be 0 or 1", got: bits[at] });
}
