/** Walks over graphs: with a stack of their own, since a chain of operations may be longer than the host's. */
import type { Node } from "./types.ts";

/**
 * The roots and all that they are computed from, each node once and behind its operands, in the order of a depth-first walk.
 * @param isLeaf nodes whose operands are not looked at
 */
export function reachedFrom(roots: Iterable<Node>, isLeaf: (node: Node) => boolean = () => false): Node[] {
  const done = new Set<Node>();
  const stack: { readonly node: Node; next: number }[] = [];
  for (const root of roots) {
    stack.push({ node: root, next: 0 });
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const operand = done.has(top.node) || isLeaf(top.node) ? undefined : top.node.inputs[top.next++];
      if (operand) stack.push({ node: operand, next: 0 });
      else done.add(stack.pop()!.node);
    }
  }
  return [...done];
}
