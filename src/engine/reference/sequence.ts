/** The kernels of sequences as plain loops in float64. */
import type { SequenceKernelName } from "../../program/sequence-kernels.ts";
import { imagePlace, type Kernel, type ReferenceCall, repeat } from "./call.ts";
import { recurrentKernels } from "./recurrent.ts";

type Ints = ReferenceCall["int"];

/** Where feature f of position t of example n lies. */
const placeIn =
  ({ features, time }: Ints) =>
  (f: number, t: number, n: number) =>
    imagePlace({ channels: features!, plane: time! }, { lane: n, channel: f, pixel: t });

/** Calls `body` for every position of every example. */
function eachPosition({ time, lanes }: Ints, body: (t: number, n: number) => void): void {
  repeat(time!, (t) => repeat(lanes!, (n) => body(t, n)));
}

/** erf x by its series of positive terms: exp(-x^2) times the sum of 2^k x^(2k+1) / (1 3 ... (2k+1)), times 2 / sqrt(pi). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const ROOT = Math.sqrt(2 / Math.PI);

/** The factor of x in GELU, and what the derivative has beside it. */
function geluAt(x: number, tanh: boolean): { below: number; bend: number } {
  if (!tanh) return { below: (1 + erf(x / Math.SQRT2)) / 2, bend: (x * Math.exp(-x * x * 0.5) * ROOT) / 2 };
  const t = Math.tanh(ROOT * (x + 0.044715 * x ** 3));
  return { below: (1 + t) / 2, bend: (x / 2) * (1 - t * t) * ROOT * (1 + 3 * 0.044715 * x * x) };
}

/** Calls `body(row, place of the first feature's value, distance of features)` for the positions that a gradient sums. */
function eachSorted({ at, int }: ReferenceCall, body: (row: number, t: number, n: number) => void): void {
  const [count, size] = [at.order![0]!, int.time! * int.lanes!];
  repeat(count, (i) => {
    const place = at.order![1 + size + i]!;
    body(at.order![1 + i]!, Math.floor(place / int.lanes!), place % int.lanes!);
  });
}

const isRow = (id: number, rows: number) => id >= 0 && id < rows;

const embeddingKernels = {
  embedding_dense({ at, int }) {
    const place = placeIn(int);
    eachPosition(int, (t, n) => {
      const id = at.ids![t * int.lanes! + n]!;
      repeat(int.features!, (f) => {
        at.y![place(f, t, n)] = isRow(id, int.rows!) ? at.w![id * int.stride! + f]! : 0;
      });
    });
  },
  embedding_sparse({ at, int }) {
    const place = placeIn(int);
    eachPosition(int, (t, n) => {
      const id = at.ids![t * int.lanes! + n]!;
      repeat(int.features!, (f) => {
        at.y![place(f, t, n)] = 0;
      });
      if (!isRow(id, int.rows!)) return;
      for (let k = at.start![id]!; k < at.start![id + 1]!; k++) at.y![place(at.column![k]!, t, n)] = at.values![k]!;
    });
  },
  sort_tokens({ at, int: { time, lanes, rows, padding } }) {
    const size = time! * lanes!;
    const places = Array.from({ length: size }, (_, place) => place).filter(
      (place) => isRow(at.ids![place]!, rows!) && at.ids![place] !== padding,
    );
    places.sort((a, b) => at.ids![a]! - at.ids![b]! || a - b);
    at.order![0] = places.length;
    places.forEach((place, i) => {
      at.order![1 + i] = at.ids![place]!;
      at.order![1 + size + i] = place;
    });
  },
  embedding_gradient_dense(call) {
    const { at, int } = call;
    const place = placeIn(int);
    at.dw!.fill(0);
    eachSorted(call, (row, t, n) =>
      repeat(int.features!, (f) => {
        at.dw![row * int.stride! + f]! += at.dy![place(f, t, n)]!;
      }),
    );
  },
  embedding_gradient_sparse(call) {
    const { at, int } = call;
    const place = placeIn(int);
    at.dvalues!.fill(0);
    eachSorted(call, (row, t, n) => {
      for (let k = at.start![row]!; k < at.start![row + 1]!; k++)
        at.dvalues![k]! += at.dy![place(at.column![k]!, t, n)]!;
    });
  },
  add_positions({ at, int }) {
    const place = placeIn(int);
    eachPosition(int, (t, n) =>
      repeat(int.features!, (f) => {
        at.y![place(f, t, n)] = at.x![place(f, t, n)]! + at.p![t * int.stride! + f]!;
      }),
    );
  },
  positions_gradient({ at, int }) {
    const place = placeIn(int);
    at.dp!.fill(0);
    eachPosition(int, (t, n) =>
      repeat(int.features!, (f) => {
        at.dp![t * int.stride! + f]! += at.dy![place(f, t, n)]!;
      }),
    );
  },
  pack_examples({ at, int, float: { fill } }) {
    const { from, to } = packingOf(int);
    const isThere = (position: number, example: number) => position < int.time! && example < at.count![0]!;
    eachPosition({ time: int.packed!, lanes: int.lanes! }, (t, n) => {
      const pair = t * int.lanes! + n;
      const [position, example] = [Math.floor(pair / int.batch!), pair % int.batch!];
      repeat(int.features!, (f) => {
        at.y![to(f, t, n)] = isThere(position, example) ? at.x![from(f, position, example)]! : fill!;
      });
    });
  },
  unpack_examples({ at, int }) {
    const { from, to } = packingOf(int);
    eachPosition({ time: int.time!, lanes: int.lanes! }, (t, n) => {
      const pair = t * int.batch! + n;
      const [position, lane] = [Math.floor(pair / int.lanes!), pair % int.lanes!];
      repeat(int.features!, (f) => {
        at.y![from(f, t, n)] = n < int.batch! ? at.x![to(f, position, lane)]! : 0;
      });
    });
  },
  select_positions({ at, int }) {
    const [from, to] = [placeIn(int), placeIn({ ...int, time: int.picked! })];
    eachPosition({ time: int.picked!, lanes: int.lanes! }, (i, n) => {
      const t = at.positions![i * int.lanes! + n]!;
      repeat(int.features!, (f) => {
        at.y![to(f, i, n)] = isRow(t, int.time!) ? at.x![from(f, t, n)]! : 0;
      });
    });
  },
  select_positions_gradient({ at, int }) {
    const [to, from] = [placeIn(int), placeIn({ ...int, time: int.picked! })];
    at.dx!.fill(0);
    eachPosition({ time: int.picked!, lanes: int.lanes! }, (i, n) => {
      const t = at.positions![i * int.lanes! + n]!;
      if (!isRow(t, int.time!)) return;
      repeat(int.features!, (f) => {
        at.dx![to(f, t, n)]! += at.dy![from(f, i, n)]!;
      });
    });
  },
} satisfies Partial<Record<SequenceKernelName, Kernel>>;

/** The places of every example's positions, and of the packed ones. */
function packingOf(int: ReferenceCall["int"]) {
  const placed = (time: number) =>
    int.image ? placeIn({ ...int, time }) : (_: number, t: number, n: number) => t * int.lanes! + n;
  return { from: placed(int.time!), to: placed(int.packed!) };
}

/** Where mean and inverse of a position lie among statistics, and the normalised x of a feature. */
function normalOf({ at, int }: ReferenceCall, t: number, n: number) {
  const [place, of] = [placeIn(int), placeIn({ features: 2, time: int.time! })];
  const [mean, inverse] = [at.statistics![of(0, t, n)]!, at.statistics![of(1, t, n)]!];
  return { inverse, normal: (f: number) => (at.x![place(f, t, n)]! - mean) * inverse };
}

const normKernels = {
  layer_statistics({ at, int, float: { epsilon } }) {
    const [place, of] = [placeIn(int), placeIn({ features: 2, time: int.time! })];
    eachPosition(int, (t, n) => {
      const values = Array.from({ length: int.features! }, (_, f) => at.x![place(f, t, n)]!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
      at.statistics![of(0, t, n)] = mean;
      at.statistics![of(1, t, n)] = 1 / Math.sqrt(variance + epsilon!);
    });
  },
  layer_norm(call) {
    const { at, int } = call;
    const place = placeIn(int);
    eachPosition(int, (t, n) => {
      const { normal } = normalOf(call, t, n);
      repeat(int.features!, (f) => {
        at.y![place(f, t, n)] = normal(f) * at.gamma![f]! + at.beta![f]!;
      });
    });
  },
  layer_norm_input_gradient(call) {
    const { at, int } = call;
    const place = placeIn(int);
    const features = int.features!;
    eachPosition(int, (t, n) => {
      const { inverse, normal } = normalOf(call, t, n);
      const g = Array.from({ length: features }, (_, f) => at.dy![place(f, t, n)]! * at.gamma![f]!);
      const level = g.reduce((a, b) => a + b, 0) / features;
      const slope = g.reduce((sum, each, f) => sum + each * normal(f), 0) / features;
      g.forEach((each, f) => {
        at.dx![place(f, t, n)] = inverse * (each - level - normal(f) * slope);
      });
    });
  },
  layer_norm_scale_gradient(call) {
    const { at, int } = call;
    const place = placeIn(int);
    at.dgamma!.fill(0);
    eachPosition(int, (t, n) => {
      const { normal } = normalOf(call, t, n);
      repeat(int.features!, (f) => {
        at.dgamma![f]! += at.dy![place(f, t, n)]! * normal(f);
      });
    });
  },
  gelu({ at, int: { elements, tanh } }) {
    repeat(elements!, (i) => {
      at.y![i] = at.x![i]! * geluAt(at.x![i]!, tanh === 1).below;
    });
  },
  gelu_gradient({ at, int: { elements, tanh } }) {
    repeat(elements!, (i) => {
      const { below, bend } = geluAt(at.x![i]!, tanh === 1);
      at.dx![i] = at.dy![i]! * (below + bend);
    });
  },
} satisfies Partial<Record<SequenceKernelName, Kernel>>;

/** Calls `body(place, key)` for the keys of every query of every example; `open` and `close` before and behind. */
function eachRow({ heads, rows, columns, lanes }: Ints, body: (places: readonly number[], n: number) => void): void {
  const extents = { channels: heads!, plane: rows! * columns! };
  repeat(lanes!, (n) =>
    repeat(heads!, (head) =>
      repeat(rows!, (row) => {
        const pixel = (j: number) => imagePlace(extents, { lane: n, channel: head, pixel: row * columns! + j });
        body(
          Array.from({ length: columns! }, (_, j) => pixel(j)),
          n,
        );
      }),
    ),
  );
}

const attentionKernels = {
  lane_product({ at, int, float: { scale } }) {
    const { heads, rows, columns, depth, lanes, form } = int as Record<string, number>;
    const of = (channels: number, plane: number, n: number) => (channel: number, pixel: number) =>
      imagePlace({ channels, plane }, { lane: n, channel, pixel });
    repeat(lanes!, (n) => {
      const y = of(heads!, rows! * columns!, n);
      const a = of(heads!, rows! * depth!, n);
      const b = of(heads!, columns! * depth!, n);
      repeat(heads!, (h) =>
        repeat(rows!, (r) =>
          repeat(columns!, (c) => {
            let sum = 0;
            for (let k = 0; k < depth!; k++) {
              const left = form === 0 ? k * rows! + r : r * depth! + k;
              const right = form === 1 ? c * depth! + k : k * columns! + c;
              sum += at.a![a(h, left)]! * at.b![b(h, right)]!;
            }
            at.y![y(h, r * columns! + c)] = scale! * sum;
          }),
        ),
      );
    });
  },
  masked_softmax({ at, optional, int }) {
    eachRow(int, (places, n) => {
      const live = places.slice(0, optional.lengths?.[n] ?? places.length);
      const top = Math.max(...live.map((place) => at.x![place]!));
      const total = live.reduce((sum, place) => sum + Math.exp(at.x![place]! - top), 0);
      places.forEach((place, j) => {
        at.y![place] = j < live.length ? Math.exp(at.x![place]! - top) / total : 0;
      });
    });
  },
  masked_softmax_gradient({ at, int }) {
    eachRow(int, (places) => {
      const along = places.reduce((sum, place) => sum + at.dy![place]! * at.y![place]!, 0);
      for (const place of places) at.dx![place] = at.y![place]! * (at.dy![place]! - along);
    });
  },
} satisfies Partial<Record<SequenceKernelName, Kernel>>;

const lossKernels = {
  token_weights({ at, int: { time, lanes } }) {
    const count = at.count![0]!;
    const isLabelled = (place: number) => place % lanes! < count && at.labels![place]! >= 0;
    let labelled = 0;
    repeat(time! * lanes!, (place) => {
      labelled += Number(isLabelled(place));
    });
    repeat(time! * lanes!, (place) => {
      at.w![place] = isLabelled(place) ? count / labelled : 0;
    });
  },
  token_statistics({ at, int }) {
    const place = placeIn({ ...int, features: int.classes! });
    eachPosition(int, (t, n) => {
      let top = Number.NEGATIVE_INFINITY;
      repeat(int.classes!, (c) => {
        top = Math.max(top, at.logits![place(c, t, n)]!);
      });
      let total = 0;
      repeat(int.classes!, (c) => {
        total += Math.exp(at.logits![place(c, t, n)]! - top);
      });
      at.statistics![t * int.lanes! + n] = top;
      at.statistics![(int.time! + t) * int.lanes! + n] = total;
    });
  },
  token_cross_entropy({ at, int }) {
    const place = placeIn({ ...int, features: int.classes! });
    eachPosition(int, (t, n) => {
      const own = t * int.lanes! + n;
      const label = at.labels![own]!;
      const target = isRow(label, int.classes!) ? at.logits![place(label, t, n)]! : 0;
      const total = at.statistics![int.time! * int.lanes! + own]!;
      at.loss![own] = label < 0 ? 0 : at.weights![own]! * (Math.log(total) + at.statistics![own]! - target);
    });
  },
  token_cross_entropy_gradient({ at, int }) {
    const place = placeIn({ ...int, features: int.classes! });
    eachPosition(int, (t, n) => {
      const own = t * int.lanes! + n;
      const label = at.labels![own]!;
      const weight = label < 0 ? 0 : at.dy![own]! * at.weights![own]!;
      const [top, total] = [at.statistics![own]!, at.statistics![int.time! * int.lanes! + own]!];
      repeat(int.classes!, (c) => {
        const probability = Math.exp(at.logits![place(c, t, n)]! - top) / total;
        at.dx![place(c, t, n)] = weight * (probability - Number(label === c));
      });
    });
  },
  token_correct({ at, int }) {
    const place = placeIn({ ...int, features: int.classes! });
    eachPosition(int, (t, n) => {
      let best = 0;
      repeat(int.classes!, (c) => {
        if (at.logits![place(c, t, n)]! > at.logits![place(best, t, n)]!) best = c;
      });
      at.y![t * int.lanes! + n] = Number(at.labels![t * int.lanes! + n] === best);
    });
  },
  sum_rows({ at, int: { rows, lanes } }) {
    repeat(lanes!, (n) => {
      let sum = 0;
      repeat(rows!, (row) => {
        sum += at.x![row * lanes! + n]!;
      });
      at.y![n] = sum;
    });
  },
  spread_rows({ at, int: { rows, lanes } }) {
    repeat(rows! * lanes!, (place) => {
      at.y![place] = at.x![place % lanes!]!;
    });
  },
} satisfies Partial<Record<SequenceKernelName, Kernel>>;

const stateKernels = {
  square_sums({ at, int: { chunks, elements, from } }) {
    repeat(chunks!, (chunk) => {
      const own = at.g!.subarray(chunk * 4096, Math.min(elements!, (chunk + 1) * 4096));
      at.partials![from! + chunk] = own.reduce((sum, g) => sum + g * g, 0);
    });
  },
  clip_factor({ at, int: { elements }, float: { limit } }) {
    const length = Math.sqrt(at.partials!.subarray(0, elements!).reduce((a, b) => a + b, 0));
    at.y![0] = Math.min(1, limit! / (length + 1e-6));
    at.y![1] = length;
  },
  scale_by({ at, int: { elements } }) {
    repeat(elements!, (i) => {
      at.y![i] = at.x![i]! * at.factor![0]!;
    });
  },
  carry({ at, int: { elements } }) {
    at.state!.set(at.x!.subarray(0, elements!));
  },
} satisfies Partial<Record<SequenceKernelName, Kernel>>;

export const SEQUENCE_REFERENCE: Readonly<Record<SequenceKernelName, Kernel>> = {
  ...embeddingKernels,
  ...normKernels,
  ...attentionKernels,
  ...recurrentKernels,
  ...lossKernels,
  ...stateKernels,
};
