/** Every engine of float32 gives what the reference gives in float64, for every op case and size. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CASES } from "../cases.ts";
import { ORACLE, PRESENT_FAST } from "../engines.ts";
import { type Prepared, prepareCase, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

/** Of the largest magnitude of a tensor and of the terms it is made of: float32 rounds to 6e-8, sums have up to 130 terms. */
const TOLERANCE = 1e-5;

test.each(CASES)("$name", (opCase) => {
  fc.assert(
    fc.property(anySizes, (sizes) => {
      const prepared = prepareCase(opCase, sizes);
      const expected = runCase(ORACLE, prepared);
      const terms = runCase(ORACLE, withoutCancelling(prepared));
      for (const engine of PRESENT_FAST)
        for (const [name, got] of runCase(engine, prepared)) {
          const want = expected.get(name)!;
          const limit = TOLERANCE * Math.max(largest(want), largest(terms.get(name)!));
          expect(largest(got.map((value, i) => value - want[i]!)), `${engine.name}: ${name}`).toBeLessThanOrEqual(
            limit,
          );
        }
    }),
    { numRuns: 10 },
  );
});

/** The same with values of such signs that terms add up: what is subtracted is negative, the rest positive. */
function withoutCancelling(prepared: Prepared): Prepared {
  const signs: Record<string, (place: number) => number> = {
    target: () => -1,
    control: (place) => (place < 2 ? -1 : 1),
  };
  const values = [...prepared.values].map(([buffer, contents]) => {
    const sign = signs[buffer.name] ?? (() => 1);
    return [buffer, Array.from(contents, (value, place) => sign(place) * Math.abs(value))] as const;
  });
  return { ...prepared, values: new Map(values) };
}

function largest(values: Float32Array): number {
  return values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
}
