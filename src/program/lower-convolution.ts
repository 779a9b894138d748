/** Lowering of convolutions and of their input gradients: dense or sparse kernels. */
import type { Node, NodeOf } from "../graph/types.ts";
import type { Buffer } from "./buffers.ts";
import { CHOSEN } from "./choose.ts";
import { type Chosen, chosenOf } from "./chosen.ts";
import { forwardGeometry, type Geometry, gradientGeometry } from "./convolution-geometry.ts";
import { keptTable, sparseTable } from "./convolution-lists.ts";
import { regionTable, type WeightSteps } from "./convolution-regions.ts";
import { type ConvolutionShape, convolutionShape, shapeConstant } from "./convolution-shape.ts";
import { denseWeight, densityOf, isSparse, rowIndex } from "./lower-weights.ts";
import { bufferOf, emit, flopsOf, type Lowering, type Operands, placeOf, result, temporary } from "./lowering.ts";
import type { Call, ParameterPlace } from "./program.ts";

/** One direction of a layer, and what its kernel reads and does besides. */
interface Layer {
  readonly direction: Geometry["direction"];
  readonly place: ParameterPlace;
  /** Of a weight whose entries scores choose. */
  readonly chosen: Chosen | null;
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
  const chosen = chosenOf(lowering, w);
  const operands = { x: bufferOf(lowering, x), bias: bias ? bufferOf(lowering, bias) : null };
  const flops = flopsOf(lowering, convolution as Node) * densityOf(place);
  const ints = { relu: Number(relu ?? false) };
  lowerLayer(lowering, node, { direction: "forward", place, chosen, shape, operands, ints, flops });
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
  const chosen = chosenOf(lowering, w);
  const optional = (operand: Node | null) => (operand ? bufferOf(lowering, operand) : null);
  const operands = { dy: bufferOf(lowering, dy), relu: optional(fused.activation), addend: optional(fused.addend) };
  const flops = flopsOf(lowering, gradient as Node) * densityOf(place);
  lowerLayer(lowering, node, { direction: "gradient", place, chosen, shape, operands, ints: {}, flops });
}

type Rest = Pick<Call, "operands" | "ints" | "scratch">;

/** The kinds of kernels: of all weights, of those kept by a mask of the program, of those chosen in this run. */
const CALLS = { dense: denseCall, sparse: sparseCall, kept: keptCall } satisfies Record<
  string,
  (lowering: Lowering, layer: Layer) => Rest
>;

function kindOf(lowering: Lowering, { place, chosen, direction }: Layer): keyof typeof CALLS {
  const side = direction === "forward" ? "forward" : "inputGradient";
  if (isSparse(lowering, place, { product: "convolution", direction: side })) return "sparse";
  return chosen && chosen.density < lowering.shared.crossover[CHOSEN][side] ? "kept" : "dense";
}

function lowerLayer(lowering: Lowering, node: Node, layer: Layer): void {
  const isForward = layer.direction === "forward";
  const kind = kindOf(lowering, layer);
  const { operands, ...rest } = CALLS[kind](lowering, layer);
  const y = result(lowering, node);
  const shape = shapeConstant(lowering, { ...layer.shape });
  const names = isForward ? { y } : { dx: y };
  const kernel = `convolution_${isForward ? "forward" : "input_gradient"}_${kind}` as const;
  const flops = layer.flops * (kind === "kept" ? layer.chosen!.density : 1);
  emit(lowering, kernel, { ...names, shape, ...layer.operands, ...operands }, { ...rest, flops });
}

/** Where a weight in rows of `stride` has what a direction's sums take. */
function stepsOf({ direction, shape }: Layer, stride: number): WeightSteps {
  const taps = shape.kernelHeight * shape.kernelWidth;
  const group = (shape.outputs / shape.groups) * stride;
  return direction === "forward" ? { row: stride, step: taps, group } : { row: taps, step: stride, group };
}

function denseCall(lowering: Lowering, layer: Layer): Rest {
  const { w, stride } = denseWeight(lowering, layer.place);
  const { table, units } = regionTable(geometryOf(layer), stepsOf(layer, stride));
  const constant = lowering.shared.constant(`regions ${keyOf(layer)}`, table);
  return { operands: { w, table: constant }, ints: { units, stride, ...layer.ints }, scratch: 0 };
}

function sparseCall(lowering: Lowering, layer: Layer): Rest {
  const { buffer, storage } = layer.place;
  if (storage.kind === "dense") throw new Error("a sparse kernel takes compact weights");
  const { units, scratch, ...contents } = sparseTable(geometryOf(layer), storage.index);
  const constant = (what: keyof typeof contents) =>
    lowering.shared.constant(`${buffer.name}.${what} ${keyOf(layer)}`, contents[what]);
  const constants = { table: constant("table"), bounds: constant("bounds"), entries: constant("entries") };
  const operands = { values: buffer, ...rowIndex(lowering, layer.place), ...constants };
  return { operands, ints: { units, ...layer.ints }, scratch };
}

/** Lists the weights that scores chose, right before the kernel that reads the lists. */
function keptCall(lowering: Lowering, layer: Layer): Rest {
  const { mask, density } = layer.chosen!;
  const { w, stride } = denseWeight(lowering, layer.place);
  const kept = keptTable(geometryOf(layer), density, stepsOf(layer, stride));
  const constant = (what: "table" | "walk") =>
    lowering.shared.constant(`${what} of ${density} ${keyOf(layer)}`, kept[what]);
  const list = (what: string, elements: number): Buffer => {
    return { ...temporary(`${w.name}.${what} ${layer.direction}`, elements), type: "i32" };
  };
  const lists = { bounds: list("bounds", kept.boundElements), entries: list("entries", kept.entryElements) };
  emit(lowering, "list_kept", { ...lists, mask, walk: constant("walk") }, { ints: { lists: kept.lists } });
  const ints = { units: kept.units, stride, ...layer.ints };
  return { operands: { w, table: constant("table"), ...lists }, ints, scratch: kept.scratch };
}
