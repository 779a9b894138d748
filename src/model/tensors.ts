/** Networks as tensors and safetensors files, in PyTorch's names and layouts, masks as U8 under `mask/NAME`. */

import { fail } from "../base/errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../base/safetensors.ts";
import { sameShape } from "../graph/types.ts";
import type { Mask, Parameter, Weights } from "./network.ts";
import { denseTensors } from "./sparse.ts";
import { failNames } from "./tensor-names.ts";

/** The values of a model's parameters and, of a pruned network, which of them there are. */
export interface Network {
  readonly weights: Weights;
  readonly mask: Mask | null;
}

type Tensors = ReadonlyMap<string, Tensor>;

/** A safetensors file of a network; `metadata` is free text beside it. */
export function networkToSafetensors(
  network: Network,
  parameters: readonly Parameter[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(networkToTensors(network, parameters), metadata);
}

/**
 * The network in a safetensors file that anybody wrote, dense or of the kept weights alone.
 * @param where the file's name, for the `data` errors: not safetensors, or tensors that do not fit the parameters
 */
export function networkFromSafetensors(
  bytes: Uint8Array,
  parameters: readonly Parameter[],
  where = "weights",
): Network {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  return networkFromTensors(denseTensors(tensors, metadata, where), parameters, where);
}

/** The weights in the order of the parameters, then the masks. */
export function networkToTensors({ weights, mask }: Network, parameters: readonly Parameter[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of parameters) tensors.set(name, { dtype: "F32", shape, data: need(weights, name) });
  for (const { name, shape } of mask ? parameters.filter(({ prunable }) => prunable) : []) {
    tensors.set(maskName(name), { dtype: "U8", shape, data: need(mask!, name) });
  }
  return tensors;
}

/**
 * The network that the tensors hold; without any mask it is dense, and a prunable parameter without its own is whole.
 * @param where the file's name, for the `data` errors: missing, unexpected or misshapen tensors, values that are not finite
 */
export function networkFromTensors(tensors: Tensors, parameters: readonly Parameter[], where: string): Network {
  checkNames(tensors, parameters, where);
  const masks = parameters
    .filter(({ prunable }) => prunable)
    .map((parameter): [string, Uint8Array] => [parameter.name, readMask(tensors, parameter, where)]);
  const mask = masks.some(([name]) => tensors.has(maskName(name))) ? new Map(masks) : null;
  const weights = parameters.map((parameter): [string, Float32Array] => {
    const values = readWeights(tensors, parameter, where);
    const kept = mask?.get(parameter.name);
    return [parameter.name, kept ? values.map((value, i) => (kept[i] ? value : 0)) : values];
  });
  return { weights: new Map(weights), mask };
}

/** Tells PyTorch's count of the batches behind running statistics, which only its averages without a rate read. */
export function isUnread(name: string): boolean {
  return name.endsWith(".num_batches_tracked");
}

function checkNames(tensors: Tensors, parameters: readonly Parameter[], where: string): void {
  const known = new Set(parameters.flatMap(({ name, prunable }) => (prunable ? [name, maskName(name)] : [name])));
  const missing = parameters.filter(({ name }) => !tensors.has(name));
  const unexpected = [...tensors].filter(([name]) => !known.has(name) && !isUnread(name));
  if (missing.length > 0 || unexpected.length > 0)
    failNames(where, { missing, unexpected: unexpected.map(([name, { shape }]) => ({ name, shape })) });
}

function readWeights(tensors: Tensors, parameter: Parameter, where: string): Float32Array {
  const { name } = parameter;
  const { dtype, data } = shaped(need(tensors, name), parameter, `${where}: ${name}`);
  if (dtype !== "F32")
    return fail("data", `${where}: ${name}`, {
      rule: "weights must be floating-point",
      got: dtype,
      remedy: "Write them as 32-bit floats",
    });
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    fail("data", `${where}: ${name}[${wrong}]`, {
      rule: `all values must be finite, and ${data.filter((value) => !Number.isFinite(value)).length} of ${data.length} are not`,
      got: data[wrong],
      remedy: "A training that diverged leaves such: take a file from before, or train again with a lower rate",
    });
  return data;
}

function readMask(tensors: Tensors, parameter: Parameter, where: string): Uint8Array {
  const name = maskName(parameter.name);
  const tensor = tensors.get(name);
  if (!tensor) return new Uint8Array(parameter.shape.reduce((a, b) => a * b, 1)).fill(1);
  const { data } = shaped(tensor, parameter, `${where}: ${name}`);
  const wrong = data.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0)
    fail("data", `${where}: ${name}[${wrong}]`, {
      rule: "mask must be 0 or 1",
      got: data[wrong],
      remedy: "Write the mask as 0 where a weight is cut and 1 where it is kept",
    });
  return Uint8Array.from(data);
}

function shaped(tensor: Tensor, { shape }: Parameter, where: string): Tensor {
  if (sameShape(tensor.shape, shape)) return tensor;
  return fail("data", where, { rule: `shape must be [${shape}]`, got: `[${tensor.shape}]` });
}

function need<T>(values: ReadonlyMap<string, T>, name: string): T {
  return values.get(name) ?? fail("data", name, { rule: "network must have every parameter of its model" });
}

/** The name of a parameter's mask in a file. */
export function maskName(name: string): string {
  return `mask/${name}`;
}
