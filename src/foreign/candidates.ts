/** Which models a file may be of: those of the registry whose names and shapes are the file's, to the letter. */
import type { Model } from "../model/model.ts";
import { type LayerSizes, type ModelContext, modelsLike } from "../model/registry.ts";
import { fits } from "./fit.ts";
import { separate } from "./masks.ts";
import type { WeightsFile } from "./open.ts";

/** Linear layers beyond which a file is searched for no MLP. */
const DEEPEST = 64;

/** The models for this data whose tensors are the file's; several have the same tensors and compute other functions. */
export function candidatesFor(file: WeightsFile, context: ModelContext): Model[] {
  const sizes = sizesOf(file);
  return sizes ? [...modelsLike(sizes, context)].filter((model) => fits(file, model)) : [];
}

function sizesOf({ tensors }: WeightsFile): LayerSizes | null {
  const { weights } = separate(tensors);
  const linear = [...weights].filter(([, { shape }]) => shape.length === 2);
  const channels = [...weights.values()].flatMap(({ shape }) => (shape.length === 4 ? [shape[0]!] : []));
  if (linear.length === 0 || linear.length > DEEPEST) return null;
  const [width, widest] = [least(channels), -least(channels.map((count) => -count))];
  return {
    ...(channels.length > 0 && { width, widest }),
    linear: linear.sort(([a], [b]) => placeOf(a) - placeOf(b)).map(([, { shape }]) => shape[0]!),
    biases: [...weights.keys()].some((name) => name.endsWith(".bias")),
  };
}

const least = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** The number in a layer's name, by which they are ordered; one without comes last, as the output layers of OpenLTH do. */
function placeOf(name: string): number {
  return Number(/(\d+)\.weight$/.exec(name)?.[1] ?? Number.MAX_SAFE_INTEGER);
}
