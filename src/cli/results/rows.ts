/** `tombola rows`: all rows of runs as one table, for what reads CSV, JSON lines or Parquet. */

import type { Command } from "commander";
import { runsNamed } from "../../app/find-runs.ts";
import { encodeRows, ROW_FORMATS, type RowFormat } from "../../app/row-files.ts";
import { rowTable } from "../../app/row-table.ts";
import { fail } from "../../base/errors.ts";
import { writeAtomic } from "../../store/files.ts";
import { oneOf, text } from "../../study/option.ts";
import { existingStore, outsideStores } from "../talk/folder.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { print, say, warning } from "../talk/output.ts";

interface RowsOptions extends SharedOptions {
  readonly format?: RowFormat;
  readonly kind?: string;
  readonly to?: string;
}

/** Adds the verb. */
export function addRows(program: Command): void {
  const command = program
    .command("rows")
    .description("write all rows of runs as one table, a row for every replicate")
    .argument("<runs...>", "ids or their beginnings, or a sweep's id for its runs")
    .action(rows);
  addOption(
    command,
    "--format <name>",
    `of ${ROW_FORMATS.join(", ")} (default: as --to ends, else csv)`,
    oneOf(ROW_FORMATS),
  );
  addOption(command, "--kind <name>", "which rows, where they are of several kinds, such as network or pair", text);
  addOption(command, "--to <file>", "file to write (default: stdout, of csv and jsonl)", text);
  addShared(command, "store");
}

async function rows(names: readonly string[], options: RowsOptions): Promise<void> {
  const { to, kind } = options;
  const ending = ROW_FORMATS.find((format) => to?.endsWith(`.${format}`));
  if (to !== undefined && options.format === undefined && ending === undefined)
    fail("usage", "to", {
      rule: `must end in ${ROW_FORMATS.map((format) => `.${format}`).join(", ")}, or format say what it is`,
      got: to,
      fields: ["format"],
    });
  const format = options.format ?? ending ?? "csv";
  if (format === "parquet" && to === undefined)
    fail("usage", "to", {
      rule: "is needed for parquet, which is no text",
      remedy: "Name a file, such as rows.parquet",
    });
  const store = await existingStore(options);
  const runs = await runsNamed(store, names);
  for (const { id, status } of runs)
    if (status !== "complete") say(warning(`${id} is ${status}: its rows are those that are there`));
  const table = await rowTable(store, runs, kind);
  const encoded = await encodeRows(table, format);
  if (to === undefined) return print((encoded as string).replaceAll("\r\n", "\n"));
  await writeAtomic(await outsideStores(to), encoded);
  say(`wrote ${to}: ${table.rows} rows of kind ${table.kind}, ${table.columns.size} columns`);
}
