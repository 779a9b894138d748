/** Which nodes are fused: a node whose work the last node of its chain does, in one pass over memory, is absorbed. */
import type { Node, OpName } from "../graph/types.ts";

/**
 * Chains: images -> flatten; linear or convolution -> bias -> relu; batch_norm -> (add of a residual) -> relu; an input
 * gradient -> (add of another gradient) -> relu_gradient; and the gradient of a ReLU behind a batch norm, which the
 * norm's gradients make from what they read anyway.
 */
export function absorb(live: readonly Node[], outputs: ReadonlySet<Node>): Set<Node> {
  const users = new Map<Node, Node[]>();
  for (const node of live) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const absorbed = new Set<Node>();
  const isFree = (node: Node) => !outputs.has(node) && !absorbed.has(node);
  const take = (node: Node | undefined, ...ops: OpName[]): boolean => {
    const fits = node !== undefined && ops.includes(node.op) && users.get(node)!.length === 1 && isFree(node);
    if (fits) absorbed.add(node);
    return fits;
  };
  const takeOf = (sum: Node, op: OpName) => sum.inputs.some((input) => take(input, op));
  const maskMadeAnew = (node: Node) => {
    const activation = node.inputs[1]!;
    const norm = activation.inputs[0]!;
    const isOfNorm = (user: Node) =>
      (user.op === "batch_norm_sums" || user.op === "batch_norm_input_gradient") && user.inputs[1] === norm.inputs[0];
    return norm.op === "batch_norm" && absorbed.has(norm) && isFree(node) && users.get(node)!.every(isOfNorm);
  };
  const rules: { readonly [K in OpName]?: (node: Node) => void } = {
    flatten: ({ inputs }) => take(inputs[0], "images"),
    bias: ({ inputs }) => take(inputs[0], "linear", "convolution"),
    relu({ inputs: [x] }) {
      if (x!.op === "bias" && absorbed.has(x!.inputs[0]!)) take(x, "bias");
      else if (x!.op === "batch_norm") take(x, "batch_norm");
      else if (x!.op === "add" && take(x, "add") && !takeOf(x!, "batch_norm")) absorbed.delete(x!);
    },
    add: (node) => {
      if (!absorbed.has(node)) takeOf(node, "convolution_input_gradient");
    },
    relu_gradient(node) {
      const [dy] = node.inputs as [Node, Node];
      if (maskMadeAnew(node)) return void absorbed.add(node);
      if (dy.op === "add" && dy.inputs.some((input) => absorbed.has(input))) take(dy, "add");
      else take(dy, "linear_input_gradient", "convolution_input_gradient");
    },
  };
  for (const node of live) rules[node.op]?.(node);
  return absorbed;
}
