/**
 * Updates. They write their parameter and its slots in place and must come after every reader. `control`
 * holds what changes each step: `[learning rate, learning rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)]`.
 */
import type { OpDefinition, Type } from "../types.ts";
import { entries, requireSame } from "./rules.ts";

function sameAsParameter([w, control, ...rest]: readonly Type[], _: unknown, op: string): Type {
  requireSame(op, control!, { shape: [3], layout: "plain" });
  for (const other of rest) requireSame(op, w!, other);
  return w!;
}

export const running_update: OpDefinition<"running_update"> = {
  operands: ["r", "rate", "statistics"],
  shape([r, rate, statistics], _, op) {
    requireSame(op, rate!, { shape: [1], layout: "plain" });
    requireSame(op, statistics!, { shape: [2, ...r!.shape], layout: "plain" });
    return r!;
  },
  flops: ([r]) => 3 * entries(r!),
};

export const sgd_update: OpDefinition<"sgd_update"> = {
  operands: ["w", "control", "g", "m?"],
  shape: sameAsParameter,
  flops: ([w], density) => 6 * density * entries(w!),
};

export const sgdw_update: OpDefinition<"sgdw_update"> = {
  operands: ["w", "control", "g", "m?"],
  shape: sameAsParameter,
  flops: ([w], density) => 6 * density * entries(w!),
};

export const sgdp_update: OpDefinition<"sgdp_update"> = {
  operands: ["w", "control", "g", "m?"],
  shape: sameAsParameter,
  flops: ([w], density) => 6 * density * entries(w!),
};

export const adam_update: OpDefinition<"adam_update"> = {
  operands: ["w", "control", "g", "m", "v"],
  shape: sameAsParameter,
  flops: ([w], density) => 14 * density * entries(w!),
};
