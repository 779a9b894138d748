/** Views of test pictures as they are, and which of all of them is the nearest to each. */

import type { Engine } from "../engine/engine.ts";
import { createGraph } from "../graph/graph.ts";
import { DRAWN } from "../graph/ops/views.ts";
import type { Network } from "../model/tensors.ts";
import { compile } from "../program/compile.ts";
import { taskOf } from "../task/registry.ts";
import { allIndices } from "../train/evaluate.ts";
import { scoringSections } from "../train/experiment.ts";
import { createFeed } from "../train/feed.ts";
import { compileFor, type Fitted, openWith } from "../train/open.ts";
import { VIEW_BATCHING } from "./batching.ts";
import { drawsName } from "./task.ts";

/** Views, `[views][channels * height * width]` bytes, of which n and n + half are of one picture; and of each the nearest other. */
export interface Nearest {
  readonly views: Uint8Array;
  readonly nearest: Int32Array;
}

const DRAWS = drawsName("scored");

/** The views that the first test pictures are scored by. */
export async function nearestViews(
  engine: Engine,
  { weights, mask }: Network,
  { model, dataset, pictures }: Fitted & { readonly pictures: number },
): Promise<Nearest> {
  const task = taskOf(dataset);
  const rows = allIndices(Math.min(pictures, dataset.test.count));
  const scoring = await openWith(engine, compileFor(dataset, scoringSections(model, { dataset, task }), mask), weights);
  const graph = createGraph();
  const draws = graph.node("input", [], { name: DRAWS, shape: [DRAWN], layout: "vector" });
  const output = graph.node("views", [draws], { shape: model.input });
  const batch = scoring.program.sections.evaluate!.lanes;
  const drawing = await engine.open(compile({ evaluate: { graph: graph.finish({ output }, []), batch } }));
  try {
    const [{ places, values }] = [...VIEW_BATCHING.scored(scoring, { dataset, part: "test", task }, rows)] as [never];
    const read = async (instance: typeof scoring) => {
      const sources = { table: dataset.test, rowsAt: () => places as Int32Array, values: values! };
      createFeed(instance, "evaluate", sources).write(0);
      instance.run("evaluate");
      const buffer = instance.program.sections.evaluate!.outputs.get("output")!;
      const all = new Float32Array(buffer.elements);
      await instance.read(buffer, all);
      return all;
    };
    const count = (places as Int32Array).length;
    return {
      views: bytesOf(await read(drawing), count),
      nearest: nearestOf(await read(scoring), { count, lanes: batch }),
    };
  } finally {
    scoring.close();
    drawing.close();
  }

  /** Pixels of blocks of 16 pictures; without constants a byte is as it was. */
  function bytesOf(laid: Float32Array, count: number): Uint8Array {
    const size = model.input.reduce((a, b) => a * b, 1);
    const white = dataset.pixels ? 255 : 1;
    return Uint8Array.from({ length: count * size }, (_, i) => {
      const n = Math.floor(i / size);
      return Math.round(white * laid[(Math.floor(n / 16) * size + (i % size)) * 16 + (n % 16)]!);
    });
  }
}

/** Of each vector of unit length, `[features][lanes]`, which other has the largest product with it; the first of equals. */
function nearestOf(z: Float32Array, { count, lanes }: { count: number; lanes: number }): Int32Array {
  const features = z.length / lanes;
  const product = (a: number, b: number) => {
    let sum = 0;
    for (let f = 0; f < features; f++) sum += z[f * lanes + a]! * z[f * lanes + b]!;
    return sum;
  };
  return Int32Array.from({ length: count }, (_, n) => {
    const others = Array.from({ length: count }, (_, m) => (m === n ? Number.NEGATIVE_INFINITY : product(n, m)));
    return others.indexOf(Math.max(...others));
  });
}
