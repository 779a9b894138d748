/** The class of arithmetic is what an engine does, not what it is called. */
import { expect, test } from "vitest";
import { ENGINES } from "../../test/engines.ts";
import { measureArithmetic } from "./arithmetic.ts";

const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^reference$/, "float64"],
  [/^native/, "fused"],
  [/^wasm$/, "plain"],
];

for (const { name, engine } of ENGINES)
  test.runIf(engine)(name, () => {
    const [, expected] = CLASSES.find(([pattern]) => pattern.test(name)) ?? [];
    if (expected) expect(engine!.arithmetic).toBe(expected);
    // Relaxed SIMD fuses where the CPU does; whichever it is, it is measured alike.
    expect(measureArithmetic(engine!.open)).toBe(engine!.arithmetic);
  });
