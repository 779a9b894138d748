/** Brings in the ops of pre-training without labels, apart so that pages do not load them, and behind those of sequences. */
import { addOps } from "../graph/ops/index.ts";
import { VIEW_OPS } from "../graph/ops/views.ts";
import { addLowering } from "../program/lower-ops.ts";
import { LOWER_VIEWS } from "../program/lower-views.ts";
import { addViewKernels } from "../program/view-kernels.ts";
import { installSequences } from "../sequence/install.ts";
import { addBatching } from "../train/batching.ts";
import { VIEW_BATCHING } from "./batching.ts";

/** Makes graphs of views possible. Again is nothing. */
export function installViews(): void {
  installSequences();
  addOps(VIEW_OPS);
  addLowering(LOWER_VIEWS);
  addViewKernels();
  addBatching(VIEW_BATCHING);
}
