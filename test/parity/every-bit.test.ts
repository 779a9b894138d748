/** Every op case gives the same bits on any number of threads, on every instruction set and in WebAssembly that fuses. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CASES } from "../cases.ts";
import { exactEngines } from "../engines.ts";
import { type Prepared, prepareCase, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

const engines = [1, 2, 3].flatMap((threads) =>
  exactEngines(threads).flatMap(({ name, engine }) =>
    engine ? [{ name: `${name}, ${threads} threads`, engine }] : [],
  ),
);

test.each(CASES)("$name", (opCase) => {
  fc.assert(
    fc.property(anySizes, (sizes) => {
      const prepared = prepareCase(opCase, sizes);
      const expected = bitsOf(engines[0]!, prepared);
      for (const candidate of engines.slice(1)) expect(bitsOf(candidate, prepared), candidate.name).toEqual(expected);
    }),
    { numRuns: 3 },
  );
});

/** Results as whole numbers, since a comparison of floats would not tell -0 from +0. */
function bitsOf({ engine }: (typeof engines)[number], prepared: Prepared): Map<string, Uint32Array> {
  const words = ({ buffer, byteOffset, length }: Float32Array) => new Uint32Array(buffer, byteOffset, length);
  return new Map([...runCase(engine, prepared)].map(([name, values]) => [name, words(values)]));
}
