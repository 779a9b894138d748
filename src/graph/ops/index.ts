/** The op table: one row per op, exhaustive by type. */
import type { AddedOpName, OpAttributes, OpDefinition, OpName, Type } from "../types.ts";
import {
  affine,
  clip,
  clip_gradient,
  divide,
  exp,
  fill,
  is_below,
  log,
  multiply,
  square_root,
  total,
} from "./arithmetic.ts";
import { batch_norm, batch_norm_input_gradient, batch_norm_sums, batch_statistics, row, stack } from "./batch-norm.ts";
import { convolution, convolution_input_gradient, convolution_weight_gradient } from "./convolution.ts";
import {
  add,
  dropout,
  elu,
  elu_gradient,
  flatten,
  relu,
  relu_gradient,
  reshape,
  scale,
  sigmoid,
  sigmoid_gradient,
  tanh,
  tanh_gradient,
} from "./elementwise.ts";
import {
  average_pool,
  average_pool_gradient,
  channels,
  concatenate,
  max_pool,
  max_pool_gradient,
  pad,
} from "./image.ts";
import { bias, bias_gradient, linear, linear_input_gradient, linear_weight_gradient } from "./linear.ts";
import {
  binary_cross_entropy,
  binary_cross_entropy_gradient,
  correct,
  mean_gradient,
  mean_squared_error,
  mean_squared_error_gradient,
  one_hot,
  softmax_cross_entropy,
  softmax_cross_entropy_gradient,
} from "./loss.ts";
import { bernoulli_mask, keep_largest, magnitude_gradient, magnitude_threshold, signed_mask } from "./mask.ts";
import { entries } from "./rules.ts";
import { column, images, input, lengths, parameter, slot, statistic } from "./source.ts";
import { gaussian_noise, uniform_noise } from "./stochastic.ts";
import { adam_update, running_update, sgd_update, sgdp_update, sgdw_update } from "./update.ts";

type Rows<Names extends OpName> = { readonly [K in Names]: OpDefinition<K> };

const own: Rows<Exclude<OpName, AddedOpName>> = {
  column,
  images,
  input,
  lengths,
  parameter,
  slot,
  statistic,
  bias,
  bias_gradient,
  linear,
  linear_input_gradient,
  linear_weight_gradient,
  convolution,
  convolution_input_gradient,
  convolution_weight_gradient,
  batch_norm,
  batch_norm_input_gradient,
  batch_norm_sums,
  batch_statistics,
  row,
  stack,
  average_pool,
  average_pool_gradient,
  channels,
  concatenate,
  max_pool,
  max_pool_gradient,
  pad,
  add,
  dropout,
  elu,
  elu_gradient,
  flatten,
  relu,
  relu_gradient,
  reshape,
  scale,
  sigmoid,
  sigmoid_gradient,
  tanh,
  tanh_gradient,
  affine,
  clip,
  clip_gradient,
  divide,
  exp,
  fill,
  is_below,
  log,
  multiply,
  square_root,
  total,
  bernoulli_mask,
  keep_largest,
  magnitude_gradient,
  magnitude_threshold,
  signed_mask,
  gaussian_noise,
  uniform_noise,
  binary_cross_entropy,
  binary_cross_entropy_gradient,
  correct,
  mean_gradient,
  mean_squared_error,
  mean_squared_error_gradient,
  one_hot,
  softmax_cross_entropy,
  softmax_cross_entropy_gradient,
  adam_update,
  running_update,
  sgd_update,
  sgdp_update,
  sgdw_update,
};

/** Those of sequences and of views are there once they are added. */
export const OPS = own as Rows<OpName>;

/** Adds the rows of a group. */
export function addOps<Names extends AddedOpName>(rows: Rows<Names>): void {
  Object.assign(OPS, rows);
}

/** What `flops` of an op's row gives, or where it says nothing one for each entry of the first operand. */
export function opFlops<K extends OpName>(
  op: K,
  inputs: readonly Type[],
  { density = 1, attributes }: { readonly density?: number; readonly attributes: OpAttributes[K] },
): number {
  const { flops } = OPS[op] as OpDefinition<K>;
  return flops ? flops(inputs, density, attributes) : entries(inputs[0]!);
}
