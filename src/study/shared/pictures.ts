/** Units of a network's first layer as pictures: the weights that were drawn, and those of them that a mask keeps. */
import type { ArtifactStore } from "../../store/store.ts";

/** Units shown of a layer. */
const UNITS = 4;

/** The first units of a layer; of a linear one over square images, or of a convolution the first channel's kernels. */
export interface Picture {
  /** Pixels of a row and of a column. */
  readonly side: number;
  /** `[units][side * side]`, as they were drawn. */
  readonly drawn: readonly (readonly number[])[];
  /** As the network has them; 0 where they are cut. */
  readonly kept: readonly (readonly number[])[];
}

/** The picture of a masked network in a store; null where its first layer has no square units or it was not trained to its end. */
export async function pictureOf(key: string, store: ArtifactStore): Promise<Picture | null> {
  const { tensors, meta } = await store.read(key);
  const [mask] = [...tensors.keys()].filter((name) => name.startsWith("mask/"));
  const from = meta.inputs.network;
  if (mask === undefined || from === undefined || !(await store.has(from))) return null;
  const name = mask.slice("mask/".length);
  const first = (await store.read(from)).tensors.get(name);
  const last = tensors.get(name);
  if (!first || !last) return null;
  const [units, each] = [
    first.shape[0]!,
    first.shape.length === 4 ? first.shape[2]! * first.shape[3]! : first.shape[1]!,
  ];
  const stride = first.data.length / units;
  const side = Math.round(Math.sqrt(each));
  if (side * side !== each) return null;
  const unitsOf = ({ data }: { readonly data: ArrayLike<number> }) =>
    Array.from({ length: Math.min(UNITS, units) }, (_, unit) =>
      Array.from({ length: each }, (_, i) => data[unit * stride + i]!),
    );
  return { side, drawn: unitsOf(first as never), kept: unitsOf(last as never) };
}
