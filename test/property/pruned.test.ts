/** Pruned weights stay absent through every optimizer on every engine, and the others are trained. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readParameter } from "../../src/engine/engine.ts";
import { unpackValues } from "../../src/program/buffers.ts";
import { CASES } from "../cases.ts";
import { ENGINES, eachEngine } from "../engines.ts";
import { openCase, prepareCase } from "../run-case.ts";
import { smallSizes } from "../sizes.ts";

const updates = CASES.filter(({ name, masked }) => masked && /^(sgd|adam)/.test(name));

describe.each(updates)("$name", (opCase) => {
  eachEngine(ENGINES, (engine) => {
    test("leaves pruned weights and their state +0", () => {
      fc.assert(
        fc.property(smallSizes, (sizes) => {
          const prepared = prepareCase(opCase, sizes);
          const { storage, slots } = prepared.program.parameters.get("w")!;
          if (storage.kind !== "compact") return;
          const kept = unpackValues(storage, new Float32Array(storage.index.kept).fill(1));
          const instance = openCase(engine, prepared);
          const before = readParameter(instance, "w");
          for (let step = 0; step < 3; step++) instance.run("train");
          for (const slot of [undefined, ...slots.keys()]) {
            const values = readParameter(instance, "w", slot);
            expect(values.filter((value, i) => !kept[i] && !Object.is(value, 0))).toEqual(new Float32Array(0));
          }
          const after = readParameter(instance, "w");
          expect(after.filter((value, i) => kept[i] && value === before[i])).toEqual(new Float32Array(0));
        }),
        { numRuns: 15 },
      );
    });
  });
});
