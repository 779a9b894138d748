/** Rows of GLUE's files: texts and targets, each refused by file and line where it is not in order. */

import { fail } from "../../../base/errors.ts";
import { parseNumber } from "../../rows/role.ts";
import { linesOf } from "../lines.ts";
import { readTabs } from "../tabs.ts";
import type { GluePart, GlueTask } from "./tasks.ts";

/** A text or a pair, and what is told of it: the index of its class, or a number. */
export interface Example {
  readonly texts: readonly [first: string, second?: string];
  readonly target: number;
}

/** What a file is read for. */
export interface RowOptions {
  readonly task: Pick<GlueTask, "classes" | "hasBroken">;
  readonly part: GluePart;
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** The examples of the file called `where`; throws `data` naming file, line and remedy. */
export function glueRows(where: string, text: string, { task, part, onNotice }: RowOptions): Example[] {
  const onShort = (count: number) =>
    onNotice?.(`${where}: ${count} broken ${count === 1 ? "row is" : "rows are"} left out, as everybody does`);
  const cells = [...part.texts, part.target];
  const rows = readTabs(where, text, { cells, ...(task.hasBroken && { onShort }) });
  return rows.map(({ line, cells }) => ({
    texts: cells.slice(0, -1) as unknown as Example["texts"],
    target: targetOf(`${where} line ${line}`, cells.at(-1)!, task.classes),
  }));
}

function targetOf(where: string, cell: string, classes: readonly string[] | undefined): number {
  const value = classes ? classes.indexOf(cell) : parseNumber(cell);
  if (classes ? value >= 0 : Number.isFinite(value)) return value;
  const rule = classes ? `the label must be one of ${classes.join(", ")}` : "the score must be a number";
  return fail("data", where, { rule, got: cell, remedy: "Correct or remove the line" });
}

/**
 * The rows of MRPC's published training file (header included) that GLUE trains on and those of its development set, which
 * `ids` lists by the two ids of a pair, a row a line.
 */
export function splitMrpc(text: string, ids: string): Readonly<Record<"train" | "dev", string>> {
  const [header = "", ...lines] = linesOf(text);
  const dev = new Set(linesOf(ids));
  const isDev = (line: string) => dev.has(line.split("\t").slice(1, 3).join("\t"));
  const file = (rows: readonly string[]) => [header, ...rows, ""].join("\n");
  return { train: file(lines.filter((line) => !isDev(line))), dev: file(lines.filter(isDev)) };
}
