/** Every engine of float32 gives what the reference gives in float64, for every op case and size. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CASES } from "../cases.ts";
import { eachEngine, FAST_ENGINES, ORACLE } from "../engines.ts";
import { type Prepared, prepareCase, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

/** Of the largest magnitude of a tensor: float32 rounds to 6e-8, and sums here have up to 130 terms. */
const TOLERANCE = 1e-5;

/** Where terms cancel, errors follow the terms: as many times what a change of the inputs' last bits does. */
const NUDGES = 10;

eachEngine(FAST_ENGINES, (engine) => {
  for (const opCase of CASES)
    test(opCase.name, () => {
      fc.assert(
        fc.property(anySizes, (sizes) => {
          const prepared = prepareCase(opCase, sizes);
          const expected = runCase(ORACLE, prepared);
          const nudged = runCase(ORACLE, nudge(prepared));
          for (const [name, got] of runCase(engine, prepared)) {
            const want = expected.get(name)!;
            const limit = TOLERANCE * largest(want) + NUDGES * difference(nudged.get(name)!, want);
            expect(difference(got, want), `${name}, of ${largest(want)}`).toBeLessThanOrEqual(limit);
          }
        }),
        { numRuns: 10 },
      );
    });
});

/** Every float moved by two units of its last place, up and down in turn; whole numbers stay. */
function nudge(prepared: Prepared): Prepared {
  const move = (value: number, i: number) =>
    Number.isInteger(value) ? value : value * (1 + (i % 2 ? 1 : -1) * 2 ** -22);
  const values = [...prepared.values].map(([buffer, contents]) => [buffer, Array.from(contents, move)] as const);
  return { ...prepared, values: new Map(values) };
}

const largest = (values: Float32Array) => values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);

const difference = (a: Float32Array, b: Float32Array) => largest(a.map((value, i) => value - b[i]!));
