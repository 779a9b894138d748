/**
 * Lowering of batch normalisation, fused with what surrounds it: a residual that is added and a ReLU behind it going
 * forward; going back, that ReLU's mask is made anew from the normalised input, so the output is not read again.
 */
import type { Node, NodeOf } from "../graph/types.ts";
import { bufferOf, countInput, emit, flopsOf, type Lowering, type LoweringRule, result } from "./lowering.ts";

/** Channels, pixels and lanes of images. */
export function extents({ lanes }: Lowering, images: Node): { channels: number; plane: number; lanes: number } {
  const [channels, height, width] = images.type.shape as [number, number, number];
  return { channels, plane: height * width, lanes };
}

export const lowerBatchStatistics: LoweringRule<"batch_statistics"> = (lowering, node) => {
  const [x] = node.inputs as [Node];
  const operands = { statistics: result(lowering, node), x: bufferOf(lowering, x), count: countInput(lowering) };
  emit(lowering, "batch_statistics", operands, { ints: extents(lowering, x), flops: flopsOf(lowering, node) });
};

/** Lowers a normalisation and what is fused to it; `node` is the last of the chain. */
export function lowerBatchNorm(
  lowering: Lowering,
  node: Node,
  { norm, residual, relu = false }: { norm: NodeOf<"batch_norm">; residual?: Node; relu?: boolean },
): void {
  const [x, statistics, gamma, beta] = norm.inputs.map((input) => bufferOf(lowering, input)) as [
    never,
    never,
    never,
    never,
  ];
  const added = residual ? bufferOf(lowering, residual) : null;
  const operands = { x, statistics, gamma, beta, residual: added, y: result(lowering, node) };
  const ints = { ...extents(lowering, node), relu: Number(relu) };
  emit(lowering, "batch_norm", operands, { ints, floats: norm.attributes, flops: flopsOf(lowering, norm) });
}

/** The gradient that reaches a normalisation's output: where a ReLU's gradient was absorbed, what it was made of. */
function reaching(lowering: Lowering, dy: Node): { dy: Node; norm: NodeOf<"batch_norm"> | null } {
  if (!lowering.absorbed.has(dy)) return { dy, norm: null };
  const [above, activation] = dy.inputs as [Node, Node];
  return { dy: above, norm: activation.inputs[0] as NodeOf<"batch_norm"> };
}

export const lowerBatchNormSums: LoweringRule<"batch_norm_sums"> = (lowering, node) => {
  const [gradient, x, statistics] = node.inputs as [Node, Node, Node];
  const { dy, norm } = reaching(lowering, gradient);
  const operands = {
    dy: bufferOf(lowering, dy),
    x: bufferOf(lowering, x),
    statistics: bufferOf(lowering, statistics),
    gamma: norm ? bufferOf(lowering, norm.inputs[2]!) : null,
    beta: norm ? bufferOf(lowering, norm.inputs[3]!) : null,
    sums: result(lowering, node),
  };
  const rest = { floats: node.attributes, flops: flopsOf(lowering, node) };
  emit(lowering, "batch_norm_sums", operands, { ints: extents(lowering, x), ...rest });
};

export const lowerBatchNormInputGradient: LoweringRule<"batch_norm_input_gradient"> = (lowering, node) => {
  const [gradient, x, statistics, gamma, sums] = node.inputs as [Node, Node, Node, Node, Node];
  const { dy, norm } = reaching(lowering, gradient);
  const operands = {
    dy: bufferOf(lowering, dy),
    x: bufferOf(lowering, x),
    statistics: bufferOf(lowering, statistics),
    gamma: bufferOf(lowering, gamma),
    sums: bufferOf(lowering, sums),
    count: countInput(lowering),
    beta: norm ? bufferOf(lowering, norm.inputs[3]!) : null,
    dx: result(lowering, node),
  };
  const rest = { floats: node.attributes, flops: flopsOf(lowering, node) };
  emit(lowering, "batch_norm_input_gradient", operands, { ints: extents(lowering, x), ...rest });
};

export const lowerRunningUpdate: LoweringRule<"running_update"> = (lowering, node) => {
  const [r, rate, statistics] = node.inputs.map((input) => bufferOf(lowering, input)) as [never, never, never];
  const { row, plane } = node.attributes;
  const ints = { elements: node.type.shape[0]!, row, plane };
  emit(lowering, "running_update", { r, rate, statistics, count: countInput(lowering) }, { ints });
};

export const lowerStack: LoweringRule<"stack"> = (lowering, node) => {
  const [a, b] = node.inputs.map((input) => bufferOf(lowering, input)) as [never, never];
  emit(lowering, "stack", { y: result(lowering, node), a, b }, { ints: { elements: node.type.shape[1]! } });
};

export const lowerRow: LoweringRule<"row"> = (lowering, node) => {
  const operands = { y: result(lowering, node), x: bufferOf(lowering, node.inputs[0]!) };
  emit(lowering, "row", operands, { ints: { elements: node.type.shape[0]!, index: node.attributes.index } });
};
