/** Convolutions as plain loops in float64. */
import type { KernelName } from "../../program/kernels.ts";
import { type Kernel, type ReferenceCall, repeat } from "./call.ts";

type Numbers = Readonly<Record<(typeof SHAPE)[number], number>>;

/** Fields of the constant `shape`, in order. */
const SHAPE = [
  ...(["blocks", "channels", "height", "width", "outputs", "outHeight", "outWidth"] as const),
  ...(["kernelHeight", "kernelWidth", "strideHeight", "strideWidth", "padHeight", "padWidth"] as const),
  ...(["dilationHeight", "dilationWidth", "groups"] as const),
];

const numbersOf = ({ at }: ReferenceCall) =>
  Object.fromEntries(SHAPE.map((name, i) => [name, at.shape![i]!])) as unknown as Numbers;

/** A weight by its output, the input channel and tap that it meets, and its place among the stored values. */
interface Weight {
  readonly o: number;
  readonly c: number;
  readonly a: number;
  readonly b: number;
  readonly place: number;
}

function weightAt({ channels, outputs, kernelHeight, kernelWidth, groups }: Numbers, o: number, column: number) {
  const taps = kernelHeight * kernelWidth;
  const group = Math.floor(o / (outputs / groups));
  const tap = column % taps;
  const c = group * (channels / groups) + Math.floor(column / taps);
  return { o, c, a: Math.floor(tap / kernelWidth), b: tap % kernelWidth };
}

/** Every weight of rows padded to `stride`, ascending. */
function eachDense(call: ReferenceCall, shape: Numbers, body: (weight: Weight) => void): void {
  const columns = (shape.channels / shape.groups) * shape.kernelHeight * shape.kernelWidth;
  repeat(shape.outputs, (o) =>
    repeat(columns, (column) => body({ ...weightAt(shape, o, column), place: o * call.int.stride! + column })),
  );
}

/** Every kept weight, ascending. */
function eachKept({ at }: ReferenceCall, shape: Numbers, body: (weight: Weight) => void): void {
  repeat(shape.outputs, (o) => {
    for (let place = at.start![o]!; place < at.start![o + 1]!; place++)
      body({ ...weightAt(shape, o, at.column![place]!), place });
  });
}

/** Calls `body` with the places of every output pixel and lane that a weight serves, and of the input that it meets. */
function eachMeeting(shape: Numbers, { o, c, a, b }: Weight, body: (y: number, x: number) => void): void {
  const { blocks, channels, height, width, outputs, outHeight, outWidth } = shape;
  for (let block = 0; block < blocks; block++)
    for (let h = 0; h < outHeight; h++) {
      const i = h * shape.strideHeight + a * shape.dilationHeight - shape.padHeight;
      if (i < 0 || i >= height) continue;
      for (let v = 0; v < outWidth; v++) {
        const j = v * shape.strideWidth + b * shape.dilationWidth - shape.padWidth;
        if (j < 0 || j >= width) continue;
        const y = (((block * outputs + o) * outHeight + h) * outWidth + v) * 16;
        const x = (((block * channels + c) * height + i) * width + j) * 16;
        for (let lane = 0; lane < 16; lane++) body(y + lane, x + lane);
      }
    }
}

const forward =
  (weights: "w" | "values", each: typeof eachDense): Kernel =>
  (call) => {
    const shape = numbersOf(call);
    const { at, optional, int } = call;
    const plane = shape.outHeight * shape.outWidth * 16;
    repeat(shape.blocks * shape.outputs * plane, (place) => {
      at.y![place] = optional.bias?.[Math.floor(place / plane) % shape.outputs] ?? 0;
    });
    each(call, shape, (weight) =>
      eachMeeting(shape, weight, (y, x) => {
        at.y![y]! += at[weights]![weight.place]! * at.x![x]!;
      }),
    );
    if (int.relu)
      at.y!.forEach((y, place) => {
        at.y![place] = Math.max(y, 0);
      });
  };

const inputGradient =
  (weights: "w" | "values", each: typeof eachDense): Kernel =>
  (call) => {
    const shape = numbersOf(call);
    const { at, optional } = call;
    const elements = shape.blocks * shape.channels * shape.height * shape.width * 16;
    repeat(elements, (place) => {
      at.dx![place] = optional.addend?.[place] ?? 0;
    });
    each(call, shape, (weight) =>
      eachMeeting(shape, weight, (y, x) => {
        at.dx![x]! += at[weights]![weight.place]! * at.dy![y]!;
      }),
    );
    repeat(elements, (place) => {
      if (!((optional.relu?.[place] ?? 1) > 0)) at.dx![place] = 0;
    });
  };

const weightGradient =
  (weights: "dw" | "dvalues", each: typeof eachDense): Kernel =>
  (call) => {
    const shape = numbersOf(call);
    const { at } = call;
    at[weights]!.fill(0);
    each(call, shape, (weight) =>
      eachMeeting(shape, weight, (y, x) => {
        at[weights]![weight.place]! += at.dy![y]! * at.x![x]!;
      }),
    );
  };

/** Fields of the constant `walk`, in order. */
const WALK = [
  ...(["results", "groupResults", "groupSources", "row", "step", "group"] as const),
  ...(["panels", "panelChannels", "panelChannel", "phases"] as const),
];

/** The lists of the weights kept, as fast engines walk them; the kernels here read the weights themselves. */
const listKept: Kernel = ({ at }) => {
  const numbers = at.walk!;
  const walk = Object.fromEntries(WALK.map((name, i) => [name, numbers[i]!])) as Record<(typeof WALK)[number], number>;
  const firsts = numbers.subarray(WALK.length, WALK.length + walk.phases + 1);
  const pairs = numbers.subarray(WALK.length + walk.phases + 1);
  repeat(walk.phases * walk.results, (list) => {
    const [phase, result] = [Math.floor(list / walk.results), list % walk.results];
    const [first, last] = [firsts[phase]!, firsts[phase + 1]!];
    const group = Math.floor(result / walk.groupResults);
    const bounds = at.bounds!.subarray(list * (walk.panels + 1));
    let next = (first * walk.results + result * (last - first)) * walk.groupSources;
    let panel = 0;
    bounds.fill(next, 0, walk.panels + 1);
    for (let channel = 0; channel < walk.groupSources; channel++) {
      const source = group * walk.groupSources + channel;
      while (panel < Math.floor(source / walk.panelChannels)) bounds[++panel] = next;
      for (let tap = first; tap < last; tap++) {
        const row = group * walk.group + (result % walk.groupResults) * walk.row;
        const place = row + channel * walk.step + pairs[2 * tap]!;
        if (at.mask![place] === 0) continue;
        at.entries![2 * next] = (source % walk.panelChannels) * walk.panelChannel + pairs[2 * tap + 1]!;
        at.entries![2 * next + 1] = place;
        next++;
      }
    }
    bounds.fill(next, panel + 1, walk.panels + 1);
  });
};

export const convolutionKernels = {
  convolution_forward_dense: forward("w", eachDense),
  convolution_forward_sparse: forward("values", eachKept),
  convolution_input_gradient_dense: inputGradient("w", eachDense),
  convolution_input_gradient_sparse: inputGradient("values", eachKept),
  list_kept: listKept,
  convolution_forward_kept: forward("w", eachDense),
  convolution_input_gradient_kept: inputGradient("w", eachDense),
  convolution_weight_gradient_dense: weightGradient("dw", eachDense),
  convolution_weight_gradient_sparse: weightGradient("dvalues", eachKept),
} satisfies Partial<Record<KernelName, Kernel>>;
