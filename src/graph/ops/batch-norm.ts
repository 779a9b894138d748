/** Batch normalisation of images (Ioffe & Szegedy 2015), statistics over the batch and all pixels of a channel. */
import { fail } from "../../base/errors.ts";
import { carriesBatch, type OpDefinition, type Type } from "../types.ts";
import { entries, requireImages, requireSame, showType } from "./rules.ts";

const perChannel = (x: Type, rows?: number): Type => ({
  shape: rows === undefined ? [x.shape[0]!] : [rows, x.shape[0]!],
  layout: "plain",
});

function requireStatistics(op: string, x: Type, statistics: Type): void {
  requireImages(op, "x", x);
  requireSame(op, statistics, perChannel(x, 2));
}

export const batch_statistics: OpDefinition<"batch_statistics"> = {
  operands: ["x"],
  shape([x], _, op) {
    requireImages(op, "x", x!);
    return perChannel(x!, 2);
  },
  flops: ([x]) => 4 * entries(x!),
};

export const stack: OpDefinition<"stack"> = {
  operands: ["a", "b"],
  shape([a, b], _, op) {
    requireSame(op, a!, b!);
    if (carriesBatch(a!) || a!.shape.length !== 1)
      fail("usage", op, { rule: "needs vectors without a batch", got: showType(a!) });
    return { shape: [2, ...a!.shape], layout: "plain" };
  },
  flops: () => 0,
};

export const row: OpDefinition<"row"> = {
  operands: ["x"],
  shape([x], { index }, op) {
    if (carriesBatch(x!) || x!.shape.length !== 2 || !(index >= 0 && index < x!.shape[0]!))
      fail("usage", op, { rule: "needs a matrix that has the row", got: `${showType(x!)}, row ${index}` });
    return { shape: [x!.shape[1]!], layout: "plain" };
  },
  flops: () => 0,
};

/** With batch statistics; those of running averages are constants, through which no gradient flows. */
export const batch_norm: OpDefinition<"batch_norm"> = {
  operands: ["x", "statistics", "gamma", "beta"],
  shape([x, statistics, gamma, beta], _, op) {
    requireStatistics(op, x!, statistics!);
    requireSame(op, gamma!, perChannel(x!));
    requireSame(op, beta!, perChannel(x!));
    return x!;
  },
  gradient(graph, { inputs: [x, statistics, gamma], attributes: { epsilon } }, dy) {
    if (statistics!.op !== "batch_statistics" || statistics!.inputs[0] !== x)
      fail("usage", "batch_norm", { rule: "only the batch's own statistics have a gradient", got: statistics!.op });
    const sums = graph.node("batch_norm_sums", [dy, x!, statistics!], { epsilon });
    return [
      graph.node("batch_norm_input_gradient", [dy, x!, statistics!, gamma!, sums], { epsilon }),
      null,
      graph.node("row", [sums], { index: 1 }),
      graph.node("row", [sums], { index: 0 }),
    ];
  },
  flops: ([x]) => 2 * entries(x!),
};

export const batch_norm_sums: OpDefinition<"batch_norm_sums"> = {
  operands: ["dy", "x", "statistics"],
  shape([dy, x, statistics], _, op) {
    requireStatistics(op, x!, statistics!);
    requireSame(op, dy!, x!);
    return statistics!;
  },
  flops: ([x]) => 4 * entries(x!),
};

export const batch_norm_input_gradient: OpDefinition<"batch_norm_input_gradient"> = {
  operands: ["dy", "x", "statistics", "gamma", "sums"],
  shape([dy, x, statistics, gamma, sums], _, op) {
    requireStatistics(op, x!, statistics!);
    requireSame(op, dy!, x!);
    requireSame(op, gamma!, perChannel(x!));
    requireSame(op, sums!, statistics!);
    return x!;
  },
  flops: ([x]) => 5 * entries(x!),
};
