/**
 * Writes what the documentation takes from the code: docs/ops.md, the claims of the field as docs/results/README.md, and the
 * API under docs/api/. Needs dist/.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { execute, root } from "./toolchain.mjs";

const { installViews } = await import(join(root, "dist", "pretrain", "install.js"));
installViews();
const { opsPage } = await import(join(root, "dist", "program", "page.js"));
writeFileSync(join(root, "docs", "ops.md"), opsPage());

const { fieldClaims } = await import(join(root, "dist", "app", "claims", "field.js"));
const { claimsPage } = await import(join(root, "dist", "app", "claims", "page.js"));
const { parseRegistered } = await import(join(root, "dist", "app", "claims", "registered.js"));
const claims = fieldClaims();
const registrations = claims.flatMap(({ registered: path }) =>
  path ? [[path, parseRegistered(JSON.parse(readFileSync(join(root, path), "utf8")), path)]] : [],
);
writeFileSync(join(root, "docs", "results", "README.md"), claimsPage(claims, new Map(registrations)));

const typedoc = dirname(createRequire(import.meta.url).resolve("typedoc/package.json"));
const { ok, stdout, stderr } = await execute(process.execPath, [join(typedoc, "bin", "typedoc")]);
process.stderr.write(stdout + stderr);
if (!ok) process.exitCode = 1;
// An argument that is taken apart in the signature has no name there; one to read is put in its place.
const api = join(root, "docs", "api", "README.md");
const page = readFileSync(api, "utf8")
  .replaceAll("\\_\\_namedParameters", "options")
  .replaceAll("__namedParameters", "options");
writeFileSync(api, page);
