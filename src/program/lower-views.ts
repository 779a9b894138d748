/** How the ops of pre-training without labels become kernel calls. */
import { type Node, sizeOf, type ViewOpName } from "../graph/types.ts";
import type { Buffer } from "./buffers.ts";
import { extents } from "./lower-batch-norm.ts";
import {
  bufferOf,
  countInput,
  emit,
  flopsOf,
  indicesInput,
  type Lowering,
  type LoweringRule,
  placeOf,
  result,
} from "./lowering.ts";
import type { ViewKernelName } from "./view-kernels.ts";

type Rules = { readonly [K in ViewOpName]: LoweringRule<K> };

/** Multiply-adds of every pair of lanes, `times` over. */
const pairs = ({ lanes }: Lowering, z: Node, times: number) => 2 * times * lanes * lanes * sizeOf(z.type.shape);

const views: Rules["views"] = (lowering, node) => {
  const { shape, column = "images" } = node.attributes;
  const [channels, height, width] = shape as [number, number, number];
  const { shared, lanes } = lowering;
  const plain = { scale: new Float32Array(channels).fill(1), shift: new Float32Array(channels) };
  const { scale, shift } = shared.scalings[column] ?? plain;
  const operands = {
    x: result(lowering, node as Node),
    ...{ indices: indicesInput(lowering), count: countInput(lowering) },
    scale: shared.constant(`${column}.scale`, scale),
    shift: shared.constant(`${column}.shift`, shift),
    draws: bufferOf(lowering, node.inputs[0]!),
  };
  const use = shared.column({ name: column, op: "images", most: sizeOf(shape) });
  const ints = { column: use, channels, height, width, lanes };
  emit(lowering, "gather_views", operands, { ints, scratch: 2 * sizeOf(shape) });
};

/** An op that is one call on rows of numbers: what its operands are called there, the result first. */
const rows =
  (kernel: ViewKernelName, names: readonly string[]) =>
  (lowering: Lowering, node: Node): void => {
    const buffers = node.inputs.map((input, i) => [names[i + 1]!, bufferOf(lowering, input)] as const);
    const operands = { [names[0]!]: result(lowering, node), ...Object.fromEntries(buffers) };
    const ints = { features: sizeOf(node.inputs[0]!.type.shape), lanes: lowering.lanes };
    emit(lowering, kernel, operands, { ints, flops: flopsOf(lowering, node) });
  };

export const LOWER_VIEWS: Rules = {
  views,
  unit_length: rows("unit_length", ["y", "x"]),
  unit_length_gradient: rows("unit_length_gradient", ["dx", "dy", "x"]),
  nt_xent_statistics(lowering, node) {
    const [z] = node.inputs as [Node];
    const operands = {
      statistics: result(lowering, node as Node),
      z: bufferOf(lowering, z),
      count: countInput(lowering),
    };
    emit(lowering, "nt_xent_statistics", operands, {
      ints: { features: sizeOf(z.type.shape), lanes: lowering.lanes },
      floats: node.attributes,
      flops: pairs(lowering, z, 1),
      scratch: 16 * lowering.lanes,
    });
  },
  nt_xent(lowering, node) {
    const operands = { loss: result(lowering, node as Node), statistics: bufferOf(lowering, node.inputs[1]!) };
    emit(lowering, "nt_xent", operands, { ints: { lanes: lowering.lanes } });
  },
  nt_xent_gradient(lowering, node) {
    const [dy, z, statistics] = node.inputs as [Node, Node, Node];
    const read = { dy: bufferOf(lowering, dy), z: bufferOf(lowering, z), statistics: bufferOf(lowering, statistics) };
    const operands = { dz: result(lowering, node as Node), ...read, count: countInput(lowering) };
    const ints = { features: sizeOf(z.type.shape), lanes: lowering.lanes };
    emit(lowering, "nt_xent_gradient", operands, {
      ints,
      floats: node.attributes,
      flops: pairs(lowering, z, 2),
    });
  },
  follow_update(lowering, node) {
    const [w, x] = node.inputs.map((input) => placeOf(lowering, input).buffer) as [Buffer, Buffer];
    emit(lowering, "follow", { w, x }, { ints: { elements: w.elements }, floats: node.attributes });
  },
  enqueue_update(lowering, node) {
    const [queue, keys, place] = node.inputs as [Node, Node, Node];
    const { buffer: w, storage } = placeOf(lowering, queue);
    const [rows, features] = queue.type.shape as [number, number];
    const stride = storage.kind === "dense" ? storage.stride : features;
    const read = { keys: bufferOf(lowering, keys), place: bufferOf(lowering, place), count: countInput(lowering) };
    emit(lowering, "enqueue", { w, ...read }, { ints: { rows, features, stride, lanes: lowering.lanes } });
  },
  half_norm(lowering, node) {
    const [x, gamma, beta] = node.inputs.map((input) => bufferOf(lowering, input)) as [Buffer, Buffer, Buffer];
    const operands = { y: result(lowering, node as Node), x, gamma, beta, count: countInput(lowering) };
    const { channels, plane, lanes } = extents(lowering, node as Node);
    emit(lowering, "half_norm", operands, {
      ints: { channels, plane, lanes },
      floats: node.attributes,
      flops: flopsOf(lowering, node as Node),
    });
  },
};
