/** Reverse-mode differentiation, graph to graph: the gradient is more nodes of the same graph. */
import { fail } from "../base/errors.ts";
import { OPS } from "./ops/index.ts";
import type { Builder, Node, NodeOf, OpName } from "./types.ts";
import { reachedFrom } from "./walk.ts";

/** What a gradient does not go through. */
export interface DifferentiateOptions {
  /** Nodes such as inputs that an attack has made; default none. */
  readonly constants?: readonly Node[];
}

/**
 * Adds the gradient of the batch's mean loss to the graph.
 * @param loss a loss per example (`[]+lanes`)
 * @param targets the nodes to differentiate with respect to
 * @returns the gradient node of each target; throws with code `usage` where the loss does not depend on one
 */
export function differentiate(
  graph: Builder,
  loss: Node,
  targets: readonly Node[],
  { constants = [] }: DifferentiateOptions = {},
): Map<Node, Node> {
  const needed = reaching(loss, new Set(targets), new Set(constants));
  const gradients = new Map<Node, Node>([[loss, graph.node("mean_gradient", [], {})]]);
  for (const node of [...needed].sort((a, b) => b.id - a.id)) {
    const dy = gradients.get(node);
    if (dy && node.inputs.some((input) => needed.has(input))) spread(graph, node, dy, needed, gradients);
  }
  return new Map(
    targets.map((target) => {
      const gradient = gradients.get(target);
      if (!gradient) fail("usage", "differentiate", { rule: "the loss must depend on every target", got: target.op });
      return [target, gradient];
    }),
  );
}

/** Those of the targets that the loss depends on, in their order. */
export function reached<T extends Node>(loss: Node, targets: readonly T[]): T[] {
  const ancestors = new Set(reachedFrom([loss]));
  return targets.filter((target) => ancestors.has(target));
}

/** Nodes on a path from a target to the loss that meets no constant. */
function reaching(loss: Node, targets: ReadonlySet<Node>, constants: ReadonlySet<Node>): Set<Node> {
  const reaches = new Set<Node>();
  const isConstant = (node: Node) => constants.has(node);
  for (const node of reachedFrom([loss], isConstant)) {
    const leads = !isConstant(node) && node.inputs.some((input) => reaches.has(input));
    if (leads || targets.has(node)) reaches.add(node);
  }
  return reaches;
}

function spread(graph: Builder, node: Node, dy: Node, needed: ReadonlySet<Node>, gradients: Map<Node, Node>): void {
  const rule = OPS[node.op].gradient as
    | ((graph: Builder, node: NodeOf<OpName>, dy: Node) => readonly (Node | null)[])
    | undefined;
  if (!rule) fail("usage", "differentiate", { rule: "the op must have a derivative", got: node.op });
  // Only operands that lead to a target are kept; the rule may make nodes for the others, which lowering drops as dead.
  rule(graph, node, dy).forEach((gradient, operand) => {
    const input = node.inputs[operand]!;
    if (!gradient || !needed.has(input)) return;
    const before = gradients.get(input);
    gradients.set(input, before ? graph.node("add", [before, gradient], {}) : gradient);
  });
}
