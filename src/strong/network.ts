/** A compiled network as an ordinary one: an MLP of the registry's kind with a mask, where its dense weights fit in memory. */
import type { Model } from "../model/model.ts";
import type { Network } from "../model/tensors.ts";
import type { SparseLayer } from "./sparse.ts";
import type { TargetLayer } from "./target.ts";

/** Entries of dense weights that are stored at most: 4 bytes each, and one more of its mask. */
export const MOST_ENTRIES = 2 ** 26;

/** Entries of the dense weights of layers. */
export function entriesOf(layers: readonly Pick<SparseLayer, "outputs" | "inputs">[]): number {
  return layers.reduce((sum, { outputs, inputs }) => sum + outputs * inputs, 0);
}

/** The network of an MLP whose layers have these sizes; kept weights have their random values, all others are pruned. */
export function networkOfLayers(layers: readonly SparseLayer[], model: Pick<Model, "parameters">): Network {
  const weights = new Map<string, Float32Array>();
  const mask = new Map<string, Uint8Array>();
  layers.forEach((layer, index) => {
    const name = `fc${index + 1}`;
    const [values, bits] = [
      new Float32Array(layer.outputs * layer.inputs),
      new Uint8Array(layer.outputs * layer.inputs),
    ];
    for (let column = 0; column < layer.inputs; column++) {
      for (let e = layer.starts[column]!; e < layer.starts[column + 1]!; e++) {
        const at = layer.rows[e]! * layer.inputs + column;
        values[at] = layer.values[e]!;
        bits[at] = 1;
      }
    }
    weights.set(`${name}.weight`, values).set(`${name}.bias`, layer.bias ?? new Float32Array(layer.outputs));
    mask.set(`${name}.weight`, bits);
  });
  const named = <T>(values: ReadonlyMap<string, T>) =>
    new Map(model.parameters.flatMap(({ name }) => (values.has(name) ? [[name, values.get(name)!] as const] : [])));
  return { weights: named(weights), mask: named(mask) };
}

/** The layers of an MLP as a target; biases of 0 everywhere are none. */
export function targetOf({ weights, mask }: Network, { parameters }: Pick<Model, "parameters">): TargetLayer[] {
  return parameters
    .filter(({ role }) => role === "weight")
    .map(({ name, layer, shape }) => {
      const [outputs, inputs] = shape as [number, number];
      const bias = weights.get(`${layer}.bias`) ?? null;
      const bits = mask?.get(name);
      const values = weights.get(name)!;
      return {
        outputs,
        inputs,
        weights: bits ? values.map((value, i) => (bits[i] ? value : 0)) : values,
        bias: bias?.some((value) => value !== 0) ? bias : null,
      };
    });
}
