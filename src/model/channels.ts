/**
 * Which channels one permutation may rename: the evaluation graph of a model walked from its inputs to its heads.
 *
 * A linear layer or convolution makes new channels, and what follows keeps them: biases, normalisation, activations, pools.
 * A sum makes its summands' channels one; flattening makes every channel a run of its pixels; padding and concatenation
 * lay channels side by side. All else, whatever it may do, fixes the channels it touches: they keep their order.
 */
import { createGraph } from "../graph/graph.ts";
import { carriesBatch, type Node, type NodeOf, type OpName, sizeOf } from "../graph/types.ts";
import { reachedFrom } from "../graph/walk.ts";
import { hostInput } from "./input.ts";
import type { Model } from "./model.ts";
import { createScope } from "./scope.ts";

/** Channels side by side that one permutation renames; the walk sets `parts`, what they became when joined with others or cut. */
export interface Space {
  readonly size: number;
  fixed: boolean;
  parts: readonly Space[] | null;
}

/** What an axis consists of: spaces side by side, every channel of which is `run` entries. */
export interface Channels {
  readonly spaces: readonly Space[];
  readonly run: number;
}

/** The channels of every activation, and of the first two axes of every parameter and running statistic by name. */
export interface Trace {
  readonly nodes: readonly Node[];
  readonly activations: ReadonlyMap<Node, Channels>;
  readonly axes: ReadonlyMap<string, readonly Channels[]>;
}

/** Follows the channels of a model; node 0 of the trace is its inputs, and the others are in the order of `model.apply`. */
export function traceChannels(model: Model): Trace {
  const graph = createGraph();
  const x = hostInput(graph, model.input);
  const heads = model.apply(createScope(graph), x, { training: false });
  const walk: Walk = { activations: new Map(), axes: new Map() };
  for (const node of graph.nodes) visit(walk, node);
  for (const head of Object.values(heads)) fix(walk, head);
  for (const [first, second] of walk.axes.values()) fixShared(first!, second);
  return { nodes: graph.nodes, ...walk };
}

/** The spaces as they are after all joins and cuts. */
export function resolve(spaces: readonly Space[]): Space[] {
  const resolved: Space[] = [];
  // A stack, since joins make chains as long as the model is deep.
  const stack = spaces.toReversed();
  for (let one = stack.pop(); one; one = stack.pop())
    if (one.parts) stack.push(...one.parts.toReversed());
    else resolved.push(one);
  return resolved;
}

interface Walk {
  readonly activations: Map<Node, Channels>;
  readonly axes: Map<string, Channels[]>;
}
type Product = NodeOf<"linear"> | NodeOf<"convolution">;
/** The channels of an op's result; null where it is not known what the op does to them. */
type Rule<K extends OpName> = (walk: Walk, node: NodeOf<K>) => Channels | null;

const space = (size: number, fixed = false): Space => ({ size, fixed, parts: null });
const fresh = (size: number): Channels => ({ spaces: size > 0 ? [space(size)] : [], run: 1 });
const first = (walk: Walk, { inputs }: Node): Channels => walk.activations.get(inputs[0]!)!;

const keep = (walk: Walk, node: Node): Channels => first(walk, node);
const product = (walk: Walk, node: Product): Channels | null => {
  const w = node.inputs[1]!;
  if (w.op !== "parameter" || (node.op === "convolution" && node.attributes.groups > 1)) return null;
  const made = fresh(node.type.shape[0]!);
  bind(walk, w, [made, first(walk, node)]);
  return made;
};

/** Ops that are not named here fix what they touch. */
const RULES: { readonly [K in OpName]?: Rule<K> } = {
  linear: product,
  convolution: product,
  bias(walk, node) {
    bind(walk, node.inputs[1]!, [first(walk, node)]);
    return first(walk, node);
  },
  batch_norm(walk, node) {
    const [, statistics, ...affine] = node.inputs;
    for (const vector of [...statistics!.inputs, ...affine]) bind(walk, vector, [first(walk, node)]);
    return first(walk, node);
  },
  ...{ relu: keep, tanh: keep, sigmoid: keep, elu: keep, scale: keep, max_pool: keep, average_pool: keep },
  add(walk, node) {
    const [a, b] = node.inputs.map((input) => walk.activations.get(input));
    if (!a || !b) return null;
    equate(a, b);
    return a;
  },
  flatten(walk, node) {
    const { spaces, run } = first(walk, node);
    return { spaces, run: run * sizeOf(node.inputs[0]!.type.shape.slice(1)) };
  },
  concatenate: (walk, { inputs }) => ({ spaces: inputs.flatMap((x) => walk.activations.get(x)!.spaces), run: 1 }),
  pad(walk, node) {
    const [before, after] = node.attributes.channels;
    // Channels of zeros may be renamed as what they are added to.
    const sides = [fresh(before), first(walk, node), fresh(after)];
    return Math.min(before, after) < 0 ? null : { spaces: sides.flatMap(({ spaces }) => spaces), run: 1 };
  },
};

/** Values without a batch wait for the layer that reads them. */
const WAITING: ReadonlySet<OpName> = new Set(["parameter", "statistic", "stack"]);

function visit(walk: Walk, node: Node): void {
  if (WAITING.has(node.op)) return;
  const known = (RULES[node.op] as Rule<OpName> | undefined)?.(walk, node as NodeOf<OpName>);
  if (!known) for (const input of node.inputs) fix(walk, input);
  if (!carriesBatch(node.type)) return;
  walk.activations.set(node, known ?? { spaces: [space(node.type.shape[0] ?? 1, true)], run: 1 });
}

/** Fixes the channels of an activation, or the axes of all parameters behind any other value. */
function fix(walk: Walk, root: Node): void {
  for (const node of reachedFrom([root], (each) => walk.activations.has(each))) {
    const channels = walk.activations.get(node);
    if (channels) hold(channels);
    else if (node.op === "parameter" || node.op === "statistic") bind(walk, node, fixedAxes(node));
  }
}

const fixedAxes = ({ type }: Node): Channels[] =>
  type.shape.slice(0, 2).map((size) => ({ spaces: [space(size, true)], run: 1 }));

/** Says what the leading axes of a parameter consist of, on top of what other readers said. */
function bind(walk: Walk, node: Node, channels: Channels[]): void {
  if (node.op !== "parameter" && node.op !== "statistic") {
    for (const axis of channels) hold(axis);
    fix(walk, node);
    return;
  }
  const known = walk.axes.get(node.attributes.name);
  if (!known) walk.axes.set(node.attributes.name, channels);
  for (const [i, axis] of known?.entries() ?? []) equate(axis, channels[i]!);
}

function hold({ spaces }: Channels): void {
  for (const one of resolve(spaces)) one.fixed = true;
}

/** Makes two lists of channels one, cutting spaces where only one list has a boundary. */
function equate(a: Channels, b: Channels): void {
  if (a.run !== b.run) {
    hold(a);
    hold(b);
    return;
  }
  for (;;) {
    const [left, right] = [resolve(a.spaces), resolve(b.spaces)];
    const at = left.findIndex((one, i) => one !== right[i]);
    if (at < 0) return;
    joinOrCut(left[at]!, right[at]!);
  }
}

function joinOrCut(a: Space, b: Space): void {
  const [large, small] = a.size < b.size ? [b, a] : [a, b];
  const rest = large.size - small.size;
  if (rest === 0) small.fixed ||= large.fixed;
  large.parts = rest === 0 ? [small] : [space(small.size, large.fixed), space(rest, large.fixed)];
}

/** A weight between a space and itself would make the assignment quadratic, so that space keeps its order. */
function fixShared(outputs: Channels, inputs: Channels | undefined): void {
  const made = new Set(resolve(outputs.spaces));
  for (const one of inputs ? resolve(inputs.spaces) : []) if (made.has(one)) one.fixed = true;
}
