/** The layers that models are written with: each adds nodes to a graph and asks for its parameters, in PyTorch's names. */
import { checkInteger, checkPair } from "../base/checks.ts";
import { fail } from "../base/errors.ts";
import type { Node, OpAttributes, Pair, PoolAttributes } from "../graph/types.ts";
import type { Parameter, Role } from "./network.ts";
import type { ApplyOptions, Scope } from "./scope.ts";

/** One extent for both axes, or the vertical and the horizontal one. */
type Extent = number | Pair;

/** A convolution's make-up; what is left out is as in PyTorch: stride 1, no padding, dilation 1, one group, a bias. */
export interface ConvolutionOptions {
  readonly kernel: Extent;
  readonly stride?: Extent;
  readonly padding?: Extent;
  readonly dilation?: Extent;
  readonly groups?: number;
  readonly bias?: boolean;
  /** Whether it projects a residual shortcut, which studies may spare from pruning. */
  readonly shortcut?: boolean;
}

/** A pooling's windows; what is left out is as in PyTorch: as far apart as they are large, without padding. */
export interface PoolOptions {
  readonly kernel: Extent;
  readonly stride?: Extent;
  readonly padding?: Extent;
}

/** The layers that a model's definition is written with. */
export interface Layers {
  flatten(x: Node): Node;
  /** A vector as images of a shape, `[channels, height, width]`. */
  unflatten(x: Node, shape: readonly [number, number, number]): Node;
  relu(x: Node): Node;
  tanh(x: Node): Node;
  sigmoid(x: Node): Node;
  elu(x: Node): Node;
  /** Fully connected layer, with a bias unless told otherwise; its weight is `name.weight` of shape `[units, features]`. */
  linear(x: Node, units: number, name: string, options?: { output?: boolean; bias?: boolean }): Node;
  /** Convolution to `channels` channels; its weight is `name.weight` of shape `[channels, inputs / groups, height, width]`. */
  convolution(x: Node, channels: number, name: string, options: ConvolutionOptions): Node;
  /** Batch normalisation (Ioffe & Szegedy 2015): by the batch's statistics while training, by the running ones in evaluation. */
  batchNorm(x: Node, name: string, options?: { epsilon?: number }): Node;
  add(a: Node, b: Node): Node;
  /** Images of one size joined along their channels. */
  concatenate(xs: readonly Node[]): Node;
  maxPool(x: Node, options: PoolOptions): Node;
  /** Means of windows, in which padding counts as zeros. */
  averagePool(x: Node, options: PoolOptions): Node;
  /** The mean of every channel, as a vector. */
  globalAverage(x: Node): Node;
  /** Zeros before and after the channels, rows and columns. */
  pad(x: Node, around: Partial<OpAttributes["pad"]>): Node;
  /** Inverted dropout while training, the identity in evaluation. */
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

function windowsOf(options: PoolOptions, layer = "a pooling"): PoolAttributes {
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
