/** A graph as text, one node per line, for `tombola explain` and for tests. */
import type { Graph } from "./graph.ts";
import { showType } from "./ops/rules.ts";
import type { Node } from "./types.ts";

/** Prints `%id = op(%operands) {attributes} : type`, outputs marked with their names. */
export function printGraph(graph: Graph): string {
  const outputs = new Map([...graph.outputs].map(([name, node]) => [node, name]));
  return graph.nodes.map((node) => printNode(node, outputs.get(node))).join("\n");
}

function printNode(node: Node, output: string | undefined): string {
  const operands = node.inputs.map((input) => `%${input.id}`).join(", ");
  const attributes = Object.entries(node.attributes)
    .filter(([key]) => key !== "shape")
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
  const braces = attributes ? ` {${attributes}}` : "";
  return `%${node.id} = ${node.op}(${operands})${braces} : ${showType(node.type)}${output ? `  -> ${output}` : ""}`;
}
