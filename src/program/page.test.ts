import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { installViews } from "../pretrain/install.ts";
import { opsPage } from "./page.ts";

installViews();

test("docs/ops.md is what the op and kernel tables say; `npm run docs` rewrites it", () => {
  expect(readFileSync(new URL("../../docs/ops.md", import.meta.url), "utf8")).toBe(opsPage());
});
