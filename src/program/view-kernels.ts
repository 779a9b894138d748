/**
 * The kernels of pre-training without labels, a group of the kernel table of its own: [kernels.ts](kernels.ts) says how rows are
 * written. Their codes stand behind those of sequences.
 */
import { addKernels, KERNELS, rowsOf } from "./kernels.ts";
import { addSequenceKernels } from "./sequence-kernels.ts";

const kernel = rowsOf("views");

export const VIEW_KERNELS = {
  gather_views: kernel("lanes", "x #indices #count scale shift draws", "column channels height width lanes"),
  unit_length: kernel("lanes/16", "y x", "features lanes"),
  unit_length_gradient: kernel("lanes/16", "dx dy x", "features lanes"),
  nt_xent_statistics: kernel("lanes/16", "statistics z #count", "features lanes", "temperature"),
  nt_xent: kernel("lanes/16", "loss statistics", "lanes"),
  nt_xent_gradient: kernel("lanes/16", "dz dy z statistics #count", "features lanes", "temperature"),
  follow: kernel("elements/16", "w x", "elements", "momentum"),
  enqueue: kernel("rows", "w keys place #count", "rows features stride lanes"),
  half_norm: kernel("channels", "y x gamma beta #count", "channels plane lanes", "epsilon"),
} as const;

export type ViewKernelName = keyof typeof VIEW_KERNELS;

/** Puts the group, and before it that of sequences, into the table of kernels. */
export function addViewKernels(): void {
  addSequenceKernels();
  if (!("gather_views" in KERNELS)) addKernels(VIEW_KERNELS);
}
