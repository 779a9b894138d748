import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { callsHeader } from "./calls-header.ts";
import { addViewKernels } from "./view-kernels.ts";

addViewKernels();

test("native/kernels/calls.h is what the kernel table says; `npm run build` rewrites it", () => {
  expect(readFileSync(new URL("../../native/kernels/calls.h", import.meta.url), "utf8")).toBe(callsHeader());
});
