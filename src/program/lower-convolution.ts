/** Lowering of convolutions and of their input gradients: dense or sparse kernels. */
import type { Node, NodeOf } from "../graph/types.ts";
import { forwardGeometry, type Geometry, gradientGeometry } from "./convolution-geometry.ts";
import { sparseTable } from "./convolution-lists.ts";
import { regionTable } from "./convolution-regions.ts";
import { type ConvolutionShape, convolutionShape, shapeConstant } from "./convolution-shape.ts";
import { denseWeight, densityOf, isSparse, rowIndex } from "./lower-weights.ts";
import { bufferOf, emit, flopsOf, type Lowering, type Operands, placeOf, result } from "./lowering.ts";
import type { Call, ParameterPlace } from "./program.ts";

/** One direction of a layer, and what its kernel reads and does besides. */
interface Layer {
  readonly direction: Geometry["direction"];
  readonly place: ParameterPlace;
  readonly shape: ConvolutionShape;
  readonly operands: Operands;
  readonly ints: Readonly<Record<string, number>>;
  readonly flops: number;
}

const geometryOf = ({ direction, shape }: Layer): Geometry =>
  direction === "forward" ? forwardGeometry(shape) : gradientGeometry(shape);

const keyOf = ({ direction, shape }: Layer) => `${direction} ${Object.values(shape).join(" ")}`;

/** Lowers a convolution and what is fused to it; `node` is the last of the chain. */
export function lowerConvolution(
  lowering: Lowering,
  node: Node,
  { convolution, bias, relu }: { convolution: NodeOf<"convolution">; bias?: Node; relu?: boolean },
): void {
  const [x, w] = convolution.inputs as [Node, Node];
  const place = placeOf(lowering, w);
  const shape = convolutionShape(lowering, { x: x.type, w: w.type, y: convolution.type }, convolution.attributes);
  const operands = { x: bufferOf(lowering, x), bias: bias ? bufferOf(lowering, bias) : null };
  const flops = flopsOf(lowering, convolution as Node) * densityOf(place);
  const ints = { relu: Number(relu ?? false) };
  lowerLayer(lowering, node, { direction: "forward", place, shape, operands, ints, flops });
}

/** Lowers an input gradient, added to `addend` and masked where `activation`, the ReLU that made the input, is not positive. */
export function lowerConvolutionInputGradient(
  lowering: Lowering,
  node: Node,
  fused: { gradient: NodeOf<"convolution_input_gradient">; activation: Node | null; addend: Node | null },
): void {
  const { gradient } = fused;
  const [dy, w] = gradient.inputs as [Node, Node];
  const place = placeOf(lowering, w);
  const shape = convolutionShape(lowering, { x: gradient.type, w: w.type, y: dy.type }, gradient.attributes);
  const optional = (operand: Node | null) => (operand ? bufferOf(lowering, operand) : null);
  const operands = { dy: bufferOf(lowering, dy), relu: optional(fused.activation), addend: optional(fused.addend) };
  const flops = flopsOf(lowering, gradient as Node) * densityOf(place);
  lowerLayer(lowering, node, { direction: "gradient", place, shape, operands, ints: {}, flops });
}

function lowerLayer(lowering: Lowering, node: Node, layer: Layer): void {
  const isForward = layer.direction === "forward";
  const sparse = isSparse(lowering, layer.place, {
    product: "convolution",
    direction: isForward ? "forward" : "inputGradient",
  });
  const { operands, ...rest } = sparse ? sparseCall(lowering, layer) : denseCall(lowering, layer);
  const y = result(lowering, node);
  const shape = shapeConstant(lowering, { ...layer.shape });
  const names = isForward ? { y } : { dx: y };
  const kernel = `convolution_${isForward ? "forward" : "input_gradient"}_${sparse ? "sparse" : "dense"}` as const;
  emit(lowering, kernel, { ...names, shape, ...layer.operands, ...operands }, { ...rest, flops: layer.flops });
}

type Rest = Pick<Call, "operands" | "ints" | "scratch">;

function denseCall(lowering: Lowering, layer: Layer): Rest {
  const geometry = geometryOf(layer);
  const taps = geometry.kernelHeight * geometry.kernelWidth;
  const { w, stride } = denseWeight(lowering, layer.place);
  const group = (layer.shape.outputs / layer.shape.groups) * stride;
  const [row, step] = layer.direction === "forward" ? [stride, taps] : [taps, stride];
  const { table, units } = regionTable(geometry, { row, step, group });
  const constant = lowering.shared.constant(`regions ${keyOf(layer)}`, table);
  return { operands: { w, table: constant }, ints: { units, stride, ...layer.ints }, scratch: 0 };
}

function sparseCall(lowering: Lowering, layer: Layer): Rest {
  const { buffer, storage } = layer.place;
  if (storage.kind === "dense") throw new Error("a sparse kernel takes compact weights");
  const { table, entries, units, scratch } = sparseTable(geometryOf(layer), storage.index);
  const constant = (what: string, contents: Int32Array) =>
    lowering.shared.constant(`${buffer.name}.${what} ${keyOf(layer)}`, contents);
  const constants = { table: constant("table", table), entries: constant("entries", entries) };
  const operands = { values: buffer, ...rowIndex(lowering, layer.place), ...constants };
  return { operands, ints: { units, ...layer.ints }, scratch };
}
