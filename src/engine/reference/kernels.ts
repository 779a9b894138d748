/**
 * Every kernel as plain loops in float64: the oracle of all tests. Arena elements are doubles here, so that one offset
 * serves every engine; whole numbers are exact in them.
 */
import { philox } from "../../base/philox.ts";
import { randomStream, streamKey } from "../../base/random.ts";
import { sizeOf } from "../../base/shape.ts";
import type { KernelName } from "../../program/kernels.ts";
import { arithmeticKernels } from "./arithmetic.ts";
import { batchNormKernels } from "./batch-norm.ts";
import { eachPixel, type Kernel, type ReferenceCall, repeat } from "./call.ts";
import { convolutionKernels } from "./convolution.ts";
import { imageKernels } from "./image.ts";
import { maskKernels } from "./mask.ts";
import { SEQUENCE_REFERENCE } from "./sequence.ts";
import { stochasticKernels } from "./stochastic.ts";
import { VIEW_REFERENCE } from "./views.ts";

/** y[i] = f(operands[i]...) over `elements`. */
const map =
  (result: string, operands: readonly string[], f: (call: ReferenceCall, ...values: number[]) => number): Kernel =>
  (call) =>
    repeat(call.int.elements!, (i) => {
      call.at[result]![i] = f(call, ...operands.map((name) => call.at[name]![i]!));
    });

/** Runs `body(row, weight place, other)` for every kept entry of a compact walk. */
function eachKept(
  start: Float64Array,
  other: Float64Array,
  rows: number,
  body: (row: number, k: number, other: number) => void,
) {
  repeat(rows, (row) => {
    for (let k = start[row]!; k < start[row + 1]!; k++) body(row, k, other[k]!);
  });
}

const softmaxTop = (logits: Float64Array, classes: number, lanes: number, n: number) => {
  let top = logits[n]!;
  for (let c = 1; c < classes; c++) top = Math.max(top, logits[c * lanes + n]!);
  let total = 0;
  for (let c = 0; c < classes; c++) total += Math.exp(logits[c * lanes + n]! - top);
  return { top, total };
};

const linearKernels = {
  expand({ at, int: { rows, stride } }) {
    at.dense!.fill(0, 0, rows! * stride!);
    eachKept(at.start!, at.column!, rows!, (row, k, column) => {
      at.dense![row * stride! + column] = at.values![k]!;
    });
  },
  compress({ at, int: { rows, stride } }) {
    eachKept(at.start!, at.column!, rows!, (row, k, column) => {
      at.values![k] = at.dense![row * stride! + column]!;
    });
  },
  transpose({ at, int: { rows, lanes, stride } }) {
    repeat(lanes!, (n) =>
      repeat(stride!, (r) => {
        at.y![n * stride! + r] = r < rows! ? at.x![r * lanes! + n]! : 0;
      }),
    );
  },
  linear_forward_dense({ at, optional, int: { outputs, inputs, stride, lanes, relu } }) {
    repeat(outputs!, (o) =>
      repeat(lanes!, (n) => {
        let sum = optional.bias?.[o] ?? 0;
        for (let i = 0; i < inputs!; i++) sum += at.w![o * stride! + i]! * at.x![i * lanes! + n]!;
        at.y![o * lanes! + n] = relu ? Math.max(sum, 0) : sum;
      }),
    );
  },
  linear_forward_sparse({ at, optional, int: { outputs, lanes, relu } }) {
    repeat(outputs! * lanes!, (place) => {
      at.y![place] = optional.bias?.[Math.floor(place / lanes!)] ?? 0;
    });
    eachKept(at.start!, at.column!, outputs!, (o, k, i) =>
      repeat(lanes!, (n) => {
        at.y![o * lanes! + n]! += at.values![k]! * at.x![i * lanes! + n]!;
      }),
    );
    if (relu)
      repeat(outputs! * lanes!, (place) => {
        at.y![place] = Math.max(at.y![place]!, 0);
      });
  },
  linear_input_gradient_dense({ at, optional, int: { outputs, inputs, stride, lanes } }) {
    repeat(inputs!, (i) =>
      repeat(lanes!, (n) => {
        let sum = 0;
        for (let o = 0; o < outputs!; o++) sum += at.w![o * stride! + i]! * at.dy![o * lanes! + n]!;
        at.dx![i * lanes! + n] = (optional.relu?.[i * lanes! + n] ?? 1) > 0 ? sum : 0;
      }),
    );
  },
  linear_input_gradient_sparse({ at, optional, int: { inputs, lanes } }) {
    at.dx!.fill(0, 0, inputs! * lanes!);
    eachKept(at.start!, at.row!, inputs!, (i, k, o) =>
      repeat(lanes!, (n) => {
        at.dx![i * lanes! + n]! += at.values![at.position![k]!]! * at.dy![o * lanes! + n]!;
      }),
    );
    repeat(inputs! * lanes!, (place) => {
      if (!((optional.relu?.[place] ?? 1) > 0)) at.dx![place] = 0;
    });
  },
  linear_weight_gradient_dense({ at, int: { outputs, stride, lanes } }) {
    repeat(outputs!, (o) =>
      repeat(stride!, (i) => {
        let sum = 0;
        for (let n = 0; n < lanes!; n++) sum += at.dy![o * lanes! + n]! * at.xt![n * stride! + i]!;
        at.dw![o * stride! + i] = sum;
      }),
    );
  },
  linear_weight_gradient_sparse({ at, int: { outputs, lanes } }) {
    eachKept(at.start!, at.column!, outputs!, (o, k, i) => {
      let sum = 0;
      for (let n = 0; n < lanes!; n++) sum += at.dy![o * lanes! + n]! * at.x![i * lanes! + n]!;
      at.dvalues![k] = sum;
    });
  },
  bias_gradient({ at, int: { outputs, lanes } }) {
    repeat(outputs!, (o) => {
      let sum = 0;
      for (let n = 0; n < lanes!; n++) sum += at.dy![o * lanes! + n]!;
      at.db![o] = sum;
    });
  },
  bias({ at, int: { features, lanes } }) {
    repeat(features! * lanes!, (place) => {
      at.y![place] = at.x![place]! + at.b![Math.floor(place / lanes!)]!;
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;

const elementwiseKernels = {
  relu: map("y", ["x"], (_, x) => Math.max(x!, 0)),
  relu_gradient: map("dx", ["dy", "y"], (_, dy, y) => (y! > 0 ? dy! : 0)),
  tanh: map("y", ["x"], (_, x) => Math.tanh(x!)),
  tanh_gradient: map("dx", ["dy", "y"], (_, dy, y) => dy! * (1 - y! * y!)),
  elu: map("y", ["x"], (_, x) => (x! > 0 ? x! : Math.expm1(x!))),
  elu_gradient: map("dx", ["dy", "y"], (_, dy, y) => (y! > 0 ? dy! : dy! * (y! + 1))),
  sigmoid: map("y", ["x"], (_, x) => 1 / (1 + Math.exp(-x!))),
  sigmoid_gradient: map("dx", ["dy", "y"], (_, dy, y) => dy! * y! * (1 - y!)),
  scale: map("y", ["x"], ({ float }, x) => x! * float.factor!),
  add: map("y", ["a", "b"], (_, a, b) => a! + b!),
  dropout({ at, int: { features, lanes, index }, float: { rate } }) {
    const [seed, replicate, step] = at.counter! as unknown as [number, number, number];
    const { key, counter } = streamKey({
      seed: seed >>> 0,
      stream: "dropout",
      replicate: replicate >>> 0,
      step: step >>> 0,
      item: index!,
    });
    const words = new Uint32Array(4);
    repeat(features! * lanes!, (e) => {
      if (e % 4 === 0) philox([e / 4, counter[1], counter[2], counter[3]], key, words);
      const uniform = (words[e % 4]! >>> 8) * 2 ** -24;
      at.y![e] = uniform < rate! ? 0 : at.x![e]! / (1 - rate!);
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;

const lossKernels = {
  one_hot({ at, int: { classes, lanes } }) {
    repeat(classes! * lanes!, (place) => {
      at.y![place] = at.labels![place % lanes!] === Math.floor(place / lanes!) ? 1 : 0;
    });
  },
  mean_gradient({ at, int: { lanes } }) {
    const count = at.count![0]!;
    repeat(lanes!, (n) => {
      at.dy![n] = n < count ? 1 / count : 0;
    });
  },
  softmax_cross_entropy({ at, int: { classes, lanes } }) {
    repeat(lanes!, (n) => {
      const { top, total } = softmaxTop(at.logits!, classes!, lanes!, n);
      at.loss![n] = Math.log(total) + top - at.logits![at.labels![n]! * lanes! + n]!;
    });
  },
  softmax_cross_entropy_gradient({ at, int: { classes, lanes } }) {
    repeat(lanes!, (n) => {
      const { top, total } = softmaxTop(at.logits!, classes!, lanes!, n);
      repeat(classes!, (c) => {
        const probability = Math.exp(at.logits![c * lanes! + n]! - top) / total;
        at.dx![c * lanes! + n] = at.dy![n]! * (probability - Number(at.labels![n] === c));
      });
    });
  },
  binary_cross_entropy({ at, int: { features, lanes } }) {
    repeat(lanes!, (n) => {
      let sum = 0;
      for (let f = 0; f < features!; f++) {
        const x = at.x![f * lanes! + n]!;
        sum += Math.max(x, 0) - x * at.target![f * lanes! + n]! + Math.log1p(Math.exp(-Math.abs(x)));
      }
      at.loss![n] = sum / features!;
    });
  },
  binary_cross_entropy_gradient({ at, int: { features, lanes } }) {
    repeat(features! * lanes!, (place) => {
      const likely = 1 / (1 + Math.exp(-at.x![place]!));
      at.dx![place] = (at.dy![place % lanes!]! * (likely - at.target![place]!)) / features!;
    });
  },
  mean_squared_error({ at, int: { features, lanes } }) {
    repeat(lanes!, (n) => {
      let sum = 0;
      for (let f = 0; f < features!; f++) sum += (at.x![f * lanes! + n]! - at.target![f * lanes! + n]!) ** 2;
      at.loss![n] = sum / features!;
    });
  },
  mean_squared_error_gradient({ at, int: { features, lanes } }) {
    repeat(features! * lanes!, (place) => {
      at.dx![place] = (at.dy![place % lanes!]! * 2 * (at.x![place]! - at.target![place]!)) / features!;
    });
  },
  correct({ at, int: { classes, lanes, top } }) {
    repeat(lanes!, (n) => {
      const label = at.labels![n]!;
      const own = at.logits![label * lanes! + n]!;
      let before = 0;
      repeat(classes!, (c) => {
        const logit = at.logits![c * lanes! + n]!;
        // A logit that is no number has no place in any order: then nothing is correct.
        if (Number.isNaN(logit)) before = classes!;
        else if (logit > own || (logit === own && c < label)) before++;
      });
      at.y![n] = Number(before < top!);
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;

/** The shifts, from 0 to 2 crop, and the mirroring of example n: the first block of its `augment` stream. */
function augmentation(counter: Float64Array, n: number, { crop, flip }: ReferenceCall["int"]) {
  const [seed, replicate, step] = Array.from(counter, (word) => word >>> 0) as [number, number, number];
  const random = randomStream({ seed, stream: "augment", replicate, step, item: n });
  const [down, right] = [0, 1].map(() => Math.floor((random.u32() * (2 * crop! + 1)) / 2 ** 32));
  return { down: down! - crop!, right: right! - crop!, isMirrored: random.u32() >= 2 ** 31 && flip === 1 };
}

const batchKernels = {
  gather_images({ at, optional, columns, int }) {
    const { channels, height, width, lanes, flat } = int;
    const images = columns[int.column!]!.data;
    const count = at.count![0]!;
    const extents = { channels: channels!, plane: height! * width!, lanes: lanes! };
    const features = extents.channels * extents.plane;
    const unchanged = { down: 0, right: 0, isMirrored: false };
    const drawn = Array.from({ length: lanes! }, (_, n) =>
      optional.counter ? augmentation(optional.counter, n, int) : unchanged,
    );
    eachPixel(extents, (place, { lane, channel, pixel }) => {
      const { down, right, isMirrored } = drawn[lane]!;
      const i = Math.floor(pixel / width!) + down;
      const j = (isMirrored ? width! - 1 - (pixel % width!) : pixel % width!) + right;
      const isInside = lane < count && i >= 0 && i < height! && j >= 0 && j < width!;
      const line = at.indices![lane]! * features + channel * extents.plane + i * width!;
      const value = at.scale![channel]! * (isInside ? images[line + j]! : 0) + at.shift![channel]!;
      at.x![flat ? (channel * extents.plane + pixel) * lanes! + lane : place] = lane < count ? value : 0;
    });
  },
  gather_column({ at, optional, columns, int: { column, features, lanes } }) {
    const { data, starts, shape } = columns[column!]!;
    repeat(lanes!, (n) => {
      const row = at.indices![n]!;
      const from = starts ? starts[row]! * sizeOf(shape) : row * features!;
      const end = starts ? starts[row + 1]! * sizeOf(shape) : from + features!;
      repeat(features!, (f) => {
        const value = (data[from + f]! + (optional.shift?.[f] ?? 0)) * (optional.scale?.[f] ?? 1);
        at.x![f * lanes! + n] = n < at.count![0]! && from + f < end ? value : 0;
      });
    });
  },
  gather_lengths({ at, columns, int: { column, most, lanes } }) {
    const { starts } = columns[column!]!;
    repeat(lanes!, (n) => {
      const row = at.indices![n]!;
      at.y![n] = n < at.count![0]! ? Math.min(starts![row + 1]! - starts![row]!, most!) : 0;
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;

const updateKernels = {
  sgd_update({ at, optional, int: { elements, nesterov }, float: { momentum, weightDecay } }) {
    repeat(elements!, (i) => {
      let step = at.g![i]! + weightDecay! * at.w![i]!;
      if (optional.m) {
        optional.m[i] = momentum! * optional.m[i]! + step;
        step = nesterov ? step + momentum! * optional.m[i]! : optional.m[i]!;
      }
      at.w![i]! -= at.control![0]! * step;
    });
  },
  sgdp_update({ at, optional, int: { elements, nesterov }, float: { momentum, weightDecay, low, high } }) {
    repeat(elements!, (i) => {
      let step = at.g![i]! + weightDecay! * at.w![i]!;
      if (optional.m) {
        optional.m[i] = momentum! * optional.m[i]! + step;
        step = nesterov ? step + momentum! * optional.m[i]! : optional.m[i]!;
      }
      at.w![i] = Math.max(low!, Math.min(high!, at.w![i]! - at.control![0]! * step));
    });
  },
  sgdw_update({ at, optional, int: { elements, nesterov }, float: { momentum, weightDecay } }) {
    const rate = at.control![0]!;
    repeat(elements!, (i) => {
      let step = at.g![i]!;
      if (optional.m) {
        optional.m[i] = momentum! * optional.m[i]! + step;
        step = nesterov ? step + momentum! * optional.m[i]! : optional.m[i]!;
      }
      at.w![i] = (1 - rate * weightDecay!) * at.w![i]! - rate * step;
    });
  },
  adam_update({ at, int: { elements, decoupled }, float: { beta1, beta2, epsilon, weightDecay } }) {
    const [rate, corrected, root] = at.control! as unknown as [number, number, number];
    repeat(elements!, (i) => {
      const gradient = at.g![i]! + (decoupled ? 0 : weightDecay! * at.w![i]!);
      at.m![i] = beta1! * at.m![i]! + (1 - beta1!) * gradient;
      at.v![i] = beta2! * at.v![i]! + (1 - beta2!) * gradient * gradient;
      const shrunk = decoupled ? at.w![i]! * (1 - rate * weightDecay!) : at.w![i]!;
      at.w![i] = shrunk - (corrected * at.m![i]!) / (Math.sqrt(at.v![i]!) * root + epsilon!);
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;

export const REFERENCE_KERNELS: Readonly<Record<KernelName, Kernel>> = {
  ...batchKernels,
  ...linearKernels,
  ...convolutionKernels,
  ...batchNormKernels,
  ...imageKernels,
  ...elementwiseKernels,
  ...arithmeticKernels,
  ...maskKernels,
  ...stochasticKernels,
  ...lossKernels,
  ...updateKernels,
  ...SEQUENCE_REFERENCE,
  ...VIEW_REFERENCE,
};
