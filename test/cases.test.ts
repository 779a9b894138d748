/** The list of op cases is complete: no op and no kernel without a case. */
import { expect, test } from "vitest";
import { OPS } from "../src/graph/ops/index.ts";
import { KERNEL_NAMES } from "../src/program/kernels.ts";
import { CASES, opsOf, type Sizes } from "./cases.ts";
import { prepareCase } from "./run-case.ts";

const sizes: Sizes = { batch: 7, live: 5, inputs: 5, outputs: 3, density: 0.5, seed: 1 };

test("every op is in a case", () => {
  const covered = new Set<string>(CASES.flatMap((opCase) => [...opsOf(opCase, sizes)]));
  expect(Object.keys(OPS).filter((op) => !covered.has(op))).toEqual([]);
});

test("every kernel is in a case", () => {
  const covered = new Set<string>(
    CASES.flatMap((opCase) => prepareCase(opCase, sizes).program.sections.train!.calls.map((call) => call.kernel)),
  );
  expect(KERNEL_NAMES.filter((kernel) => !covered.has(kernel))).toEqual([]);
});

test("names are unique", () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});
