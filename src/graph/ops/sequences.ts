/** The rows of the op table that models of sequences bring, exhaustive by type. */
import type { OpDefinition, SequenceOpName } from "../types.ts";
import * as attention from "./attention.ts";
import * as packing from "./packing.ts";
import { lstm, lstm_gradient, lstm_previous } from "./recurrent.ts";
import * as sequence from "./sequence.ts";
import * as tokenLoss from "./token-loss.ts";

export const SEQUENCE_OPS: { readonly [K in SequenceOpName]: OpDefinition<K> } = {
  ...sequence,
  ...attention,
  ...{ lstm, lstm_gradient, lstm_previous },
  ...tokenLoss,
  ...packing,
};
