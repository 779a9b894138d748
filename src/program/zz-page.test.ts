import { writeFileSync } from "node:fs";
import { test } from "vitest";
import { opsPage } from "./page.ts";
test("write", () => writeFileSync("docs/ops.md", opsPage()));
