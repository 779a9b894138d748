/**
 * The kernels of sequences, a group of the kernel table of its own: [kernels.ts](kernels.ts) says how rows are written.
 * Sequences lie as images of width 1, `[blocks][features][time][16]`; `stride` is the padded row length of a dense weight.
 */
import { addKernels, KERNELS, rowsOf } from "./kernels.ts";

const kernel = rowsOf("sequence");

/** Extents of an LSTM: features of its state, and time. */
const RECURRENT = "features time lanes";

export const SEQUENCE_KERNELS = {
  embedding_dense: kernel("time * lanes/16", "y ids w", "features time lanes rows stride"),
  embedding_sparse: kernel("time * lanes/16", "y ids values #start #column", "features time lanes rows"),
  sort_tokens: kernel("1", "#order #&work ids", "time lanes rows padding"),
  embedding_gradient_dense: kernel("rows", "dw dy #order", "rows stride features time lanes"),
  embedding_gradient_sparse: kernel("rows", "dvalues dy #order #start #column", "rows features time lanes"),
  add_positions: kernel("features * lanes/16", "y x p", "features time lanes stride"),
  positions_gradient: kernel("rows", "dp dy", "rows stride features time lanes"),
  layer_statistics: kernel("time * lanes/16", "statistics x", "features time lanes", "epsilon"),
  layer_norm: kernel("time * lanes/16", "y x statistics gamma beta", "features time lanes"),
  layer_norm_input_gradient: kernel("time * lanes/16", "dx dy x statistics gamma", "features time lanes"),
  layer_norm_scale_gradient: kernel("features", "dgamma dy x statistics", "features time lanes"),
  gelu: kernel("elements/16", "y x", "elements tanh"),
  gelu_gradient: kernel("elements/16", "dx dy x", "elements tanh"),
  lane_product: kernel("heads * lanes/16", "y a b", "heads rows columns depth lanes form", "scale"),
  masked_softmax: kernel("heads * lanes/16", "y x lengths?", "heads rows columns lanes"),
  masked_softmax_gradient: kernel("heads * lanes/16", "dx dy y", "heads rows columns lanes"),
  lstm_dense: kernel("lanes/16", "y x w h c", `${RECURRENT} stride`),
  lstm_sparse: kernel("lanes/16", "y x values #start #column h c", RECURRENT),
  lstm_gradient_dense: kernel("lanes/16", "dx dy y w c", `${RECURRENT} stride`),
  lstm_gradient_sparse: kernel("lanes/16", "dx dy y values #start #row #position c", RECURRENT),
  lstm_previous: kernel("features * lanes/16", "y trace h", "features time lanes"),
  token_weights: kernel("1", "w labels #count", "time lanes"),
  token_statistics: kernel("time * lanes/16", "statistics logits", "classes time lanes"),
  token_cross_entropy: kernel("time * lanes/16", "loss logits statistics labels weights", "classes time lanes"),
  token_cross_entropy_gradient: kernel(
    "time * lanes/16",
    "dx dy logits statistics labels weights",
    "classes time lanes",
  ),
  token_correct: kernel("time * lanes/16", "y logits labels", "classes time lanes"),
  sum_rows: kernel("lanes/16", "y x", "rows lanes"),
  spread_rows: kernel("rows", "y x", "rows lanes"),
  pack_examples: kernel("features * lanes/16", "y x #count", "features time packed lanes batch image", "fill"),
  unpack_examples: kernel("features * lanes/16", "y x", "features time packed lanes batch image"),
  select_positions: kernel("features * lanes/16", "y x positions", "features time picked lanes"),
  select_positions_gradient: kernel("features * lanes/16", "dx dy positions", "features time picked lanes"),
  square_sums: kernel("chunks", "partials g", "chunks elements from"),
  clip_factor: kernel("1", "y partials", "elements", "limit"),
  scale_by: kernel("elements/16", "y x factor", "elements"),
  carry: kernel("elements/16", "state x", "elements"),
} as const;

export type SequenceKernelName = keyof typeof SEQUENCE_KERNELS;

/** Puts the group into the table of kernels. */
export function addSequenceKernels(): void {
  if (!("lane_product" in KERNELS)) addKernels(SEQUENCE_KERNELS);
}
