/** Which network it is, whatever file it was in: the SHA-256 of its tensors. */
import { sha256Hex } from "../base/hash.ts";
import { encodeSafetensors, type Tensor } from "../base/safetensors.ts";

/** Stands for the SHA-256 of a network in a specification that only says which model and data its file is to be read for. */
export const UNREAD = "0".repeat(64);

/** Of tensors as safetensors without metadata: the weights in the order of the model's parameters, then the masks. */
export function sha256OfTensors(tensors: ReadonlyMap<string, Tensor>): string {
  return sha256Hex(encodeSafetensors(tensors));
}
