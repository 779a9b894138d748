/** Nothing but the live lanes of a batch matters: not what padding lanes hold, nor what memory held before. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HostEngine } from "../../src/engine/engine.ts";
import { CASES } from "../cases.ts";
import { ORACLE, PRESENT_FAST } from "../engines.ts";
import { laneOf, openCase, type Prepared, prepareCase, readResults, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

test.each(CASES)("$name", (opCase) => {
  fc.assert(
    fc.property(anySizes, (sizes) => {
      const prepared = prepareCase(opCase, sizes);
      for (const engine of [ORACLE, ...PRESENT_FAST])
        expect(unsigned(runDirty(engine, prepared)), engine.name).toEqual(unsigned(runCase(engine, prepared)));
    }),
    { numRuns: 3 },
  );
});

/** Runs a case in memory full of NaN, with other padding. */
function runDirty(engine: HostEngine, prepared: Prepared): Map<string, Float32Array> {
  const instance = openCase(engine, withOtherPadding(prepared));
  for (const buffer of prepared.program.offsets.keys())
    if (buffer.temporary) instance.write(buffer, new Float32Array(buffer.elements).fill(Number.NaN));
  instance.run("train");
  const results = readResults(instance, prepared);
  instance.close();
  return results;
}

/** Every lane that is not live: large numbers in host-written floats, and examples that do not exist. */
function withOtherPadding(prepared: Prepared): Prepared {
  const { lanes, inputs } = prepared.program.sections.train!;
  const nodes = new Map(prepared.graph.nodes.map((node) => [node.op === "input" ? node.attributes.name : "", node]));
  const values = new Map(prepared.values);
  for (const [name, buffer] of inputs) {
    const contents = values.get(buffer)!;
    if (buffer.elements % lanes !== 0) continue;
    const garbage = name.startsWith("indices") ? 2 ** 30 : name === "y" ? 1e9 : -1000;
    const type = nodes.get(name)?.type ?? { shape: [], layout: "vector" };
    const isLive = (place: number) => laneOf(type, place, lanes) < prepared.sizes.live;
    values.set(
      buffer,
      Array.from(contents, (value, place) => (isLive(place) ? value : garbage)),
    );
  }
  return { ...prepared, values };
}

/** Without the sign of zeros, which a sum of nothing but zeros takes from its padding. */
function unsigned(results: Map<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...results].map(([name, values]) => [name, values.map((value) => value + 0)]));
}
