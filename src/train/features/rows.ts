/** What a network makes of each row of a table: values of its graph in evaluation form, read by row, texts of like length together. */
import type { Dataset } from "../../dataset/dataset.ts";
import type { Engine } from "../../engine/engine.ts";
import { createGraph } from "../../graph/graph.ts";
import { type Node, sizeOf } from "../../graph/types.ts";
import { batchInput } from "../../model/input.ts";
import type { Heads, Model } from "../../model/model.ts";
import { createScope } from "../../model/scope.ts";
import type { Network } from "../../model/tensors.ts";
import type { SectionSource } from "../../program/compile.ts";
import { batchingOf } from "../batching.ts";
import { allIndices } from "../evaluate.ts";
import { EVALUATION_BATCH } from "../experiment.ts";
import { createFeed } from "../feed.ts";
import { compileFor, openWith } from "../open.ts";

/** A value of one row, `[features]` or `[features, time]`. */
interface RowValue {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What is read, and of which rows. */
export interface RowsAsked {
  readonly model: Model;
  /** Standardised where it has floats. */
  readonly dataset: Dataset;
  readonly part: "train" | "test";
  /** The nodes to read by name, of the graph in evaluation form. */
  readonly outputs: (heads: Heads) => Readonly<Record<string, Node>>;
}

/** Calls `each` with the values of every row, in no order. */
export async function eachRow(
  engine: Engine,
  { model, dataset, part, outputs }: RowsAsked,
  network: Network,
  each: (row: number, values: Readonly<Record<string, RowValue>>) => void,
): Promise<void> {
  const source = (of: Model): SectionSource => {
    const graph = createGraph();
    const x = batchInput(graph, of.input, undefined, of.column);
    const heads = of.apply(createScope(graph), x, { training: false });
    return { graph: graph.finish({ ...outputs(heads) }), batch: EVALUATION_BATCH };
  };
  const batching = batchingOf(dataset);
  const sections = batching?.sections("evaluate", dataset, { model, source }) ?? { evaluate: source(model) };
  const instance = await openWith(engine, compileFor(dataset, sections, network.mask), network.weights);
  const rows = allIndices(dataset[part].count);
  const whole = [{ section: "evaluate", places: rows }];
  try {
    for (const { section, places } of batching?.scored(instance, { dataset, part }, rows) ?? whole) {
      const { lanes, outputs: buffers } = instance.program.sections[section]!;
      const types = [...sections[section]!.graph.outputs].map(([name, { type }]) => [name, type] as const);
      const rowsAt = (batch: number) => places.subarray(batch * lanes, (batch + 1) * lanes);
      const feed = createFeed(instance, section, { table: dataset[part], rowsAt });
      for (let batch = 0; batch * lanes < places.length; batch++) {
        const batchRows = feed.write(batch);
        instance.run(section);
        const read = new Map<string, Float32Array>();
        for (const [name, buffer] of buffers) read.set(name, await instance.read(buffer));
        for (const [lane, row] of batchRows.entries())
          each(
            row,
            Object.fromEntries(types.map(([name, type]) => [name, ofLane(type, read.get(name)!, { lane, lanes })])),
          );
      }
    }
  } finally {
    instance.close();
  }
}

/** Examples of a block, in which images and sequences lie. */
const BLOCK = 16;

/** The entries of one lane; images lie in blocks of 16 examples, vectors with the whole batch innermost. */
function ofLane(
  { shape, layout }: Node["type"],
  values: Float32Array,
  { lane, lanes }: { lane: number; lanes: number },
): RowValue {
  const size = sizeOf(shape);
  const [stride, start] =
    layout === "image" ? [BLOCK, Math.floor(lane / BLOCK) * size * BLOCK + (lane % BLOCK)] : [lanes, lane];
  return { shape, values: Float32Array.from({ length: size }, (_, i) => values[start + i * stride]!) };
}
