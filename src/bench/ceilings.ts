/** What the machine can do at best: the ceilings of a roofline (Williams et al. 2009), measured with our own kernels. */
import type { HostEngine } from "../engine/engine.ts";
import { createGraph, type Graph } from "../graph/graph.ts";
import type { Node } from "../graph/types.ts";
import { compile } from "../program/compile.ts";
import { callBytes, sectionFlops } from "../program/print.ts";
import { type BenchRow, type Source, timeSlice } from "./rows.ts";

/** Calls of a section: enough that entering the engine costs nothing beside them. */
const REPEATS = 50;

/** Names of the ceilings' rows. */
export const CEILINGS = {
  arithmetic: "peak: dense product in L1",
  near: "peak: add in L2",
  far: "peak: add beyond L2",
  memory: "peak: add beyond L3",
} as const;

/** Whether a row is one of a ceiling. */
export const isCeiling = ({ case: name }: Pick<BenchRow, "case">): boolean =>
  Object.values(CEILINGS).some((ceiling) => ceiling === name);

/** Bytes that an addition touches: of each thread in L2, and beyond it, as the update of a dense LeNet's first layer. */
const NEAR = 384 * 1024;
const FAR = 3 * 1024 * 1024;
/** And in all: beyond any cache. */
const MEMORY = 96 * 1024 * 1024;

/** The ceilings of an engine, its threads together, as rows with `flops` and `bytes` of one run. */
export function ceilingsSource(engine: HostEngine, slice: number): Source {
  const { threads } = engine;
  const sources = [
    repeated(engine, { name: CEILINGS.arithmetic, graph: productGraph(threads), repeats: REPEATS, slice }),
    repeated(engine, { name: CEILINGS.near, graph: additionGraph(NEAR * threads), repeats: REPEATS, slice }),
    repeated(engine, { name: CEILINGS.far, graph: additionGraph(FAR * threads), repeats: REPEATS, slice }),
    repeated(engine, { name: CEILINGS.memory, graph: additionGraph(MEMORY), repeats: 1, slice }),
  ];
  return async () => {
    const rows: BenchRow[] = [];
    for (const source of sources) rows.push(await source());
    return rows;
  };
}

const LANES = 64;

/**
 * A product whose input stays in a first-level cache. One thread's 31 KiB of operands and result are all there; several
 * have a hundred times the outputs each, as meeting after every call would cost them more than so small a product.
 */
function productGraph(threads: number): Graph {
  const graph = createGraph();
  const x = graph.node("input", [], { name: "x", shape: [96], layout: "vector" });
  const w = graph.node("parameter", [], { name: "w", shape: [threads > 1 ? 1200 * threads : 12, 96] });
  return graph.finish({ y: graph.node("linear", [x, w], {}) });
}

/** y = a + b over `bytes` in all. */
function additionGraph(bytes: number): Graph {
  const graph = createGraph();
  const operand = (name: string): Node =>
    graph.node("input", [], { name, shape: [bytes / 3 / 4 / LANES], layout: "vector" });
  return graph.finish({ y: graph.node("add", [operand("a"), operand("b")], {}) });
}

function repeated(
  engine: HostEngine,
  { name, graph, repeats, slice }: { name: string; graph: Graph; repeats: number; slice: number },
): () => Promise<BenchRow> {
  const program = compile({ train: { graph, batch: LANES } });
  const train = program.sections.train!;
  const [call] = train.calls;
  const calls = new Array(repeats).fill(call);
  const instance = engine.open({ ...program, sections: { train: { ...train, calls } } });
  const row = { case: name, engine: engine.name, density: 1, threads: engine.threads };
  const work = { flops: sectionFlops(train), bytes: callBytes(call!) };
  return async () => ({ ...row, ms: (await timeSlice(() => instance.run("train"), slice)) / repeats, ...work });
}
