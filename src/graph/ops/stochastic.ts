/** Noise as values of a graph, on the `noise` stream: place e of the result, as stored, is draw e of the stream. */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type } from "../types.ts";
import { requireSame, showType } from "./rules.ts";

/** In the form of `like`, whose values do not matter; drawn anew where `counter`, [seed, replicate, step], moves. */
function noise([like, counter]: readonly Type[], { index }: { readonly index: number }, op: string): Type {
  requireSame(op, counter!, { shape: [3], layout: "plain" });
  if (!(Number.isInteger(index) && index >= 0 && index < 2 ** 24))
    fail("usage", op, { rule: "index must be below 2^24", got: `${index} for ${showType(like!)}` });
  return like!;
}

export const gaussian_noise: OpDefinition<"gaussian_noise"> = {
  operands: ["like", "counter"],
  shape: noise,
  gradient: () => [null, null],
  flops: () => 0,
};

export const uniform_noise: OpDefinition<"uniform_noise"> = {
  operands: ["like", "counter"],
  shape: noise,
  gradient: () => [null, null],
  flops: () => 0,
};
