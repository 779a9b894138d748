/** The LSTM as plain loops in float64. */
import type { SequenceKernelName } from "../../program/sequence-kernels.ts";
import { imagePlace, type Kernel, type ReferenceCall, repeat } from "./call.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Where feature u of part p of a sequence of `parts` parts lies, at time t of example n. */
const placeIn =
  ({ features, time }: ReferenceCall["int"], parts: number) =>
  (part: number, u: number, t: number, n: number) =>
    imagePlace({ channels: parts * features!, plane: time! }, { lane: n, channel: part * features! + u, pixel: t });

const stateIn =
  ({ features }: ReferenceCall["int"]) =>
  (u: number, n: number) =>
    imagePlace({ channels: features!, plane: 1 }, { lane: n, channel: u, pixel: 0 });

/** Calls `body(row, column, value)` for the entries of the recurrent weight, dense or kept ones by row or by column. */
function eachWeight({ at, int: { features, stride } }: ReferenceCall, body: (o: number, j: number, w: number) => void) {
  if (at.w) {
    repeat(4 * features!, (o) => repeat(features!, (j) => body(o, j, at.w![o * stride! + j]!)));
    return;
  }
  const isByRow = at.column !== undefined;
  repeat(isByRow ? 4 * features! : features!, (line) => {
    for (let k = at.start![line]!; k < at.start![line + 1]!; k++)
      if (isByRow) body(line, at.column![k]!, at.values![k]!);
      else body(at.row![k]!, line, at.values![at.position![k]!]!);
  });
}

const forward: Kernel = (call) => {
  const { at, int } = call;
  const { features, time, lanes } = int as Record<string, number>;
  const [of, state, input] = [placeIn(int, 6), stateIn(int), placeIn(int, 4)];
  repeat(lanes!, (n) =>
    repeat(time!, (t) => {
      const before = (part: 4 | 5, u: number) =>
        t > 0 ? at.y![of(part, u, t - 1, n)]! : (part === 4 ? at.c! : at.h!)[state(u, n)]!;
      const gates = Float64Array.from({ length: 4 * features! }, (_, o) => at.x![input(0, o, t, n)]!);
      eachWeight(call, (o, j, w) => {
        gates[o]! += w * before(5, j);
      });
      repeat(features!, (u) => {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => {
          const value = gates[gate * features! + u]!;
          return gate === 2 ? Math.tanh(value) : sigmoid(value);
        }) as [number, number, number, number];
        const cell = f * before(4, u) + i * g;
        [i, f, g, o, cell, o * Math.tanh(cell)].forEach((value, part) => {
          at.y![of(part, u, t, n)] = value;
        });
      });
    }),
  );
};

const backward: Kernel = (call) => {
  const { at, int } = call;
  const { features, time, lanes } = int as Record<string, number>;
  const [of, state, input] = [placeIn(int, 6), stateIn(int), placeIn(int, 4)];
  repeat(lanes!, (n) => {
    const below = new Float64Array(features!);
    const carried = new Float64Array(features!);
    for (let t = time! - 1; t >= 0; t--) {
      repeat(features!, (u) => {
        const [i, f, g, o, cell] = [0, 1, 2, 3, 4].map((part) => at.y![of(part, u, t, n)]!) as [
          number,
          number,
          number,
          number,
          number,
        ];
        const before = t > 0 ? at.y![of(4, u, t - 1, n)]! : at.c![state(u, n)]!;
        const bent = Math.tanh(cell);
        const dh = at.dy![of(5, u, t, n)]! + below[u]!;
        const dc = at.dy![of(4, u, t, n)]! + carried[u]! + dh * o * (1 - bent * bent);
        const own = [dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - g * g), dh * bent * o * (1 - o)];
        own.forEach((value, gate) => {
          at.dx![input(gate, u, t, n)] = value;
        });
        carried[u] = dc * f;
      });
      below.fill(0);
      eachWeight(call, (o, j, w) => {
        below[j]! += w * at.dx![input(0, o, t, n)]!;
      });
    }
  });
};

export const recurrentKernels = {
  lstm_dense: forward,
  lstm_sparse: forward,
  lstm_gradient_dense: backward,
  lstm_gradient_sparse: backward,
  lstm_previous({ at, int }) {
    const [of, to, state] = [placeIn(int, 6), placeIn(int, 1), stateIn(int)];
    repeat(int.lanes!, (n) =>
      repeat(int.features!, (u) =>
        repeat(int.time!, (t) => {
          at.y![to(0, u, t, n)] = t > 0 ? at.trace![of(5, u, t - 1, n)]! : at.h![state(u, n)]!;
        }),
      ),
    );
  },
} satisfies Partial<Record<SequenceKernelName, Kernel>>;
