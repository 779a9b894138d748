/** Ops that bring values into a graph: batches, parameters, optimizer state and what the host writes each step. */
import type { OpDefinition } from "../types.ts";

const free = () => 0;

export const images: OpDefinition<"images"> = {
  summary:
    "The batch's images, gathered from bytes, with `augment` cropped and mirrored by draws of that stream, and normalised: (pixel/255 - mean) / std per channel.",
  operands: ["counter?"],
  shape: (_, { shape }) => ({ shape, lanes: true }),
  flops: free,
};

export const labels: OpDefinition<"labels"> = {
  summary: "The batch's class indices.",
  operands: [],
  shape: () => ({ shape: [], lanes: true }),
  flops: free,
};

export const input: OpDefinition<"input"> = {
  summary: "A value that the host writes before a run.",
  operands: [],
  shape: (_, { shape, lanes }) => ({ shape, lanes }),
  flops: free,
};

export const parameter: OpDefinition<"parameter"> = {
  summary: "A trainable tensor, stored densely or, when its mask prunes any entry, compactly.",
  operands: [],
  shape: (_, { shape }) => ({ shape, lanes: false }),
  flops: free,
};

export const statistic: OpDefinition<"statistic"> = {
  summary: "A tensor that belongs to the network but is not trained, such as a running mean.",
  operands: [],
  shape: (_, { shape }) => ({ shape, lanes: false }),
  flops: free,
};

export const slot: OpDefinition<"slot"> = {
  summary: "Optimizer state of one parameter, stored as the parameter is.",
  operands: [],
  shape: (_, { shape }) => ({ shape, lanes: false }),
  flops: free,
};
