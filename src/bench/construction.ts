/**
 * How long a target takes to be built from subset sums: the 784-500-10 of Pensia et al. 2020, 397,000 weights, whose integer
 * programs with 21 candidates took 77,266 s on 36 cores.
 */

import { parseModel } from "../model/registry.ts";
import { partsOn } from "../runner/parts.ts";
import { assemble, type CompileOptions, partsOf } from "../strong/compile.ts";
import { targetOf } from "../strong/network.ts";
import { compileStep } from "../study/strong/steps/compile.ts";
import { benchDataset } from "./data.ts";
import { type BenchRow, significant } from "./rows.ts";
import { startOf } from "./step.ts";

/** What is built: of 42 units about 21 fire and are a weight's candidates; the relaxation has 21 a row. */
const CASES = [
  { construction: "pensia", units: 42 },
  { construction: "linear-relaxation", units: 21 },
] as const;

/** The published target. */
const MODEL = "mlp-500-nobias";

/** Builds each once with so many threads. */
export async function constructionRows(threads: number): Promise<BenchRow[]> {
  const model = parseModel(MODEL, benchDataset("mnist"));
  const target = targetOf({ weights: startOf(model), mask: new Map() }, model);
  const weights = target.reduce((sum, layer) => sum + layer.weights.length, 0);
  const parts = partsOn(threads);
  const rows: BenchRow[] = [];
  for (const { construction, units } of CASES) {
    const draw = { seed: 1, replicate: 0 };
    const options: CompileOptions = { construction, units, epsilon: 0.01, bound: 2, signed: false, draw };
    const startedAt = performance.now();
    const built = await parts(compileStep, partsOf(target, options));
    const { errors } = assemble(target, options, built as Parameters<typeof assemble>[2]);
    const ms = significant(performance.now() - startedAt);
    const missed = errors.reduce((sum, error) => sum + error.missed, 0);
    rows.push({ case: `${construction} ${MODEL}`, engine: "host", density: 1, threads, ms, weights, missed });
  }
  return rows;
}
