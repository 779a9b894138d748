/** The executable specification of a graph: every rule that later passes rely on, checked after every pass in tests. */
import { fail } from "../base/errors.ts";
import { type Graph, typeOf } from "./graph.ts";
import { showType } from "./ops/rules.ts";
import type { Node } from "./types.ts";

/** Whether a node writes its first operand in place. */
export function isUpdate(node: Node): boolean {
  return node.op.endsWith("_update");
}

/**
 * Throws with code `engine` at the first rule that the graph breaks:
 * nodes are numbered in order and use only earlier nodes; types follow the shape rules; parameter, slot and input names
 * are unique; updates write parameters, running ones statistics, one update each, with slots of the same parameter, and
 * nothing reads an update.
 */
export function checkGraph(graph: Graph): Graph {
  const names = new Set<string>();
  graph.nodes.forEach((node, index) => {
    if (node.id !== index)
      fail("engine", "graph", { rule: "nodes are numbered in order", got: `${node.id} at ${index}` });
    for (const input of node.inputs) checkUse(graph, node, input);
    checkType(node);
    const name = nameOf(node);
    if (name && names.has(name)) fail("engine", "graph", { rule: "names are unique", got: name });
    if (name) names.add(name);
  });
  for (const [name, node] of graph.outputs) checkMember(graph, node, `output ${name}`);
  checkUpdates(graph);
  return graph;
}

function checkUse(graph: Graph, node: Node, input: Node): void {
  checkMember(graph, input, node.op);
  if (input.id >= node.id)
    fail("engine", "graph", { rule: "nodes use earlier nodes only", got: `${node.op} #${node.id}` });
  if (isUpdate(input)) fail("engine", "graph", { rule: "nothing reads an update", got: `${node.op} #${node.id}` });
}

function checkMember(graph: Graph, node: Node, where: string): void {
  if (graph.nodes[node.id] !== node) fail("engine", "graph", { rule: "operands belong to the graph", got: where });
}

function checkType(node: Node): void {
  const type = typeOf(node.op, node.inputs, node.attributes as never);
  if (showType(type) !== showType(node.type))
    fail("engine", "graph", {
      rule: `${node.op} has the type of its shape rule, ${showType(type)}`,
      got: showType(node.type),
    });
}

function nameOf(node: Node): string | null {
  if (node.op === "parameter" || node.op === "statistic" || node.op === "input") return node.attributes.name;
  return node.op === "slot" ? `${node.attributes.parameter}/${node.attributes.name}` : null;
}

function checkUpdates(graph: Graph): void {
  const written = new Set<Node>();
  for (const update of graph.updates) {
    const [target, , , ...slots] = update.inputs;
    const kind = /^(running|carry)/.test(update.op) ? "statistic" : "parameter";
    if (!isUpdate(update) || target?.op !== kind)
      fail("engine", "graph", { rule: "updates write parameters, running ones statistics", got: update.op });
    for (const slot of slots)
      if (slot.op !== "slot" || slot.attributes.parameter !== nameOf(target))
        fail("engine", "graph", { rule: "an update keeps its state in slots of its own parameter", got: slot.op });
    for (const value of [target, ...slots]) {
      if (written.has(value)) fail("engine", "graph", { rule: "a value is updated once", got: nameOf(value) });
      written.add(value);
    }
  }
}
