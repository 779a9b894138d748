/** `tombola claims`: the claims of the field, and what was found of each. */

import type { Command } from "commander";
import { type FieldClaim, fieldClaims, verdictText } from "../../app/claims/field.ts";
import { addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { wrap, wrappedTable } from "../talk/table.ts";

/** Where stdout is no terminal. */
const WIDTH = 100;
const NOTE =
  "Pages are in docs/results; its README.md tells how to read verdicts. --json adds source, scale, command and what was seen.";

/** Adds the verb. */
export function addClaims(program: Command): void {
  const command = program
    .command("claims")
    .description("list the claims of the field with what was found of each here")
    .action(list);
  addShared(command, "json");
}

function list({ json }: SharedOptions): void {
  const claims = fieldClaims();
  if (json) printJson(claims);
  else print(textOf(claims, process.stdout.columns || WIDTH));
}

function textOf(claims: readonly FieldClaim[], width: number): string {
  const cells = claims.map((row) => {
    const pages = row.where.map(({ page }) => page.replace(/^.*\//, ""));
    return [row.id, row.claim, verdictText(row), String(row.n ?? "-"), pages.join(", ") || "-"];
  });
  return [wrappedTable(["id", "claim", "verdict", "n", "where"], cells, width), ...wrap(NOTE, width)].join("\n");
}
