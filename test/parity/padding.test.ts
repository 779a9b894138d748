/** Nothing but the live lanes of a batch matters: not what padding lanes hold, nor what memory held before. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { CASES } from "../cases.ts";
import { ENGINES, eachEngine } from "../engines.ts";
import { openCase, type Prepared, prepareCase, readResults, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

eachEngine(ENGINES, (engine) => {
  test.each(CASES)("$name", (opCase) => {
    fc.assert(
      fc.property(anySizes, (sizes) => {
        const prepared = prepareCase(opCase, sizes);
        const dirty = openCase(engine, withOtherPadding(prepared));
        for (const buffer of prepared.program.offsets.keys())
          if (buffer.temporary) dirty.write(buffer, new Float32Array(buffer.elements).fill(Number.NaN));
        dirty.run("train");
        expect(unsigned(readResults(dirty, prepared))).toEqual(unsigned(runCase(engine, prepared)));
        dirty.close();
      }),
      { numRuns: 2 },
    );
  });
});

/** Every lane that is not live: large numbers in host-written floats, and examples that do not exist. */
function withOtherPadding(prepared: Prepared): Prepared {
  const { lanes, inputs } = prepared.program.sections.train!;
  const values = new Map(prepared.values);
  for (const [name, buffer] of inputs) {
    const contents = values.get(buffer)!;
    if (buffer.elements % lanes !== 0) continue;
    const garbage = name.startsWith("indices") ? 2 ** 30 : name === "y" ? 1e9 : -1000;
    values.set(
      buffer,
      Array.from(contents, (value, i) => (i % lanes < prepared.sizes.live ? value : garbage)),
    );
  }
  return { ...prepared, values };
}

/** Without the sign of zeros, which a sum of nothing but zeros takes from its padding. */
function unsigned(results: Map<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...results].map(([name, values]) => [name, values.map((value) => value + 0)]));
}
