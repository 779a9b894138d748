/**
 * Ops that move the positions of a batch together. Of 20 examples in 32 lanes three eighths of an output layer's work would be
 * for nobody: what every position has for itself is computed of as many whole vectors of lanes as the pairs (position, example)
 * fill, in the order of positions.
 */
import { fail } from "../../base/errors.ts";
import type { OpDefinition, Type } from "../types.ts";
import { showType } from "./rules.ts";

const LANES = 16;

/** Positions of the packed batch: so many for every lane that the batch is padded to. */
const packedTime = (time: number, batch: number) => Math.ceil((time * batch) / (LANES * Math.ceil(batch / LANES)));

/** The type with another number of positions. */
function timed(op: string, { shape, layout }: Type, time: number): Type {
  if (layout === "vector" && shape.length === 1) return { shape: [time], layout };
  if (layout === "image" && shape.length === 3 && shape[2] === 1) return { shape: [shape[0]!, time, 1], layout };
  return fail("usage", op, { rule: "x must be a sequence or [time] vector", got: showType({ shape, layout }) });
}

const timeOf = ({ shape, layout }: Type): number => (layout === "vector" ? shape[0]! : shape[1]!);

export const pack_examples: OpDefinition<"pack_examples"> = {
  operands: ["x"],
  shape: ([x], { batch }) => timed("pack_examples", x!, packedTime(timeOf(x!), batch)),
  gradient: (graph, { inputs: [x], attributes: { batch } }, dy) => [
    graph.node("unpack_examples", [dy], { batch, time: timeOf(x!.type) }),
  ],
  flops: () => 0,
};

export const unpack_examples: OpDefinition<"unpack_examples"> = {
  operands: ["x"],
  shape([x], { batch, time }) {
    if (timeOf(x!) !== packedTime(time, batch)) {
      const rule = `x must have ${packedTime(time, batch)} positions for ${time} of ${batch} examples`;
      fail("usage", "unpack_examples", { rule, got: showType(x!) });
    }
    return timed("unpack_examples", x!, time);
  },
  gradient: (graph, { attributes: { batch } }, dy) => [graph.node("pack_examples", [dy], { batch, fill: 0 })],
  flops: () => 0,
};
