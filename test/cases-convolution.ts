/** Op cases of convolutions: every direction of every kernel variant, in small graphs. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { ConvolutionAttributes, Node } from "../src/graph/types.ts";
import { chosen, chosenWeight, imageInput, type OpCase, parameter, squaredImages, weighted } from "./cases-parts.ts";

interface Shape {
  /** Height and width of the kernel. */
  readonly kernel: readonly [number, number];
  readonly attributes?: Partial<ConvolutionAttributes>;
  /** Height and width of the images. */
  readonly plane?: readonly [number, number];
  /** Input channels of a group, from the features of other cases; default few. */
  readonly channels?: (features: number) => number;
}

const PLAIN: ConvolutionAttributes = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };

/** Channels from the features of other cases, which are many for images. */
const few = (features: number) => 1 + (features % 5);

/** A convolution of `x` to `outputs` channels by a parameter of its own. */
function convolve(
  graph: GraphBuilder,
  x: Node,
  { kernel, attributes, outputs, name = "w", density }: Shape & { outputs: number; name?: string; density?: number },
) {
  const all = { ...PLAIN, ...attributes };
  const w = parameter(graph, name, outputs, x.type.shape[0]! / all.groups, ...kernel);
  const weight = density === undefined ? w : chosenWeight(graph, w, density);
  return { y: graph.node("convolution", [x, weight], all), w };
}

/** One convolution, by all its gradients; of a weight that its own mask or its scores may thin out. */
function alone(name: string, { plane = [4, 5], channels = few, ...shape }: Shape): OpCase[] {
  const nodes =
    (isChosen: boolean): OpCase["nodes"] =>
    (graph, { inputs, outputs, density }) => {
      const groups = shape.attributes?.groups ?? 1;
      const x = imageInput(graph, [channels(inputs) * groups, ...plane]);
      const own = isChosen ? { density } : {};
      const { y, w } = convolve(graph, x, { ...shape, ...own, outputs: few(outputs) * groups });
      return { outputs: { y }, loss: squaredImages(graph, y), targets: { x, w } };
    };
  return [...weighted(`convolution, ${name}`, nodes(false)), chosen(`convolution, ${name}`, nodes(true))];
}

const SAME = { padding: [1, 1] } as const;

const FUSED: readonly OpCase[] = [
  ...weighted("convolution and bias, fused", (graph, { inputs, outputs }) => {
    const x = imageInput(graph, [few(inputs), 4, 4]);
    const { y, w } = convolve(graph, x, { kernel: [3, 3], attributes: SAME, outputs });
    const b = parameter(graph, "b", outputs);
    const sum = graph.node("bias", [y, b], {});
    return { outputs: { sum }, loss: squaredImages(graph, sum), targets: { x, w, b } };
  }),
  ...weighted("convolution, bias and relu, fused forward and backward", (graph, { inputs, outputs }) => {
    const x = imageInput(graph, [few(inputs), 4, 5]);
    const first = convolve(graph, x, { kernel: [3, 3], attributes: SAME, outputs });
    const b = parameter(graph, "b", outputs);
    const hidden = graph.node("relu", [graph.node("bias", [first.y, b], {})], {});
    const shape = { kernel: [3, 2], attributes: { stride: [2, 1] }, outputs: few(inputs), name: "v" } as const;
    const second = convolve(graph, hidden, shape);
    const targets = { x, w: first.w, b, v: second.w };
    return { outputs: { hidden }, loss: squaredImages(graph, second.y), targets };
  }),
  ...weighted("convolutions beside their input, gradients added and masked", (graph, { inputs, outputs }) => {
    const x = imageInput(graph, [few(inputs), 4, 5]);
    const first = convolve(graph, x, { kernel: [1, 1], outputs: few(outputs) });
    const b = parameter(graph, "b", few(outputs));
    const hidden = graph.node("relu", [graph.node("bias", [first.y, b], {})], {});
    const middle = convolve(graph, hidden, { kernel: [3, 3], attributes: SAME, outputs: few(inputs), name: "u" });
    const last = convolve(graph, middle.y, { kernel: [1, 1], outputs: few(outputs), name: "v" });
    const sum = graph.node("add", [hidden, last.y], {});
    const targets = { x, w: first.w, b, u: middle.w, v: last.w };
    return { outputs: { sum }, loss: squaredImages(graph, sum), targets };
  }),
];

export const CONVOLUTION: readonly OpCase[] = [
  ...alone("1x1", { kernel: [1, 1] }),
  ...alone("1x1, stride 2", { kernel: [1, 1], attributes: { stride: [2, 2] } }),
  ...alone("3x3, padding 1", { kernel: [3, 3], attributes: SAME }),
  ...alone("3x3, padding 1, images of 2x2", { kernel: [3, 3], attributes: SAME, plane: [2, 2] }),
  ...alone("3x3, padding 1, long images", { kernel: [3, 3], attributes: SAME, plane: [1, 19] }),
  ...alone("3x3, padding 2", { kernel: [3, 3], attributes: { padding: [2, 2] } }),
  ...alone("3x3, stride 2, padding 1", { kernel: [3, 3], attributes: { stride: [2, 2], ...SAME } }),
  ...alone("3x3, strides 3 and 2, padding 0 and 1", {
    kernel: [3, 3],
    attributes: { stride: [3, 2], padding: [0, 1] },
    plane: [5, 6],
  }),
  ...alone("3x3, dilation 2", { kernel: [3, 3], attributes: { dilation: [2, 2], padding: [2, 1] } }),
  ...alone("2x2, stride 3", { kernel: [2, 2], attributes: { stride: [3, 3] }, plane: [5, 5] }),
  ...alone("5x5, padding 2", { kernel: [5, 5], attributes: { padding: [2, 2] } }),
  ...alone("1x7, padding 3", { kernel: [1, 7], attributes: { padding: [0, 3] } }),
  ...alone("7x1, padding 3", { kernel: [7, 1], attributes: { padding: [3, 0] } }),
  ...alone("3x3, several panels of channels", { kernel: [3, 3], attributes: SAME, plane: [3, 2], channels: (f) => f }),
  ...alone("3x3, 2 groups", { kernel: [3, 3], attributes: { groups: 2, ...SAME } }),
  ...weighted("convolution, 3x3, depthwise", (graph, { inputs }) => {
    const x = imageInput(graph, [few(inputs), 4, 5]);
    const attributes = { stride: [2, 1], groups: few(inputs), ...SAME } as const;
    const { y, w } = convolve(graph, x, { kernel: [3, 3], attributes, outputs: 2 * few(inputs) });
    return { outputs: { y }, loss: squaredImages(graph, y), targets: { x, w } };
  }),
  chosen("convolution, bias and relu, fused forward and backward", (graph, { inputs, outputs, density }) => {
    const x = imageInput(graph, [few(inputs), 4, 5]);
    const first = convolve(graph, x, { kernel: [3, 3], attributes: SAME, outputs, density });
    const b = parameter(graph, "b", outputs);
    const hidden = graph.node("relu", [graph.node("bias", [first.y, b], {})], {});
    const shape = { kernel: [3, 2], attributes: { stride: [2, 1] }, outputs: few(inputs), name: "v" } as const;
    const second = convolve(graph, hidden, { ...shape, density });
    const targets = { x, w: first.w, b, v: second.w };
    return { outputs: { hidden }, loss: squaredImages(graph, second.y), targets };
  }),
  ...FUSED,
];
