/** Skipping pruned weights gives what multiplying by +0 gives, so the choice of kernels is one of speed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ALWAYS_SPARSE, NEVER_SPARSE } from "../../src/program/choose.ts";
import { CASES, GRADIENT } from "../cases.ts";
import { PRESENT_FAST } from "../engines.ts";
import { prepareCase, runCase } from "../run-case.ts";
import { anySizes } from "../sizes.ts";

const fused = CASES.find(({ name }) => name.startsWith("linear, bias and relu") && name.endsWith("sparse"))!;
/** Two layers that share no other kernel: every forward and input gradient of theirs is a chain of additions. */
const exact = ["hidden", "loss", `${GRADIENT}x`];
/** Sums over the batch, which the dense and the sparse kernel add in different orders. */
const rounded = [`${GRADIENT}w`, `${GRADIENT}v`];

test("dense and sparse kernels agree", () => {
  fc.assert(
    fc.property(anySizes, (sizes) => {
      const [sparse, expanded] = [ALWAYS_SPARSE, NEVER_SPARSE].map((crossover) =>
        prepareCase({ ...fused, crossover }, sizes),
      );
      for (const engine of PRESENT_FAST) {
        const skipped = runCase(engine, sparse!);
        const multiplied = runCase(engine, expanded!);
        for (const name of exact) expect(skipped.get(name), `${engine.name}: ${name}`).toEqual(multiplied.get(name));
        for (const name of rounded) expectClose(skipped.get(name)!, multiplied.get(name)!);
      }
    }),
    { numRuns: 30 },
  );
});

/** Gradients here are sums of up to 128 terms that may cancel; entries beside them show how large the terms are. */
function expectClose(a: Float32Array, b: Float32Array): void {
  const scale = b.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-3);
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5 * scale);
  });
}
