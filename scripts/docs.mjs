/** Writes what the documentation takes from the code: docs/ops.md, and the API under docs/api/. Needs dist/. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execute, root } from "./toolchain.mjs";

const { opsPage } = await import(join(root, "dist", "program", "page.js"));
writeFileSync(join(root, "docs", "ops.md"), opsPage());

const typedoc = dirname(createRequire(import.meta.url).resolve("typedoc/package.json"));
const { ok, stdout, stderr } = await execute(process.execPath, [join(typedoc, "bin", "typedoc")]);
process.stderr.write(stdout + stderr);
if (!ok) process.exitCode = 1;
