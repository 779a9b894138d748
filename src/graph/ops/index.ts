/** The op table: one row per op, exhaustive by type. */
import type { OpDefinition, OpName, SequenceOpName } from "../types.ts";
import * as arithmetic from "./arithmetic.ts";
import * as batchNorm from "./batch-norm.ts";
import * as convolution from "./convolution.ts";
import * as elementwise from "./elementwise.ts";
import * as image from "./image.ts";
import * as linear from "./linear.ts";
import * as loss from "./loss.ts";
import * as mask from "./mask.ts";
import * as source from "./source.ts";
import * as stochastic from "./stochastic.ts";
import * as update from "./update.ts";

type Rows<Names extends OpName> = { readonly [K in Names]: OpDefinition<K> };

const own: Rows<Exclude<OpName, SequenceOpName>> = {
  ...source,
  ...linear,
  convolution: convolution.convolution,
  convolution_input_gradient: convolution.convolution_input_gradient,
  convolution_weight_gradient: convolution.convolution_weight_gradient,
  ...batchNorm,
  ...image,
  ...elementwise,
  ...arithmetic,
  ...mask,
  ...stochastic,
  ...loss,
  ...update,
};

/** Those of sequences are there once they are added. */
export const OPS = own as Rows<OpName>;

/** Adds the rows of sequences. */
export function addOps(rows: Rows<SequenceOpName>): void {
  Object.assign(OPS, rows);
}
