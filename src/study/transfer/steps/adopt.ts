/**
 * The step `adopt`: a network for a task of weights from elsewhere and a head of its own, or a mask from another task, of which
 * the head's part is left out.
 */
import { fail } from "../../../base/errors.ts";
import { headOf } from "../../../model/head.ts";
import type { Model } from "../../../model/model.ts";
import { parseModel } from "../../../model/registry.ts";
import { networkToTensors } from "../../../model/tensors.ts";
import { fullMask } from "../../../prune/prune.ts";
import type { StepDefinition } from "../../../step/definition.ts";
import { maskOutput } from "../../../step/networks.ts";
import type { Artifact } from "../../../store/store.ts";

export interface AdoptParams {
  /** Of the network that comes of it. */
  readonly model: string;
  readonly data: string;
}

/**
 * Its inputs are `network`, whose weights are taken, and `head`, a network of the same model and data, whose head is; or `mask`,
 * of a network that differs at most in its head. The network has no mask.
 */
export const adoptStep: StepDefinition<AdoptParams> = {
  name: "adopt",
  version: 1,
  async run({ model: name }, { network, head, mask }, { dataset }) {
    const model = parseModel(name, dataset);
    if (mask) return maskOutput(model, adoptedMask(model, mask));
    const isHead = headOf(model);
    const weights = model.parameters.map((parameter) => {
      const from = isHead(parameter) ? head! : network!;
      return [parameter.name, valuesIn(from, parameter)] as const;
    });
    return { tensors: networkToTensors({ weights: new Map(weights), mask: null }, model.parameters), result: {} };
  },
};

/** The values of a parameter in an artifact; throws `data` where it has none of its shape. */
export function valuesIn(
  { tensors, meta }: Artifact,
  { name, shape }: { name: string; shape: readonly number[] },
): Float32Array {
  const tensor = tensors.get(name);
  if (tensor && tensor.shape.join() === shape.join()) return tensor.data as Float32Array;
  const rule = `${name} must have the shape [${shape}] in both networks`;
  const remedy = "Take a source of the same model, and of inputs of one shape and vocabulary";
  return fail("data", `artifact of ${meta.step}`, { rule, got: tensor ? `[${tensor.shape}]` : "none", remedy });
}

function adoptedMask(model: Model, mask: Artifact): Map<string, Uint8Array> {
  const isHead = headOf(model);
  const prunable = model.parameters.filter((parameter) => parameter.prunable && !isHead(parameter));
  const names = new Set(prunable.map(({ name }) => name));
  return new Map(
    [...fullMask(model.parameters)].map(([name, full]) => {
      if (!names.has(name)) return [name, full];
      const bits = mask.tensors.get(`mask/${name}`)?.data as Uint8Array | undefined;
      if (bits && bits.length !== full.length) {
        const rule = `the mask of ${name} must have ${full.length} entries`;
        fail("data", `artifact of ${mask.meta.step}`, {
          rule,
          got: bits.length,
          remedy: "Take a source of the same model",
        });
      }
      return [name, bits ?? full];
    }),
  );
}
