/** The layers that models are written with: each adds nodes to a graph and asks for its parameters, in PyTorch's names. */
import { checkInteger, checkPair } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Node, Pair, PoolAttributes } from "../graph/types.ts";
import type { Parameter, Role } from "./network.ts";
import type { ApplyOptions, Scope } from "./scope.ts";

/** One extent for both axes, or the vertical and the horizontal one. */
export type Extent = number | Pair;

/** A convolution's make-up; what is left out is as in PyTorch. */
export interface ConvolutionOptions {
  /** Pixels that a weight's window is high and wide, from 1. */
  readonly kernel: Extent;
  /** Pixels from window to window, from 1; default 1. */
  readonly stride?: Extent;
  /** Pixels of zeros around the image, on each side; default 0. */
  readonly padding?: Extent;
  /** Pixels from one entry of a window to the next, from 1; default 1. */
  readonly dilation?: Extent;
  /** Groups of channels that see one another alone, a divisor of both numbers of channels; default 1. */
  readonly groups?: number;
  /** Whether it has a bias for each channel; default true. */
  readonly bias?: boolean;
  /** Whether it projects a residual shortcut, which studies may spare from pruning; default false. */
  readonly shortcut?: boolean;
}

/** A pooling's windows; what is left out is as in PyTorch. */
export interface PoolingOptions {
  /** Pixels that a window is high and wide, from 1. */
  readonly kernel: Extent;
  /** Pixels from window to window, from 1; default as far as they are large. */
  readonly stride?: Extent;
  /** Pixels around the image, on each side; default 0. */
  readonly padding?: Extent;
}

/** A fully connected layer's make-up. */
export interface LinearOptions {
  /** Whether it gives the network's outputs, whose cut studies may scale; default false. */
  readonly output?: boolean;
  /** Whether it has a bias for each unit; default true. */
  readonly bias?: boolean;
}

/** Zeros around an image. */
export interface PaddingOptions {
  /** Channels before and after; default `[0, 0]`. */
  readonly channels?: Pair;
  /** Pixels above and below; default `[0, 0]`. */
  readonly rows?: Pair;
  /** Pixels left and right; default `[0, 0]`. */
  readonly columns?: Pair;
}

/** How a batch normalisation is computed. */
export interface BatchNormOptions {
  /** Added to the variance, above 0; default 1e-5, as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * The layers that a model's definition is written with. Each takes and gives nodes of the graph, vectors `[features]` or
 * images `[channels, height, width]`, without the batch. All throw `usage`, naming the layer or the op, where shapes do not fit,
 * a count is no whole number from 1, or an option is missing.
 */
export interface Layers {
  /** Images as vectors, channels first. */
  flatten(x: Node): Node;
  /** A vector as images of a shape, `[channels, height, width]`. */
  unflatten(x: Node, shape: readonly [number, number, number]): Node;
  /** max(x, 0). */
  relu(x: Node): Node;
  /** The hyperbolic tangent. */
  tanh(x: Node): Node;
  /** 1 / (1 + exp(-x)). */
  sigmoid(x: Node): Node;
  /** x above 0, exp(x) - 1 below. */
  elu(x: Node): Node;
  /** Fully connected layer of `units` units; its weight is `name.weight` of shape `[units, features]`. */
  linear(x: Node, units: number, name: string, options?: LinearOptions): Node;
  /** Convolution to `channels` channels; its weight is `name.weight` of shape `[channels, inputs / groups, height, width]`. */
  convolution(x: Node, channels: number, name: string, options: ConvolutionOptions): Node;
  /** Batch normalisation (Ioffe & Szegedy 2015): by the batch's statistics while training, by the running ones in evaluation. */
  batchNorm(x: Node, name: string, options?: BatchNormOptions): Node;
  /** The sum of two of one shape, such as a shortcut and a block. */
  add(a: Node, b: Node): Node;
  /** Images of one size joined along their channels. */
  concatenate(xs: readonly Node[]): Node;
  /** The largest entry of every window. */
  maxPool(x: Node, options: PoolingOptions): Node;
  /** Means of windows, in which padding counts as zeros. */
  averagePool(x: Node, options: PoolingOptions): Node;
  /** The mean of every channel, as a vector. */
  globalAverage(x: Node): Node;
  /** Zeros before and after the channels, rows and columns. */
  pad(x: Node, around: PaddingOptions): Node;
  /** Inverted dropout while training, the identity in evaluation; `rate`, the fraction set to 0, is from 0 to below 1. */
  dropout(x: Node, rate: number): Node;
}

interface Site extends ApplyOptions {
  readonly scope: Scope;
}

/** Layers that add to a scope's graph and ask it for their parameters, in PyTorch's order. */
export function createLayers(scope: Scope, options: ApplyOptions): Layers {
  const site: Site = { ...options, scope };
  const { graph } = scope;
  return {
    flatten: (x) => graph.node("flatten", [x], {}),
    unflatten: (x, shape) => graph.node("reshape", [x], { shape, layout: "image" }),
    relu: (x) => graph.node("relu", [x], {}),
    tanh: (x) => graph.node("tanh", [x], {}),
    sigmoid: (x) => graph.node("sigmoid", [x], {}),
    elu: (x) => graph.node("elu", [x], {}),
    add: (a, b) => graph.node("add", [a, b], {}),
    concatenate: (xs) => graph.node("concatenate", xs, {}),
    maxPool: (x, options) => graph.node("max_pool", [x], windowsOf(options)),
    averagePool: (x, options) => graph.node("average_pool", [x], windowsOf(options)),
    globalAverage: (x) =>
      graph.node("flatten", [graph.node("average_pool", [x], windowsOf({ kernel: planeOf(x) }))], {}),
    pad: (x, around) => graph.node("pad", [x], { channels: [0, 0], rows: [0, 0], columns: [0, 0], ...around }),
    linear: linearOf(scope),
    convolution: convolutionOf(scope),
    batchNorm: batchNormOf(site),
    dropout: dropoutOf(site),
  };
}

/** Both axes of an extent; throws `usage` naming the field where it is neither a whole number nor two of them. */
function pair(extent: Extent, field: string, layer: string): Pair {
  const both = typeof extent === "number" ? ([extent, extent] as const) : extent;
  const remedy = `Write { ${field}: 3 } or { ${field}: [3, 3] }`;
  checkPair(field, { both, given: extent }, { of: layer, words: "a whole number, or two:", remedy });
  return both;
}
const planeOf = ({ type }: Node): Pair => [type.shape[1]!, type.shape[2]!];

function windowsOf(options: PoolingOptions, layer = "a pooling"): PoolAttributes {
  const { kernel, stride = kernel, padding = 0 } = options ?? {};
  return {
    kernel: pair(kernel, "kernel", layer),
    stride: pair(stride, "stride", layer),
    padding: pair(padding, "padding", layer),
  };
}

type LayerFacts = Pick<Parameter, "layer" | "fanIn" | "fanOut" | "output" | "shortcut">;

/** Declares a layer's weight. */
function weight(scope: Scope, facts: LayerFacts, shape: readonly number[]): Node {
  return scope.parameter({ ...facts, name: `${facts.layer}.weight`, shape, role: "weight", prunable: true });
}

/** Declares a layer's bias. */
function bias(scope: Scope, facts: LayerFacts, outputs: number): Node {
  return scope.parameter({ ...facts, name: `${facts.layer}.bias`, shape: [outputs], role: "bias", prunable: false });
}

/** Throws `usage` naming the field unless a layer of a name has a count of what it gives. */
function checkCount(field: "units" | "channels", count: number, layer: string): void {
  if (typeof layer !== "string" || layer === "") {
    fail("usage", "name", {
      rule: "of a layer is needed, for its parameters",
      got: layer ?? "nothing",
      remedy: 'Write "fc1", say',
    });
  }
  checkInteger(`${layer}: ${field}`, count, { min: 1 });
}

function linearOf(scope: Scope): Layers["linear"] {
  const { graph } = scope;
  return (x, units, layer, { output = false, bias: hasBias = true } = {}) => {
    checkCount("units", units, layer);
    const features = x.type.shape[0]!;
    const facts = { layer, fanIn: features, fanOut: units, output };
    const w = weight(scope, facts, [units, features]);
    const b = hasBias ? bias(scope, facts, units) : null;
    const y = graph.node("linear", [x, w], {});
    return b ? graph.node("bias", [y, b], {}) : y;
  };
}

function convolutionOf(scope: Scope): Layers["convolution"] {
  const { graph } = scope;
  return (x, channels, layer, options) => {
    requireImages(x, layer);
    checkCount("channels", channels, layer);
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options ?? {};
    const [height, width] = pair(options?.kernel, "kernel", layer);
    const inputs = x.type.shape[0]! / groups;
    const fans = { fanIn: inputs * height * width, fanOut: channels * height * width };
    const facts = { layer, ...fans, output: false, ...(options.shortcut && { shortcut: true }) };
    const w = weight(scope, facts, [channels, inputs, height, width]);
    const b = (options.bias ?? true) ? bias(scope, facts, channels) : null;
    const each = { stride: pair(stride, "stride", layer), padding: pair(padding, "padding", layer) };
    const taps = { ...each, dilation: pair(dilation, "dilation", layer), groups };
    const y = graph.node("convolution", [x, w], taps);
    return b ? graph.node("bias", [y, b], {}) : y;
  };
}

function requireImages({ type }: Node, layer: string): void {
  if (type.shape.length === 3) return;
  const rule = "a convolution needs images, [channels, height, width]";
  fail("usage", layer, { rule, got: `[${type.shape}]`, remedy: "An MLP takes vectors" });
}

function batchNormOf({ scope, training, track }: Site): Layers["batchNorm"] {
  const { graph } = scope;
  return (x, layer, { epsilon = 1e-5 } = {}) => {
    const channels = x.type.shape[0]!;
    const [height, width] = planeOf(x);
    const facts = { layer, fanIn: 1, fanOut: 1, output: false, shape: [channels], prunable: false };
    const vector = (name: string, role: Role) => scope.parameter({ ...facts, name: `${layer}.${name}`, role });
    const [gamma, beta] = [vector("weight", "scale"), vector("bias", "shift")];
    const running = [vector("running_mean", "mean"), vector("running_var", "variance")];
    const statistics = training ? graph.node("batch_statistics", [x], {}) : graph.node("stack", running, {});
    const rate = () => scope.input("statistics_rate", [1]);
    for (const [row, r] of training ? running.entries() : []) {
      const attributes = { row, plane: height * width };
      scope.follow(r, () => graph.node("running_update", [r, rate(), statistics], attributes), { track });
    }
    return graph.node("batch_norm", [x, statistics, gamma, beta], { epsilon });
  };
}

function dropoutOf({ scope, training }: Site): Layers["dropout"] {
  return (x, rate) => {
    if (!(rate >= 0 && rate < 1)) fail("usage", "rate", { rule: "of dropout must lie from 0 to below 1", got: rate });
    if (!training || rate === 0) return x;
    const counter = scope.input("counter", [3]);
    return scope.graph.node("dropout", [x, counter], { rate, index: scope.number("dropout") });
  };
}
