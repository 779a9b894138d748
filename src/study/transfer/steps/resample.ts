/**
 * The step `resample`: a fresh network whose kept weights have the statistics of a ticket's, layer by layer: the ticket's own
 * kept values in random places among theirs (the strongest of the random tickets of Morcos et al. 2019).
 */
import { randomStream } from "../../../base/random.ts";
import { headOf } from "../../../model/head.ts";
import { parseModel } from "../../../model/registry.ts";
import { networkToTensors } from "../../../model/tensors.ts";
import { countKept } from "../../../prune/prune.ts";
import type { DrawParams, StepDefinition } from "../../../step/definition.ts";
import { maskOf, networkOf } from "../../../step/networks.ts";
import { valuesIn } from "./adopt.ts";
import { ITEMS } from "./random.ts";

export interface ResampleParams extends DrawParams {
  readonly model: string;
  readonly data: string;
}

/**
 * Its inputs are `ticket`, the weights that a ticket starts from, `mask`, and `fresh`, a network without training, from which
 * biases, normalisation, head and cut weights are. The network has no mask.
 */
export const resampleStep: StepDefinition<ResampleParams> = {
  name: "resample",
  version: 1,
  async run({ model: name, data: _, seed, replicate, draw: step }, { ticket, mask, fresh }, { dataset }) {
    const model = parseModel(name, dataset);
    const isHead = headOf(model);
    const bits = maskOf(mask!, model);
    const { weights } = networkOf(fresh!, model);
    const moved = model.parameters
      .filter((parameter) => parameter.prunable && !isHead(parameter))
      .map((parameter, layer): [string, Float32Array] => {
        const random = randomStream({ seed, stream: "mask", replicate, step, item: ITEMS.resampled + layer });
        const values = valuesIn(ticket!, parameter);
        return [
          parameter.name,
          filled(weights.get(parameter.name)!, keptOf(bits.get(parameter.name)!), { values, random }),
        ];
      });
    const all = new Map([...weights, ...moved]);
    return { tensors: networkToTensors({ weights: all, mask: null }, model.parameters), result: {} };
  },
};

/** The layer with the values of these places at them, in a random order. */
function filled(
  layer: Float32Array,
  places: Int32Array,
  { values, random }: { values: Float32Array; random: ReturnType<typeof randomStream> },
): Float32Array {
  const result = layer.slice();
  const order = random.shuffle(places.slice());
  places.forEach((place, i) => {
    result[place] = values[order[i]!]!;
  });
  return result;
}

function keptOf(bits: Uint8Array): Int32Array {
  const places = new Int32Array(countKept(bits));
  let count = 0;
  bits.forEach((bit, i) => {
    if (bit === 1) places[count++] = i;
  });
  return places;
}
