/** Lowering: the live part of a graph, in an order that frees memory early, fused, becomes a section of kernel calls. */
import type { Graph } from "../graph/graph.ts";
import type { Node, OpName } from "../graph/types.ts";
import { absorb } from "./absorb.ts";
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
  const live = new Set<Node>([...graph.outputs.values(), ...graph.updates]);
  // A set is walked in the order of insertion, those added on the way included.
  for (const node of live) for (const input of node.inputs) live.add(input);
  return [...live].sort((a, b) => a.id - b.id);
}

const STORED: ReadonlySet<OpName> = new Set(["parameter", "statistic", "slot", "input"]);

/**
 * Moves each update right behind the last call that reads what it writes, so that it finds its gradient still in cache.
 * Values that no call computes come first, and a fused chain reads at the time of its last node.
 */
function schedule(live: readonly Node[], updates: readonly Node[], absorbed: ReadonlySet<Node>): Node[] {
  const isStored = ({ op }: Node) => STORED.has(op);
  const computed = live.filter((node) => !isStored(node) && !updates.includes(node));
  const lastUse = new Map<Node, number>();
  computed.forEach((last, time) => {
    for (const chain = [last]; chain.length > 0; ) {
      const node = chain.pop()!;
      lastUse.set(node, time);
      for (const input of node.inputs) absorbed.has(input) ? chain.push(input) : lastUse.set(input, time);
    }
  });
  const ready = (update: Node) => Math.max(...update.inputs.map((input) => lastUse.get(input) ?? -1));
  const due = (time: number) => updates.filter((update) => ready(update) === time);
  return [...live.filter(isStored), ...due(-1), ...computed.flatMap((node, time) => [node, ...due(time)])];
}
