/** Lowering: the live part of a graph, in an order that frees memory early, fused, becomes a section of kernel calls. */
import type { Graph } from "../graph/graph.ts";
import type { Node, OpName } from "../graph/types.ts";
import { pad } from "./buffers.ts";
import { LOWER } from "./lower-ops.ts";
import { bufferOf, type Lowering, type Shared } from "./lowering.ts";
import type { Section } from "./program.ts";

/** Lowers a graph for batches of up to `batch` examples. */
export function lower(graph: Graph, batch: number, shared: Shared): Section {
  const live = liveNodes(graph);
  const lowering: Lowering = {
    shared,
    lanes: pad(batch),
    calls: [],
    inputs: new Map(),
    absorbed: absorb(live, new Set(graph.outputs.values())),
    buffers: new Map(),
    copies: new Map(),
  };
  for (const node of schedule(live, graph.updates, lowering.absorbed)) {
    if (lowering.absorbed.has(node)) continue;
    (LOWER[node.op] as (lowering: Lowering, node: Node) => void)(lowering, node);
  }
  const { lanes, calls, inputs } = lowering;
  const outputs = new Map([...graph.outputs].map(([name, node]) => [name, bufferOf(lowering, node)]));
  return { lanes, calls, inputs, outputs };
}

function liveNodes(graph: Graph): Node[] {
  const live = new Set<Node>();
  const visit = (node: Node) => {
    if (live.has(node)) return;
    live.add(node);
    node.inputs.forEach(visit);
  };
  for (const node of [...graph.outputs.values(), ...graph.updates]) visit(node);
  return [...live].sort((a, b) => a.id - b.id);
}

/**
 * Moves each update right behind the last call that reads what it writes, so that it finds its gradient still in cache.
 * Values that no call computes come first, and a fused chain reads at the time of its last node.
 */
function schedule(live: readonly Node[], updates: readonly Node[], absorbed: ReadonlySet<Node>): Node[] {
  const isStored = ({ op }: Node) => op === "parameter" || op === "slot" || op === "input";
  const computed = live.filter((node) => !isStored(node) && !updates.includes(node));
  const lastUse = new Map<Node, number>();
  const use = (node: Node, time: number) => {
    lastUse.set(node, time);
    for (const input of node.inputs) absorbed.has(input) ? use(input, time) : lastUse.set(input, time);
  };
  computed.forEach(use);
  const ready = (update: Node) => Math.max(...update.inputs.map((input) => lastUse.get(input) ?? -1));
  const due = (time: number) => updates.filter((update) => ready(update) === time);
  return [...live.filter(isStored), ...due(-1), ...computed.flatMap((node, time) => [node, ...due(time)])];
}

/** linear -> bias -> relu, and linear_input_gradient -> relu_gradient: the last of a chain does the work of all. */
function absorb(live: readonly Node[], outputs: ReadonlySet<Node>): Set<Node> {
  const uses = new Map<Node, number>();
  for (const node of live) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const absorbed = new Set<Node>();
  const take = (node: Node | undefined, op: OpName) => {
    if (node?.op === op && uses.get(node) === 1 && !outputs.has(node)) absorbed.add(node);
  };
  for (const node of live) {
    const [first] = node.inputs;
    if (node.op === "bias") take(first, "linear");
    if (node.op === "relu" && first?.op === "bias" && absorbed.has(first.inputs[0]!)) take(first, "bias");
    if (node.op === "relu_gradient") take(first, "linear_input_gradient");
  }
  return absorbed;
}
