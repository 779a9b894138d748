/** Masks that are made of scores, as plain loops: selection by sorting. */
import type { KernelName } from "../../program/kernels.ts";
import { type Kernel, type ReferenceCall, repeat } from "./call.ts";

/** Calls `body` with the number and the stored place of every entry that is no padding. */
function eachEntry({ int: { rows, columns, stride } }: ReferenceCall, body: (entry: number, place: number) => void) {
  repeat(rows!, (r) => repeat(columns!, (c) => body(r * columns! + c, r * stride! + c)));
}

/** A place of a threshold is a multiple of this and a rest. */
const PART = 4096;

export const maskKernels = {
  pack_rows(call) {
    eachEntry(call, (entry, place) => {
      call.at.y![call.int.from! + entry] = call.at.x![place]!;
    });
  },
  magnitude_threshold(call) {
    const { y, x } = call.at as Record<"y" | "x", Float64Array>;
    const entries: { entry: number; magnitude: number }[] = [];
    eachEntry(call, (entry, place) => entries.push({ entry, magnitude: Math.abs(x[place]!) }));
    entries.sort((a, b) => a.magnitude - b.magnitude || a.entry - b.entry);
    const last = entries[entries.length - call.int.kept! - 1];
    y[0] = last?.magnitude ?? 0;
    const behind = last ? last.entry + 1 : 0;
    y[1] = Math.floor(behind / PART);
    y[2] = behind % PART;
  },
  keep_largest(call) {
    const { y, x, threshold } = call.at as Record<"y" | "x" | "threshold", Float64Array>;
    const { rows, stride, from } = call.int;
    const behind = threshold[1]! * PART + threshold[2]!;
    y.fill(0, 0, rows! * stride!);
    eachEntry(call, (entry, place) => {
      const magnitude = Math.abs(x[place]!);
      y[place] = Number(magnitude > threshold[0]! || (magnitude === threshold[0]! && from! + entry >= behind));
    });
  },
  magnitude_gradient({ at, int: { elements } }) {
    repeat(elements!, (i) => {
      at.dx![i] = at.x![i] === 0 ? 0 : at.x![i]! > 0 ? at.dy![i]! : -at.dy![i]!;
    });
  },
  bernoulli_mask({ at, int: { elements } }) {
    repeat(elements!, (i) => {
      at.y![i] = Number(at.u![i]! < at.p![i]!);
    });
  },
  signed_mask({ at, int: { elements }, float: { limit } }) {
    repeat(elements!, (i) => {
      const x = at.x![i]!;
      at.y![i] = Math.abs(x) > limit! ? Math.sign(x) : 0;
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;
