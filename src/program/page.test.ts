import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { installSequences } from "../sequence/install.ts";
import { opsPage } from "./page.ts";

installSequences();

test("docs/ops.md is what the op and kernel tables say; `npm run docs` rewrites it", () => {
  expect(readFileSync(new URL("../../docs/ops.md", import.meta.url), "utf8")).toBe(opsPage());
});
