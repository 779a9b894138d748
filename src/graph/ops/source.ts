/** Ops that bring values into a graph: batches, parameters, optimizer state and what the host writes each step. */
import type { OpDefinition } from "../types.ts";
import { checkLayout } from "./rules.ts";

const free = () => 0;

export const images: OpDefinition<"images"> = {
  operands: ["counter?"],
  shape: (_, { shape }) => ({ shape, layout: "image" }),
  flops: free,
};

export const column: OpDefinition<"column"> = {
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "vector" }),
  flops: free,
};

export const lengths: OpDefinition<"lengths"> = {
  operands: [],
  shape: () => ({ shape: [], layout: "vector" }),
  flops: free,
};

export const input: OpDefinition<"input"> = {
  operands: [],
  shape: (_, { shape, layout }) => checkLayout("input", { shape, layout }),
  flops: free,
};

export const parameter: OpDefinition<"parameter"> = {
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "plain" }),
  flops: free,
};

export const statistic: OpDefinition<"statistic"> = {
  operands: [],
  shape: (_, { shape, layout = "plain" }) => ({ shape, layout }),
  flops: free,
};

export const slot: OpDefinition<"slot"> = {
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "plain" }),
  flops: free,
};
