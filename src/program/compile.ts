/** From graphs and a mask to a program: storage, lowering, memory plan. */
import { fail } from "../base/errors.ts";
import { checkGraph } from "../graph/check.ts";
import type { Graph } from "../graph/graph.ts";
import { carriesBatch, type Node, sizeOf } from "../graph/types.ts";
import type { Mask } from "../model/network.ts";
import { type Buffer, indexMask, pad, type Storage, storageElements } from "./buffers.ts";
import { CROSSOVER, type Crossover } from "./choose.ts";
import { lower } from "./lower.ts";
import type { Scaling, Shared } from "./lowering.ts";
import { checkPlan, planMemory } from "./plan.ts";
import type { ColumnUse, ParameterPlace, Program } from "./program.ts";

/** A graph and the largest batch it will run on. */
/** A section of a program, such as `train` or `evaluate`. */
export interface SectionSource {
  /** What it computes. */
  readonly graph: Graph;
  /** Examples at a time, from 1. */
  readonly batch: number;
}

/** How sections become one program. */
export interface CompileOptions {
  /** Masks by parameter name; parameters without one, or whose mask keeps everything, are stored densely. Default none. */
  readonly mask?: Mask;
  /** By column: how its numbers become what the graphs read; a column without is read as it is. Default none. */
  readonly scalings?: Readonly<Record<string, Scaling>>;
  /** The densities below which layers take their sparse kernels; default those that were measured. */
  readonly crossover?: Crossover;
}

/** Compiles the sections of one model under one mask into a program over one arena. Throws `engine` on an illegal graph, and on one too large. */
export function compile(
  sources: Readonly<Record<string, SectionSource>>,
  { mask = new Map(), scalings = {}, crossover = CROSSOVER }: CompileOptions = {},
): Program {
  for (const { graph } of Object.values(sources)) checkGraph(graph);
  const nodes = Object.values(sources).flatMap(({ graph, batch }) => graph.nodes.map((node) => ({ node, batch })));
  const parameters = placeParameters(nodes, mask);
  const persistent = [...parameters.values()].flatMap((place) => [place.buffer, ...place.slots.values()]);
  const constants = new Map<Buffer, Int32Array | Float32Array>();
  const columns: ColumnUse[] = [];
  const column = (use: ColumnUse) => {
    const known = columns.findIndex(({ name, op, most }) => name === use.name && op === use.op && most === use.most);
    return known >= 0 ? known : columns.push(use) - 1;
  };
  const shared: Shared = { parameters, crossover, scalings, column, ...createPersistent(persistent, constants) };
  const sections = Object.fromEntries(
    Object.entries(sources).map(([name, { graph, batch }]) => [name, lower(graph, batch, shared)]),
  );
  const plan = planMemory(persistent, Object.values(sections));
  checkPlan(Object.values(sections), plan);
  const scratch = Object.values(sections).flatMap(({ calls }) => calls.map((call) => call.scratch));
  const scratchElements = pad(Math.max(0, ...scratch));
  const sizes = { arenaElements: plan.elements, scratchElements };
  checkReach(plan.elements + scratchElements);
  return { sections, columns, parameters, constants, offsets: plan.offsets, ...sizes };
}

/** What kernels count in: 32-bit offsets of 4-byte elements reach 8 GiB. */
const REACH = 2 ** 31;

function checkReach(elements: number): void {
  if (elements < REACH) return;
  const remedy = "Use a smaller batch or model";
  fail("engine", "program", {
    rule: `must have fewer than ${REACH} numbers`,
    got: elements,
    remedy,
    fields: ["batch"],
  });
}

function createPersistent(persistent: Buffer[], constants: Map<Buffer, Int32Array | Float32Array>) {
  const known = new Map<string, Buffer>();
  const make = (name: string, elements: number, type: Buffer["type"]) => {
    const before = known.get(name);
    if (before && before.elements !== elements)
      fail("engine", "compile", { rule: `sections agree on the size of ${name}`, got: elements });
    const buffer = before ?? { name, type, elements, temporary: false };
    if (!before) persistent.push(buffer);
    known.set(name, buffer);
    return buffer;
  };
  return {
    host: make,
    constant(name: string, contents: Int32Array | Float32Array) {
      const buffer = make(name, contents.length, contents instanceof Int32Array ? "i32" : "f32");
      constants.set(buffer, contents);
      return buffer;
    },
  };
}

interface Placed {
  readonly node: Node;
  /** Of its section. */
  readonly batch: number;
}

function placeParameters(nodes: readonly Placed[], mask: Mask): Map<string, ParameterPlace> {
  const places = new Map<string, { buffer: Buffer; storage: Storage; slots: Map<string, Buffer> }>();
  for (const { node, batch } of nodes) {
    if ((node.op !== "parameter" && node.op !== "statistic") || places.has(node.attributes.name)) continue;
    const { name, shape } = node.attributes;
    // A state of every lane is stored as it is, in one row.
    const stored = carriesBatch(node.type) ? [1, sizeOf(shape) * pad(batch)] : shape;
    const storage = storageOf(name, stored, mask.get(name));
    places.set(name, { buffer: bufferFor(name, storage), storage, slots: new Map() });
  }
  for (const { node } of nodes) {
    if (node.op !== "slot") continue;
    const { parameter, name } = node.attributes;
    const { storage, slots } = places.get(parameter)!;
    slots.set(name, bufferFor(`${parameter}/${name}`, storage));
  }
  return places;
}

const bufferFor = (name: string, storage: Storage): Buffer => ({
  name,
  type: "f32",
  elements: storageElements(storage),
  temporary: false,
});

function storageOf(name: string, shape: readonly number[], mask: Uint8Array | undefined): Storage {
  const columns = shape.length === 1 ? 1 : shape.slice(1).reduce((a, b) => a * b, 1);
  const rows = shape.reduce((a, b) => a * b, 1) / columns;
  if (mask && mask.length !== rows * columns)
    fail("engine", `mask of ${name}`, { rule: `must have ${rows * columns} entries`, got: mask.length });
  if (mask?.includes(0)) return { kind: "compact", index: indexMask(mask, rows, columns) };
  return { kind: "dense", rows, columns, stride: shape.length === 1 ? 1 : pad(columns) };
}
