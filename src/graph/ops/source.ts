/** Ops that bring values into a graph: batches, parameters, optimizer state and what the host writes each step. */
import type { OpDefinition } from "../types.ts";
import { checkLayout } from "./rules.ts";

const free = () => 0;

export const images: OpDefinition<"images"> = {
  summary:
    "The batch's images, gathered from a column of bytes or floats, with `augment` cropped and mirrored by draws of that stream, and normalised: (pixel/255 - mean) / std per channel, of floats (pixel - mean) / std.",
  operands: ["counter?"],
  shape: (_, { shape }) => ({ shape, layout: "image" }),
  flops: free,
};

export const column: OpDefinition<"column"> = {
  summary:
    "The batch's rows of a column as floats, (value - mean) / std per entry where the column is standardised; of a ragged column the first items, +0 behind the last.",
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "vector" }),
  flops: free,
};

export const lengths: OpDefinition<"lengths"> = {
  summary: "How many items each of the batch's rows of a ragged column has, at most `most`.",
  operands: [],
  shape: () => ({ shape: [], layout: "vector" }),
  flops: free,
};

export const input: OpDefinition<"input"> = {
  summary: "A value that the host writes before a run.",
  operands: [],
  shape: (_, { shape, layout }) => checkLayout("input", { shape, layout }),
  flops: free,
};

export const parameter: OpDefinition<"parameter"> = {
  summary: "A trainable tensor, stored densely or, when its mask prunes any entry, compactly.",
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "plain" }),
  flops: free,
};

export const statistic: OpDefinition<"statistic"> = {
  summary: "A tensor that belongs to the network but is not trained, such as a running mean.",
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "plain" }),
  flops: free,
};

export const slot: OpDefinition<"slot"> = {
  summary: "Optimizer state of one parameter, stored as the parameter is.",
  operands: [],
  shape: (_, { shape }) => ({ shape, layout: "plain" }),
  flops: free,
};
