/**
 * Updates. They write their parameter and its slots in place and must come after every reader. `control`
 * holds what changes each step: `[learning rate, learning rate / (1 - beta1^t), 1 / sqrt(1 - beta2^t)]`.
 */
import type { OpDefinition, Type } from "../types.ts";
import { entries, requireSame } from "./rules.ts";

function sameAsParameter(op: string): (inputs: readonly Type[]) => Type {
  return ([w, control, ...rest]) => {
    requireSame(op, control!, { shape: [3], layout: "plain" });
    for (const other of rest) requireSame(op, w!, other);
    return w!;
  };
}

export const running_update: OpDefinition<"running_update"> = {
  summary:
    "r = (1 - rate) r + rate s, where s is a row of the batch's statistics; the variance, row 1, divided by count - 1 as in PyTorch",
  operands: ["r", "rate", "statistics"],
  shape([r, rate, statistics]) {
    requireSame("running_update", rate!, { shape: [1], layout: "plain" });
    requireSame("running_update", statistics!, { shape: [2, ...r!.shape], layout: "plain" });
    return r!;
  },
  flops: ([r]) => 3 * entries(r!),
};

export const sgd_update: OpDefinition<"sgd_update"> = {
  summary: "g += decay w; m = momentum m + g; w -= rate (nesterov ? g + momentum m : m)",
  operands: ["w", "control", "g", "m?"],
  shape: sameAsParameter("sgd_update"),
  flops: ([w], density) => 6 * density * entries(w!),
};

export const sgdw_update: OpDefinition<"sgdw_update"> = {
  summary:
    "m = momentum m + g; w = (1 - rate decay) w - rate (nesterov ? g + momentum m : m) (Loshchilov & Hutter 2019, algorithm 1)",
  operands: ["w", "control", "g", "m?"],
  shape: sameAsParameter("sgdw_update"),
  flops: ([w], density) => 6 * density * entries(w!),
};

export const sgdp_update: OpDefinition<"sgdp_update"> = {
  summary:
    "g += decay w; m = momentum m + g; w = min(high, max(low, w - rate (nesterov ? g + momentum m : m))): projected gradient descent",
  operands: ["w", "control", "g", "m?"],
  shape: sameAsParameter("sgdp_update"),
  flops: ([w], density) => 6 * density * entries(w!),
};

export const adam_update: OpDefinition<"adam_update"> = {
  summary:
    "m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= rate / (1-b1^t) m / (sqrt(v / (1-b2^t)) + epsilon) (Kingma & Ba 2015, algorithm 1; AdamW: Loshchilov & Hutter 2019, algorithm 2)",
  operands: ["w", "control", "g", "m", "v"],
  shape: sameAsParameter("adam_update"),
  flops: ([w], density) => 14 * density * entries(w!),
};
