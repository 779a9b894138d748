/** `tombola runs`: the runs of a store, with what they reached and the options in which they differ. */

import type { Command } from "commander";
import { askedOf, differing, filtered, runsNamed, valueText } from "../../app/find-runs.ts";
import { type Reached, type ReachedAt, reachedOf } from "../../app/reached.ts";
import { partsOf } from "../../app/runs.ts";
import { shortName } from "../../base/registry.ts";
import { bytesByKey } from "../../store/collect.ts";
import type { Run, RunNote, Store, Sweep } from "../../store/store.ts";
import { text, type Values, wordOf } from "../../study/option.ts";
import { existingStore } from "../talk/folder.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { addRepeated } from "../talk/repeated.ts";
import { sizeText, table } from "../talk/table.ts";
import { readWhere } from "./where.ts";

const FIELDS = ["model", "data", "arms", "levels", "replicates"] as const;
/** Columns that a run of any study has. */
const ALWAYS = ["model", "data"] as const;
const WIDEST = 40;
/** Options that have columns of their own; where more differ, one column has all. */
const COLUMNS = 4;

interface RunsOptions extends SharedOptions {
  readonly study?: string;
  readonly where?: readonly string[];
  readonly tag?: string;
}

/** Adds the verb. */
export function addRuns(program: Command): void {
  const command = program
    .command("runs")
    .description("list the runs of a store, the latest first: what they reached, and the options in which they differ")
    .argument("[runs...]", "ids or their beginnings, or a sweep's id for its runs (default: all)")
    .action(list);
  addOption(command, "--study <name>", "runs of one study", text);
  addRepeated(command, "--where <name=value>", "runs of which an option has this value, such as lr=0.01 (repeatable)");
  addOption(command, "--tag <tag>", "runs with this tag", text);
  addShared(command, "store", "json");
}

async function list(names: readonly string[], options: RunsOptions): Promise<void> {
  const where = readWhere(options.where ?? []);
  const store = await existingStore(options);
  const named = names.length > 0 ? await runsNamed(store, names) : await store.listRuns();
  const found = filtered(named, { study: options.study, where });
  const bytes = await bytesByKey(store);
  const all = await Promise.all(found.map((run) => lineOf(store, run, bytes)));
  const { tag } = options;
  const lines = tag === undefined ? all : all.filter(({ tags }) => tags.includes(tag));
  if (options.json) return printJson({ store: store.dir, runs: lines.map(({ run: _, ...line }) => line) });
  const sweeps = names.length > 0 ? [] : await store.listSweeps();
  if (lines.length === 0 && named.length > 0) return print("no run matches");
  print([textOf(lines), ...sweeps.map(sweepText)].join("\n"));
}

interface Line extends RunNote {
  readonly run: Run;
  readonly id: string;
  readonly study: string;
  readonly options: Values;
  readonly status: string;
  readonly started: string;
  /** Of its artifacts, those that other runs ask for too included, and of its folder's rows and keys. */
  readonly bytes: number;
  readonly reached: Reached | null;
}

async function lineOf(store: Store, run: Run, bytes: ReadonlyMap<string, number>): Promise<Line> {
  const { id, study, status, sessions } = run;
  const [note, keys, reached] = await Promise.all([store.readNote(id), store.readKeys(id), reachedOf(store, run)]);
  const sum = keys.reduce((all, key) => all + (bytes.get(key) ?? 0), 0);
  const line = { id, study, ...fieldsOf(run), ...note, options: askedOf(run), status, started: sessions[0]!.started };
  return { run, ...line, bytes: sum, reached };
}

/** Of a study of several networks, a field that differs between them is the list of its values. */
function fieldsOf(run: Run): Values {
  const networks = partsOf(run);
  const shared = (key: string) => {
    const values = [...new Map(networks.map((each) => [JSON.stringify(each[key]), each[key]])).values()];
    return values.length === 1 ? values[0] : values;
  };
  return Object.fromEntries(FIELDS.map((key) => [key, shared(key)]));
}

function textOf(lines: readonly Line[]): string {
  const names = differing(lines.map(({ run }) => run)).filter((name) => !(ALWAYS as readonly string[]).includes(name));
  const isWide = names.length > COLUMNS;
  const has = (key: "name" | "note") => lines.some((line) => line[key] !== undefined);
  const columns: [string, (line: Line) => string][] = [
    ["id", ({ id }) => id],
    ...(has("name") ? [["name", ({ name }: Line) => name ?? "-"] as [string, (line: Line) => string]] : []),
    ...(lines.some(({ tags }) => tags.length > 0)
      ? [["tags", ({ tags }: Line) => tags.join(",") || "-"] as [string, (line: Line) => string]]
      : []),
    ...ALWAYS.map((key): [string, (line: Line) => string] => [key, (line) => shown((line as unknown as Values)[key])]),
    ...(isWide
      ? []
      : names.map((name): [string, (line: Line) => string] => [wordOf(name), ({ options }) => shown(options[name])])),
    ["best", ({ reached }) => atText(reached, "best")],
    ["last", ({ reached }) => atText(reached, "last")],
    ["size", ({ bytes }) => sizeText(bytes)],
    ["status", ({ status }) => status],
    ["started", ({ started }) => started],
    ...(isWide ? [["differs in", (line: Line) => optionsText(line, names)] as [string, (line: Line) => string]] : []),
    ...(has("note") ? [["note", ({ note }: Line) => short(note ?? "-")] as [string, (line: Line) => string]] : []),
  ];
  return table(
    columns.map(([header]) => header),
    lines.map((line) => columns.map(([, cell]) => cell(line))),
  );
}

function optionsText({ options }: Line, names: readonly string[]): string {
  const told = names.filter((name) => options[name] !== undefined);
  return told.map((name) => `${wordOf(name)}=${shown(options[name])}`).join(" ");
}

function atText(reached: Reached | null, which: "best" | "last"): string {
  if (!reached) return "-";
  const { axis, unit } = reached;
  const { mean, at }: ReachedAt = reached[which];
  return `${Number(mean.toPrecision(4))} ${unit === "points" ? "%" : unit} at ${axis} ${at}`;
}

function sweepText({ id, study, swept, cells }: Sweep): string {
  const options = Object.entries(swept).map(([name, values]) => `${wordOf(name)} ${values.map(valueText).join(";")}`);
  return `${id}: ${cells.length} runs of ${study}, ${options.join(", ")}`;
}

/** A value in a cell: a study may be of many models. */
const shown = (value: unknown) => short(shortName(valueText(value)));

function short(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}
