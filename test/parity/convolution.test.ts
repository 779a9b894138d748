/** Convolutions have one sum for each result: pruned weights change no bit of it, nor do threads or instruction sets. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALWAYS_SPARSE, NEVER_SPARSE } from "../../src/program/choose.ts";
import { CASES } from "../cases.ts";
import { eachEngine, exactEngines } from "../engines.ts";
import { prepareCase, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

const sparse = CASES.filter(({ name }) => /^convolution.*; (sparse|chosen)$/.test(name));
/** Made of forward and input gradient alone. */
const EXACT = ["y", "sum", "hidden", "gradient of x"];

const exactOf = (results: Map<string, Float32Array>) =>
  EXACT.flatMap((name) => (results.has(name) ? [[name, results.get(name)!] as const] : []));

/** What the first engine gave, by case and sizes: every other must give it too. */
const first = new Map<string, ReturnType<typeof exactOf>>();

describe.each([1, 3])("%i threads", (threads) => {
  eachEngine(exactEngines(threads), (engine) => {
    test.each(sparse)("$name or dense", (opCase) => {
      fc.assert(
        fc.property(anySizes, (sizes) => {
          const [skipped, multiplied] = [ALWAYS_SPARSE, NEVER_SPARSE].map((crossover) =>
            runCase(engine, prepareCase({ ...opCase, crossover }, sizes)),
          );
          const key = `${opCase.name} ${JSON.stringify(sizes)}`;
          if (!first.has(key)) first.set(key, exactOf(multiplied!));
          expect(exactOf(multiplied!)).toEqual(first.get(key));
          expect(exactOf(skipped!)).toEqual(first.get(key));
        }),
        { numRuns: 2, seed: 5 },
      );
    });
  });
});
