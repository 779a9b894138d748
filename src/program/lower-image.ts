/** Lowering of what gathers batches and moves pixels: images and other columns, pooling, concatenation, padding, flattening. */
import { type Node, type NodeOf, type PoolAttributes, sizeOf } from "../graph/types.ts";
import { extents } from "./lower-batch-norm.ts";
import {
  bufferOf,
  claim,
  countInput,
  emit,
  flopsOf,
  indicesInput,
  type Lowering,
  type LoweringRule,
  result,
  type Scaling,
} from "./lowering.ts";

/** Gathers a batch of images; into vectors where `node`, the last of the chain, flattens them. */
export function lowerImages(lowering: Lowering, node: Node, images: NodeOf<"images">): void {
  const [counter] = images.inputs;
  const { shape, augment, column = "images" } = images.attributes;
  const { scale, shift } = lowering.shared.scalings[column] ?? AS_BYTES(shape[0]!);
  const [channels, height, width] = shape as [number, number, number];
  const operands = {
    x: result(lowering, node),
    indices: indicesInput(lowering),
    count: countInput(lowering),
    scale: lowering.shared.constant(`${column}.scale`, scale),
    shift: lowering.shared.constant(`${column}.shift`, shift),
    counter: counter && augment ? bufferOf(lowering, counter) : null,
  };
  const flat = Number(node.type.layout === "vector");
  const draws = { crop: augment?.crop ?? 0, flip: Number(augment?.flip ?? false) };
  emit(lowering, "gather_images", operands, {
    ints: {
      column: lowering.shared.column({ name: column, op: "images", most: sizeOf(shape) }),
      ...{ channels, height, width, lanes: lowering.lanes, flat, ...draws },
    },
  });
}

const AS_BYTES = (channels: number): Scaling => ({
  scale: new Float32Array(channels).fill(1),
  shift: new Float32Array(channels),
});

/** Gathers the batch's rows of a column. */
export const lowerColumn: LoweringRule<"column"> = (lowering, node) => {
  const { name } = node.attributes;
  const { shared, lanes } = lowering;
  const scaling = shared.scalings[name];
  const features = sizeOf(node.type.shape);
  const operands = {
    x: result(lowering, node),
    indices: indicesInput(lowering),
    count: countInput(lowering),
    scale: scaling ? shared.constant(`${name}.scale`, scaling.scale) : null,
    shift: scaling ? shared.constant(`${name}.shift`, scaling.shift) : null,
  };
  emit(lowering, "gather_column", operands, {
    ints: { column: shared.column({ name, op: "column", most: features }), features, lanes },
  });
};

export const lowerLengths: LoweringRule<"lengths"> = (lowering, node) => {
  const { column, most } = node.attributes;
  const operands = { y: result(lowering, node), indices: indicesInput(lowering), count: countInput(lowering) };
  emit(lowering, "gather_lengths", operands, {
    ints: { column: lowering.shared.column({ name: column, op: "lengths", most }), most, lanes: lowering.lanes },
  });
};

/** Vectors and images are laid out differently: a change between them copies, any other shares its operand's buffer. */
export function lowerReshape(lowering: Lowering, node: Node): void {
  const [x] = node.inputs as [Node];
  if (x.op === "images" && lowering.absorbed.has(x)) {
    lowerImages(lowering, node, x);
    return;
  }
  const [from, to] = [x, node].map(({ type }) => type.layout === "image");
  if (from === to) {
    claim(lowering, node, bufferOf(lowering, x));
    return;
  }
  const ints = { features: sizeOf(node.type.shape), lanes: lowering.lanes };
  const operands = { x: bufferOf(lowering, x), y: result(lowering, node) };
  emit(lowering, from ? "flatten" : "unflatten", operands, { ints });
}

const windowInts = ({ kernel, stride, padding }: PoolAttributes) => ({
  kernelHeight: kernel[0],
  kernelWidth: kernel[1],
  strideHeight: stride[0],
  strideWidth: stride[1],
  padHeight: padding[0],
  padWidth: padding[1],
});

const POOL_OPERANDS = {
  max_pool: ["x"],
  max_pool_gradient: ["dy", "x", "y"],
  average_pool: ["x"],
  average_pool_gradient: ["dy"],
} as const;

/** Pools over the windows of images; the larger of the images, those that have windows, give the extents. */
export function lowerPool(lowering: Lowering, node: Extract<Node, { op: keyof typeof POOL_OPERANDS }>): void {
  const isGradient = node.op.endsWith("_gradient");
  const windowed: Node = isGradient ? node : node.inputs[0]!;
  const [channels, height, width] = windowed.type.shape as [number, number, number];
  const named = POOL_OPERANDS[node.op].map((name, i) => [name, bufferOf(lowering, node.inputs[i]!)]);
  const operands = { ...Object.fromEntries(named), [isGradient ? "dx" : "y"]: result(lowering, node) };
  const ints = { channels, height, width, lanes: lowering.lanes, ...windowInts(node.attributes) };
  emit(lowering, node.op, operands, { ints, flops: flopsOf(lowering, node) });
}

export const lowerConcatenate: LoweringRule<"concatenate"> = (lowering, node) => {
  const { channels: yChannels, plane, lanes } = extents(lowering, node);
  const parts = node.inputs.map((input) => ({ x: bufferOf(lowering, input), count: input.type.shape[0]! }));
  const y = result(lowering, node);
  let yFrom = 0;
  for (const { x, count } of parts) {
    const ints = { count, plane, lanes, yChannels, yFrom, xChannels: count, xFrom: 0 };
    emit(lowering, "copy_channels", { y, x }, { ints });
    yFrom += count;
  }
};

export const lowerChannels: LoweringRule<"channels"> = (lowering, node) => {
  const [x] = node.inputs as [Node];
  const { plane, lanes, channels: xChannels } = extents(lowering, x);
  const { from: xFrom, count } = node.attributes;
  const ints = { count, plane, lanes, yChannels: count, yFrom: 0, xChannels, xFrom };
  emit(lowering, "copy_channels", { y: result(lowering, node), x: bufferOf(lowering, x) }, { ints });
};

export const lowerPad: LoweringRule<"pad"> = (lowering, node) => {
  const [x] = node.inputs as [Node];
  const [channels, height, width] = x.type.shape as [number, number, number];
  const [outChannels, outHeight, outWidth] = node.type.shape as [number, number, number];
  const { channels: c, rows, columns } = node.attributes;
  const first = { firstChannel: c[0], firstRow: rows[0], firstColumn: columns[0] };
  const ints = { channels, height, width, lanes: lowering.lanes, outChannels, outHeight, outWidth, ...first };
  emit(lowering, "pad", { y: result(lowering, node), x: bufferOf(lowering, x) }, { ints });
};
