/** Op cases of images: how batches become images, and what moves and gathers pixels. */
import type { GraphBuilder } from "../src/graph/graph.ts";
import type { Augmentation, Node, Pair, PoolAttributes } from "../src/graph/types.ts";
import {
  type CaseNodes,
  imageInput,
  imagesOf,
  type OpCase,
  parameter,
  plain,
  type Sizes,
  squaredImages,
} from "./cases-parts.ts";

const counterInput = (graph: GraphBuilder) => graph.node("input", [], { name: "counter", shape: [3], layout: "plain" });

/** Rows of all widths around the 16 pixels that are gathered together. */
const augmented = (graph: GraphBuilder, { inputs }: Sizes, augment: Augmentation, column = "images") =>
  graph.node("images", [counterInput(graph)], { shape: [2, 3, inputs], augment, column });

/** y with the gradients of a loss. */
const differentiated = (graph: GraphBuilder, y: Node, targets: Record<string, Node>): CaseNodes => ({
  outputs: { y },
  loss: squaredImages(graph, y),
  targets,
});

/** A pooling of values no two of which are equal. */
const pooled = (op: "max_pool" | "average_pool", name: string, windows: (sizes: Sizes) => PoolAttributes) =>
  plain(`${op}, ${name}`, (graph, sizes) => {
    const x = imageInput(graph, imagesOf(sizes), "distinct");
    return differentiated(graph, graph.node(op, [x], windows(sizes)), { distinct: x });
  });

const square = (kernel: number, stride: number, padding: number): PoolAttributes => ({
  kernel: [kernel, kernel],
  stride: [stride, stride],
  padding: [padding, padding],
});

const around = (channels: Pair, rows: Pair, columns: Pair) => ({ channels, rows, columns });

/** An op on images, to their gradient. */
const onImages = (name: string, op: (graph: GraphBuilder, x: Node) => Node) =>
  plain(`images: ${name}`, (graph, sizes) => {
    const x = imageInput(graph, imagesOf(sizes));
    return differentiated(graph, op(graph, x), { x });
  });

export const IMAGE: readonly OpCase[] = [
  plain("images, cropped and mirrored", (graph, sizes) => ({
    outputs: { x: augmented(graph, sizes, { crop: 2, flip: true }) },
  })),
  plain("images, cropped and flattened", (graph, sizes) => ({
    outputs: { x: graph.node("flatten", [augmented(graph, sizes, { crop: 1, flip: false })], {}) },
  })),
  plain("images, mirrored and shared", (graph, sizes) => {
    const x = augmented(graph, sizes, { crop: 0, flip: true });
    return { outputs: { x, flat: graph.node("flatten", [x], {}) } };
  }),
  plain("images of floats", (graph, { inputs }) => ({
    outputs: { x: graph.node("images", [], { shape: [2, 3, inputs], column: "pictures" }) },
  })),
  plain("images of floats, cropped, mirrored and flattened", (graph, sizes) => {
    const x = augmented(graph, sizes, { crop: 2, flip: true }, "pictures");
    return { outputs: { x: graph.node("flatten", [x], {}) } };
  }),
  plain("images: bias", (graph, sizes) => {
    const x = imageInput(graph, imagesOf(sizes));
    const b = parameter(graph, "b", x.type.shape[0]!);
    return differentiated(graph, graph.node("bias", [x, b], {}), { x, b });
  }),
  onImages("relu", (graph, x) => graph.node("relu", [x], {})),
  onImages("tanh", (graph, x) => graph.node("tanh", [x], {})),
  onImages("dropout", (graph, x) => graph.node("dropout", [x, counterInput(graph)], { rate: 0.3, index: 7 })),
  onImages("add", (graph, x) => graph.node("add", [x, graph.node("scale", [x], { factor: 1.5 })], {})),
  onImages("reshape", (graph, x) => {
    const [channels, height, width] = x.type.shape as [number, number, number];
    return graph.node("reshape", [x], { shape: [1, channels * width, height], layout: "image" });
  }),
  onImages("channels", (graph, x) => graph.node("channels", [x], { from: x.type.shape[0]! - 1, count: 1 })),
  onImages("pad", (graph, x) => graph.node("pad", [x], around([0, 1], [0, 2], [1, 0]))),
  onImages("pad that cuts", (graph, x) => graph.node("pad", [x], around([1, 0], [-1, -2], [-2, 1]))),
  plain("concatenate", (graph, sizes) => {
    const [channels, height, width] = imagesOf(sizes);
    const [a, b, c] = [1, channels, 1].map((count, i) => imageInput(graph, [count, height, width], `part${i}`));
    return differentiated(graph, graph.node("concatenate", [a!, b!, c!], {}), { part0: a!, part1: b!, part2: c! });
  }),
  pooled("max_pool", "of four pixels", () => square(2, 2, 0)),
  pooled("max_pool", "overlapping", () => square(3, 2, 1)),
  pooled("max_pool", "of rows", () => ({ kernel: [1, 3], stride: [2, 1], padding: [0, 1] })),
  pooled("average_pool", "of four pixels", () => square(2, 2, 0)),
  pooled("average_pool", "overlapping", () => square(3, 1, 1)),
  pooled("average_pool", "apart", () => square(1, 3, 0)),
  pooled("average_pool", "of everything", (sizes) => {
    const [, height, width] = imagesOf(sizes);
    return { kernel: [height, width], stride: [1, 1], padding: [0, 0] };
  }),
];
