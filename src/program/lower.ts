/** Lowering: the live part of a graph, in an order that frees memory early, fused, becomes a section of kernel calls. */
import type { Graph } from "../graph/graph.ts";
import type { Node, OpName } from "../graph/types.ts";
import { reachedFrom } from "../graph/walk.ts";
import { absorb } from "./absorb.ts";
import { pad } from "./buffers.ts";
import { LOWER } from "./lower-ops.ts";
import { bufferOf, type Lowering, type Shared } from "./lowering.ts";
import type { Section } from "./program.ts";

/** Lowers a graph for batches of up to `batch` examples. */
export function lower(graph: Graph, batch: number, shared: Shared): Section {
  const live = reachedFrom([...graph.outputs.values(), ...graph.updates]).sort((a, b) => a.id - b.id);
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

const STORED: ReadonlySet<OpName> = new Set(["parameter", "statistic", "slot", "input"]);

/**
 * Moves each update right behind the last call that reads what it writes, so that it finds its gradient still in cache.
 * Values that no call computes come first, and a fused chain reads at the time of its last node.
 */
function schedule(live: readonly Node[], updates: readonly Node[], absorbed: ReadonlySet<Node>): Node[] {
  const isStored = ({ op }: Node) => STORED.has(op);
  const late = new Set(updates);
  const computed = live.filter((node) => !isStored(node) && !late.has(node));
  const lastUse = new Map<Node, number>();
  const use = (node: Node, time: number) => {
    lastUse.set(node, time);
    for (const input of node.inputs) absorbed.has(input) ? use(input, time) : lastUse.set(input, time);
  };
  computed.forEach(use);
  const ready = (update: Node) => Math.max(...update.inputs.map((input) => lastUse.get(input) ?? -1));
  const byTime = new Map<number, Node[]>();
  for (const update of updates) byTime.set(ready(update), [...(byTime.get(ready(update)) ?? []), update]);
  const due = (time: number) => byTime.get(time) ?? [];
  return [...live.filter(isStored), ...due(-1), ...computed.flatMap((node, time) => [node, ...due(time)])];
}
