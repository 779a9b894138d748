/** The kernels of pre-training without labels as plain loops in float64. */
import type { ViewKernelName } from "../../program/view-kernels.ts";
import { imagePlace, type Kernel, type ReferenceCall, repeat } from "./call.ts";
import { viewOf } from "./view-picture.ts";

/** The vector that a lane has. */
const laneOf = (x: Float64Array, { features, lanes }: ReferenceCall["int"], n: number) =>
  Array.from({ length: features! }, (_, f) => x[f * lanes! + n]!);

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, each, i) => sum + each * b[i]!, 0);

/** Lanes' vectors divided by their lengths, and the lengths. */
function normalised(x: Float64Array, int: ReferenceCall["int"], n: number) {
  const own = laneOf(x, int, n);
  const length = Math.max(Math.sqrt(product(own, own)), 1e-12);
  return { y: own.map((each) => each / length), length };
}

const write =
  (to: Float64Array, { lanes }: ReferenceCall["int"], n: number) =>
  (values: readonly number[]) =>
    values.forEach((value, f) => {
      to[f * lanes! + n] = value;
    });

/** Views come in pairs: of an odd number the last has none, and counts for nothing. */
const paired = (count: number) => 2 * Math.floor(count / 2);

/** Which lane is the other view of a lane's picture. */
const pairOf = (n: number, count: number) => (n < count / 2 ? n + count / 2 : n - count / 2);

/** Calls `body` for every ordered pair of live lanes with their similarity. */
function eachPair({ at, int, float }: ReferenceCall, body: (n: number, j: number, s: number) => void): void {
  const count = paired(at.count![0]!);
  const all = Array.from({ length: count }, (_, n) => laneOf(at.z!, int, n));
  repeat(count, (n) =>
    repeat(count, (j) => {
      if (j !== n) body(n, j, product(all[n]!, all[j]!) / float.temperature!);
    }),
  );
}

export const VIEW_REFERENCE: Readonly<Record<ViewKernelName, Kernel>> = {
  gather_views(call) {
    const { at, int, columns } = call;
    const { channels, height, width, lanes } = int as { [name: string]: number };
    const plane = height! * width!;
    const { data } = columns[int.column!]!;
    const white = data instanceof Uint8Array ? 255 : 1;
    repeat(lanes!, (lane) => {
      const drawn = Array.from({ length: 14 }, (_, row) => at.draws![row * lanes! + lane]!);
      const isLive = lane < at.count![0]!;
      const from = isLive ? at.indices![Math.max(0, Math.min(drawn[0]!, at.count![0]! - 1))]! : 0;
      const own = Float64Array.from(
        { length: channels! * plane },
        (_, i) => data[from * channels! * plane + i]! / white,
      );
      const view = isLive ? viewOf({ channels: channels!, height: height!, width: width!, pixels: own }, drawn) : own;
      repeat(channels!, (channel) =>
        repeat(plane, (pixel) => {
          const value = view[channel * plane + pixel]! * at.scale![channel]! * white + at.shift![channel]!;
          at.x![imagePlace({ channels: channels!, plane }, { lane, channel, pixel })] = isLive ? value : 0;
        }),
      );
    });
  },
  unit_length({ at, int }) {
    repeat(int.lanes!, (n) => write(at.y!, int, n)(normalised(at.x!, int, n).y));
  },
  unit_length_gradient({ at, int }) {
    repeat(int.lanes!, (n) => {
      const { y, length } = normalised(at.x!, int, n);
      const dy = laneOf(at.dy!, int, n);
      const along = product(y, dy);
      write(at.dx!, int, n)(dy.map((each, f) => (each - y[f]! * along) / length));
    });
  },
  nt_xent_statistics(call) {
    const { at, int } = call;
    const { lanes } = int as { lanes: number };
    const count = paired(at.count![0]!);
    const seen = Array.from({ length: count }, () => new Map<number, number>());
    eachPair(call, (n, j, s) => seen[n]!.set(j, s));
    at.statistics!.fill(0, 0, 3 * lanes);
    seen.forEach((similarities, n) => {
      const top = Math.max(...similarities.values());
      const total = [...similarities.values()].reduce((sum, s) => sum + Math.exp(s - top), 0);
      const positive = similarities.get(pairOf(n, count)) ?? 0;
      at.statistics![n] = top + Math.log(total);
      at.statistics![lanes + n] = positive;
      at.statistics![2 * lanes + n] = [...similarities.values()].filter((s) => s > positive).length;
    });
  },
  nt_xent({ at, int: { lanes } }) {
    repeat(lanes!, (n) => {
      at.loss![n] = at.statistics![n]! - at.statistics![lanes! + n]!;
    });
  },
  nt_xent_gradient(call) {
    const { at, int, float } = call;
    const { lanes, features } = int as { lanes: number; features: number };
    const count = paired(at.count![0]!);
    at.dz!.fill(0, 0, features * lanes);
    const [dy, own] = [at.dy!, at.statistics!];
    eachPair(call, (n, j, s) => {
      const pull = j === pairOf(n, count) ? dy[n]! + dy[j]! : 0;
      const g = dy[n]! * Math.exp(s - own[n]!) + dy[j]! * Math.exp(s - own[j]!) - pull;
      repeat(features, (f) => {
        at.dz![f * lanes + n]! += (g * at.z![f * lanes + j]!) / float.temperature!;
      });
    });
  },
  follow({ at, int: { elements }, float: { momentum } }) {
    repeat(elements!, (i) => {
      at.w![i] = momentum! * at.w![i]! + (1 - momentum!) * at.x![i]!;
    });
  },
  enqueue({ at, int: { rows, features, stride, lanes } }) {
    repeat(Math.min(at.count![0]!, rows!), (n) => {
      const row = (at.place![0]! + n) % rows!;
      repeat(features!, (f) => {
        at.w![row * stride! + f] = at.keys![f * lanes! + n]!;
      });
    });
  },
  half_norm({ at, int, float: { epsilon } }) {
    const { channels, plane, lanes } = int as { channels: number; plane: number; lanes: number };
    const count = at.count![0]!;
    const half = Math.ceil(count / 2);
    repeat(channels, (channel) =>
      [[0, half] as const, [half, count] as const].forEach(([from, to], second) => {
        const places = (lane: number) =>
          Array.from({ length: plane }, (_, pixel) => imagePlace({ channels, plane }, { lane, channel, pixel }));
        const live = Array.from({ length: to - from }, (_, n) => places(from + n)).flat();
        const mean = live.length > 0 ? live.reduce((sum, place) => sum + at.x![place]!, 0) / live.length : 0;
        const squares = live.reduce((sum, place) => sum + (at.x![place]! - mean) ** 2, 0);
        const by = at.gamma![channel]! / Math.sqrt((live.length > 0 ? squares / live.length : 0) + epsilon!);
        repeat(lanes, (lane) => {
          if ((lane >= half ? 1 : 0) !== second) return;
          for (const place of places(lane)) at.y![place] = (at.x![place]! - mean) * by + at.beta![channel]!;
        });
      }),
    );
  },
};
