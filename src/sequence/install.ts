/**
 * Brings in the ops of sequences: their rows of the op table, how they are lowered, and their kernels' signatures. They are
 * apart so that a page that trains on images does not load them.
 */
import { addOps } from "../graph/ops/index.ts";
import { SEQUENCE_OPS } from "../graph/ops/sequences.ts";
import { addLowering } from "../program/lower-ops.ts";
import { LOWER_SEQUENCE } from "../program/lower-sequence.ts";
import { addSequenceKernels } from "../program/sequence-kernels.ts";
import { addBatching } from "../train/batching.ts";
import { TEXT_BATCHING } from "./batching.ts";

/** Makes graphs of sequences possible; models of sequences do it when they are made. Again is nothing. */
export function installSequences(): void {
  addOps(SEQUENCE_OPS);
  addLowering(LOWER_SEQUENCE);
  addSequenceKernels();
  addBatching(TEXT_BATCHING);
}
