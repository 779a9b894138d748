/** The op table: one row per op, exhaustive by type. */
import type { OpDefinition, OpName } from "../types.ts";
import * as elementwise from "./elementwise.ts";
import * as linear from "./linear.ts";
import * as loss from "./loss.ts";
import * as source from "./source.ts";
import * as update from "./update.ts";

export const OPS: { readonly [K in OpName]: OpDefinition<K> } = {
  ...source,
  ...linear,
  ...elementwise,
  ...loss,
  ...update,
};
