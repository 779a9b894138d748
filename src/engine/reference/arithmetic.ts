/** Arithmetic, sums and fills as plain loops in float64. */
import type { KernelName } from "../../program/kernels.ts";
import { type Kernel, type ReferenceCall, repeat } from "./call.ts";

/** y[i] = f(operands[i]...) over `elements`. */
const map =
  (result: string, operands: readonly string[], f: (call: ReferenceCall, ...values: number[]) => number): Kernel =>
  (call) =>
    repeat(call.int.elements!, (i) => {
      call.at[result]![i] = f(call, ...operands.map((name) => call.at[name]![i]!));
    });

export const arithmeticKernels = {
  multiply: map("y", ["a", "b"], (_, a, b) => a! * b!),
  divide: map("y", ["a", "b"], (_, a, b) => a! / b!),
  affine: map("y", ["x"], ({ float }, x) => float.factor! * x! + float.offset!),
  exp: map("y", ["x"], (_, x) => Math.exp(x!)),
  log: map("y", ["x"], (_, x) => Math.log(x!)),
  square_root: map("y", ["x"], (_, x) => Math.sqrt(x!)),
  clip: map("y", ["x"], ({ float }, x) => Math.min(Math.max(x!, float.low!), float.high!)),
  clip_gradient: map("dx", ["dy", "x"], ({ float }, dy, x) => (x! < float.low! || x! > float.high! ? 0 : dy!)),
  is_below: map("y", ["x"], ({ float }, x) => Number(x! < float.limit!)),
  total({ at, int: { rows, columns, stride } }) {
    at.y![0] = 0;
    repeat(rows!, (r) =>
      repeat(columns!, (c) => {
        at.y![0]! += at.x![r * stride! + c]!;
      }),
    );
  },
  fill({ at, int: { rows, columns, stride } }) {
    repeat(rows!, (r) =>
      repeat(stride!, (c) => {
        at.y![r * stride! + c] = c < columns! ? at.value![0]! : 0;
      }),
    );
  },
} satisfies Partial<Record<KernelName, Kernel>>;
