/** A convolution's weight gradient has one order of additions, whatever kernel, thread count and plan computes it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostEngine } from "../../src/engine/engine.ts";
import { ALWAYS_SPARSE, NEVER_SPARSE } from "../../src/program/choose.ts";
import type { Call, Program } from "../../src/program/program.ts";
import { GRADIENT } from "../cases.ts";
import { CONVOLUTION_GRADIENT } from "../cases-convolution-gradient.ts";
import { eachEngine, exactEngines, FAST_ENGINES } from "../engines.ts";
import { type Prepared, prepareCase, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

const sparse = CONVOLUTION_GRADIENT.filter(({ name }) => name.endsWith("sparse"));
const bitsOf = (engine: HostEngine, prepared: Prepared) =>
  new Uint32Array(runCase(engine, prepared).get(`${GRADIENT}w`)!.buffer);

eachEngine(FAST_ENGINES, (engine) => {
  test.each(sparse)("dense and sparse kernels agree: $name", (opCase) => {
    fc.assert(
      fc.property(anySizes, (sizes) => {
        const [a, b] = [ALWAYS_SPARSE, NEVER_SPARSE].map((crossover) => prepareCase({ ...opCase, crossover }, sizes));
        expect(bitsOf(engine, a!)).toEqual(bitsOf(engine, b!));
      }),
      { numRuns: 5 },
    );
  });

  test("neither strips of rows nor the size of batches change a bit", () => {
    fc.assert(
      fc.property(anySizes, fc.integer({ min: 1, max: 3 }), (sizes, rows) => {
        const prepared = prepareCase(sparse[0]!, sizes);
        const small = { ...prepared, program: replanned(prepared.program, { rows, slots: 16 }) };
        expect(bitsOf(engine, small)).toEqual(bitsOf(engine, prepared));
      }),
      { numRuns: 10 },
    );
  });
});

describe("every exact engine and thread count", () => {
  test.each(CONVOLUTION_GRADIENT.filter(({ name }) => !name.endsWith("dense")))("$name", (opCase) => {
    const prepared = prepareCase(opCase, { batch: 100, live: 90, inputs: 3, outputs: 5, density: 0.4, seed: 3 });
    const engines = [1, 2, 3].flatMap((threads) => exactEngines(threads).flatMap(({ engine }) => engine ?? []));
    const bits = engines.map((engine) => bitsOf(engine, prepared));
    for (const other of bits) expect(other).toEqual(bits[0]);
  });
});

/** The same program with other numbers in its sparse weight gradients. */
function replanned(program: Program, ints: Record<string, number>): Program {
  const train = program.sections.train!;
  const isGradient = ({ kernel }: Call) => kernel === "convolution_weight_gradient_sparse";
  const calls = train.calls.map((call) => (isGradient(call) ? { ...call, ints: { ...call.ints, ...ints } } : call));
  return { ...program, sections: { train: { ...train, calls } } };
}
