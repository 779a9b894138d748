/** Runs op cases on engines: draws what the host writes, and reads the results. */
import { type Random, randomStream } from "../src/base/random.ts";
import type { Column, Table } from "../src/dataset/table.ts";
import type { HostEngine, HostInstance } from "../src/engine/engine.ts";
import type { Graph } from "../src/graph/graph.ts";
import { DRAWN } from "../src/graph/ops/views.ts";
import { carriesBatch, sizeOf, type Type } from "../src/graph/types.ts";
import type { Mask } from "../src/model/network.ts";
import { drawsOf, drawView } from "../src/pretrain/draws.ts";
import { type Buffer, packValues } from "../src/program/buffers.ts";
import { compile } from "../src/program/compile.ts";
import type { Program } from "../src/program/program.ts";
import { caseGraph, type OpCase, type Sizes } from "./cases.ts";
import { viewShape } from "./cases-views.ts";

/** A compiled case and what its host-written buffers hold before the run. */
export interface Prepared {
  readonly graph: Graph;
  readonly program: Program;
  readonly sizes: Sizes;
  readonly table: Table;
  readonly values: ReadonlyMap<Buffer, ArrayLike<number>>;
}

const EXAMPLES = 150;

/** Draws a case's mask and values; everything follows from the sizes, padding lanes hold values as the others do. */
export function prepareCase(opCase: OpCase, sizes: Sizes): Prepared {
  const graph = caseGraph(opCase, sizes);
  const { batch, inputs } = sizes;
  const images = { scale: Float32Array.of(0.01, 0.02, 0.005), shift: Float32Array.of(-0.5, 0.25, 0.1) };
  const features = {
    scale: Float32Array.from({ length: inputs }, (_, f) => 0.5 + f),
    shift: Float32Array.from({ length: inputs }, (_, f) => f - 2),
  };
  const mask = opCase.masked ? masksOf(graph, sizes) : new Map();
  const program = compile(
    { train: { graph, batch } },
    { mask, scalings: { images, features, pictures: images, shades: images }, crossover: opCase.crossover },
  );
  const random = randomStream({ seed: sizes.seed, stream: "noise", replicate: 0, step: 0, item: 0 });
  return { graph, program, sizes, table: drawTable(graph, sizes, random), values: drawValues(program, sizes, random) };
}

/** Opens a case with its values written. */
export function openCase(engine: HostEngine, { program, table, values }: Prepared): HostInstance {
  const instance = engine.open(program);
  instance.bind(table);
  for (const [buffer, contents] of values) instance.write(buffer, contents);
  return instance;
}

/** Runs a case once: its outputs, on live lanes only, and all parameters and slots as they are stored. */
export function runCase(engine: HostEngine, prepared: Prepared): Map<string, Float32Array> {
  const instance = openCase(engine, prepared);
  instance.run("train");
  const results = readResults(instance, prepared);
  instance.close();
  return results;
}

/** What {@link runCase} returns, of an instance that has run. */
export function readResults(instance: HostInstance, { graph, program, sizes }: Prepared): Map<string, Float32Array> {
  const { lanes, outputs } = program.sections.train!;
  const results = [...outputs].map(([name, buffer]) => {
    const values = instance.read(buffer);
    const { type } = graph.outputs.get(name)!;
    const isLive = (_: number, place: number) => laneOf(type, place, lanes) < sizes.live;
    return [name, carriesBatch(type) ? values.filter(isLive) : values] as const;
  });
  const stored = [...program.parameters.values()].flatMap(({ buffer, slots }) => [buffer, ...slots.values()]);
  // A state that every example has of its own says nothing in the lanes of those that do not exist.
  const states = new Map(
    graph.nodes.flatMap((node) =>
      node.op === "statistic" && carriesBatch(node.type) ? [[node.attributes.name, node.type]] : [],
    ),
  );
  const read = (buffer: (typeof stored)[number]) => {
    const [values, type] = [instance.read(buffer), states.get(buffer.name)];
    return type ? values.filter((_, place) => laneOf(type, place, lanes) < sizes.live) : values;
  };
  return new Map([...results, ...stored.map((buffer) => [buffer.name, read(buffer)] as const)]);
}

/** The example that a place of a value with a batch belongs to: images lie in blocks of 16 examples, vectors in rows of all. */
export function laneOf({ shape, layout }: Type, place: number, lanes: number): number {
  return layout === "image" ? Math.floor(place / (sizeOf(shape) * 16)) * 16 + (place % 16) : place % lanes;
}

/** Masks of the weights, and of vectors that may have one; one row and one column of a weight are empty unless everything is kept. */
function masksOf(graph: Graph, { density, seed }: Sizes): Mask {
  const masks = new Map<string, Uint8Array>();
  const vectors = new Set(graph.nodes.flatMap(({ op, inputs }) => (op === "whole_vector" ? inputs : [])));
  for (const node of graph.nodes) {
    if (node.op !== "parameter" || (node.attributes.shape.length < 2 && !vectors.has(node))) continue;
    const rows = node.attributes.shape[0]!;
    const columns = sizeOf(node.attributes.shape.slice(1));
    const random = randomStream({ seed, stream: "mask", replicate: 0, step: 0, item: node.id });
    const emptied = density < 1 && columns > 1;
    const [emptyRow, emptyColumn] = emptied ? [random.below(rows), random.below(columns)] : [-1, -1];
    const keep = (place: number) =>
      Math.floor(place / columns) !== emptyRow && place % columns !== emptyColumn && random.uniform() < density;
    masks.set(
      node.attributes.name,
      Uint8Array.from({ length: sizeOf(node.attributes.shape) }, (_, i) => +keep(i)),
    );
  }
  return masks;
}

/** Of either sign and a magnitude from `least` to `least + 1`. */
function signed(random: Random, least: number): number {
  return (random.below(2) ? 1 : -1) * (least + random.uniform());
}

/** The columns that a case may read, each of another type. */
function drawTable(graph: Graph, { inputs, outputs }: Sizes, random: Random): Table {
  const numbers = (length: number, below: number) => Array.from({ length }, () => random.below(below));
  const images = graph.nodes.find(({ op }) => op === "images" || op === "views");
  const size = images ? sizeOf(images.type.shape) : 0;
  const lengths = Int32Array.from(numbers(EXAMPLES, 6));
  const items = lengths.reduce((a, b) => a + b, 0);
  const bytes = Uint8Array.from(numbers(EXAMPLES * size, 256));
  const columns: Record<string, Column> = {
    images: { type: "u8", shape: [size], data: bytes },
    shades: { type: "f32", shape: [size], data: Float32Array.from(bytes, (byte) => byte / 255) },
    pictures: { type: "f32", shape: [size], data: Float32Array.from(bytes, (byte) => byte / 7 - 11) },
    labels: { type: "u8", shape: [], data: Uint8Array.from(numbers(EXAMPLES, outputs)) },
    classes: { type: "i32", shape: [], data: Int32Array.from(numbers(EXAMPLES, 100_000)) },
    features: {
      type: "f32",
      shape: [inputs],
      data: Float32Array.from({ length: EXAMPLES * inputs }, () => signed(random, 0.25)),
    },
    tokens: { type: "i32", shape: [], data: Int32Array.from(numbers(items, 30_000)), lengths },
    pairs: { type: "f32", shape: [2], data: Float32Array.from(numbers(2 * items, 1000)), lengths },
  };
  return { count: EXAMPLES, columns };
}

/** Vectors that are drawn otherwise: beta less than gamma times the least normalised value, and what must be positive. */
const BIASES: { readonly [name: string]: (random: Random) => number } = {
  beta: (random) => 0.1 * signed(random, 0),
  variance: (random) => 1 + random.uniform(),
};

/** Weights so small, and biases so large, that no ReLU comes near its kink: |w x| stays below 0.7 while |b| is 1 to 2. */
function drawValues(program: Program, sizes: Sizes, random: Random): Map<Buffer, ArrayLike<number>> {
  const values = new Map<Buffer, ArrayLike<number>>();
  const floats = (length: number, draw: () => number) => Float32Array.from({ length }, draw);
  for (const { buffer, storage, slots } of program.parameters.values()) {
    const { rows, columns } = storage.kind === "dense" ? storage : storage.index;
    const isBias = storage.kind === "dense" && storage.stride === 1;
    const bias = BIASES[buffer.name] ?? ((random) => signed(random, 1));
    const draw = isBias ? () => bias(random) : () => signed(random, 0.25) / (5 * columns);
    values.set(buffer, packValues(storage, floats(rows * columns, draw)));
    for (const [name, slot] of slots) {
      const state = name === "v" ? () => random.uniform() : () => signed(random, 0.25);
      values.set(slot, packValues(storage, floats(rows * columns, state)));
    }
  }
  for (const [name, buffer] of program.sections.train!.inputs)
    values.set(buffer, hostValues(name, buffer.elements, { sizes, random }));
  return values;
}

function hostValues(
  name: string,
  length: number,
  { sizes, random }: { sizes: Sizes; random: Random },
): ArrayLike<number> {
  const { live, seed, outputs } = sizes;
  if (name === "count") return [live];
  if (name === "statistics_rate") return [0.1];
  if (name === "counter") return [seed, 2, 3];
  if (name === "control") return Float32Array.of(0.1, 0.1 / (1 - 0.9 ** 3), 1 / Math.sqrt(1 - 0.999 ** 3));
  if (name === "draws") return anyViews(length, sizes);
  if (name === "place") return [outputs];
  if (name === "y") return Float32Array.from({ length }, () => random.below(outputs));
  if (name.startsWith("indices")) return Int32Array.from({ length }, () => random.below(EXAMPLES));
  const range = / from (-?\d+) below (\d+)$/.exec(name);
  if (range) {
    const [from, below] = [Number(range[1]), Number(range[2])];
    return Float32Array.from({ length }, () => from + random.below(below - from));
  }
  if (name === "distinct") return distinct(length, random);
  if (name === "bimodal") return Float32Array.from({ length }, () => signed(random, 4) / 4);
  return Float32Array.from({ length }, () => signed(random, 0.25));
}

/** Views with everything drawn, of pictures of a case's size, on every lane. */
function anyViews(length: number, { seed, inputs }: Sizes): Float32Array {
  const lanes = length / DRAWN;
  const jitter = { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.4, odds: 0.8 };
  const recipe = { area: [0.1, 1], mirrors: true, jitter, grey: 0.2, turns: true } as const;
  const key = { seed, replicate: 0, step: 0 };
  const views = Array.from({ length: lanes }, (_, lane) => {
    const view = drawView(recipe, viewShape(inputs), { key, view: 0, lane });
    return { ...view, place: (5 * lane) % lanes, blur: lane % 3 === 0 ? 0.7 : 0 };
  });
  return drawsOf(views, lanes);
}

/** Between -1 and 1, no two closer than 2 / length. */
function distinct(length: number, random: Random): Float32Array {
  const order = random.shuffle(Int32Array.from({ length }, (_, i) => i));
  return Float32Array.from(order, (rank) => (2 * rank) / length - 1);
}
