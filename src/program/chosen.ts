/** Weights of which scores choose some anew in every run: which are kept is known to the device alone, how many beforehand. */
import { type Node, type NodeOf, sizeOf } from "../graph/types.ts";
import type { Buffer } from "./buffers.ts";
import { bufferOf, type Lowering } from "./lowering.ts";

/** The mask of a chosen weight, stored as the weight is, and the fraction kept; where layers compete, on average of all. */
export interface Chosen {
  readonly mask: Buffer;
  readonly density: number;
}

/** How a weight is chosen: the product of a weight and the mask of the largest scores; null for any other. */
export function chosenOf(lowering: Lowering, weight: Node): Chosen | null {
  const mask = weight.op === "multiply" && weight.inputs.find(isChoice);
  if (!mask) return null;
  const { inputs: scores, attributes } = mask.inputs[1] as NodeOf<"magnitude_threshold">;
  const count = scores.reduce((sum, { type }) => sum + sizeOf(type.shape), 0);
  return { mask: bufferOf(lowering, mask), density: attributes.kept / count };
}

const isChoice = ({ op, inputs }: Node) => op === "keep_largest" && inputs[1]!.op === "magnitude_threshold";
