/** `tombola compare`: arms of finished runs, replicate by replicate, and the verdicts of what was registered before. */

import { join } from "node:path";
import type { Command } from "commander";
import { comparedOf, registeredRuns } from "../../app/claims/compared.ts";
import { contrastOf } from "../../app/claims/contrast.ts";
import { type Judged, judge } from "../../app/claims/judge.ts";
import { parseRegistered, type RegisteredClaim } from "../../app/claims/registered.ts";
import { fail } from "../../base/errors.ts";
import { readRegular } from "../../dataset/files/regular.ts";
import { toCsv } from "../../figure/draw/csv.ts";
import { equivalence } from "../../statistics/equivalence.ts";
import { interval } from "../../statistics/interval.ts";
import { signFlip } from "../../statistics/sign-flip.ts";
import { writeAtomic } from "../../store/files.ts";
import { listOf, positive, text } from "../../study/option.ts";
import { existingStore, outsideStores } from "../talk/folder.ts";
import { addOption, addShared, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { table } from "../talk/table.ts";

interface CompareOptions extends SharedOptions {
  readonly registered?: string;
  readonly arms?: readonly string[];
  readonly panel?: string;
  readonly value?: string;
  readonly equivalence?: number;
  readonly to?: string;
}

/** Adds the verb. */
export function addCompare(program: Command): void {
  const command = program
    .command("compare")
    .argument("<runs...>", "a run's id or its beginning; of a registration of several runs NAME=RUN each")
    .description("compare two arms of a run, replicate by replicate, or test what a page registered before its runs")
    .action(compare);
  addOption(command, "--registered <file>", "claims registered before: tests them and gives verdicts", text);
  addOption(command, "--arms <names>", "two arms, such as ticket,reinit: the first minus the second", listOf(text));
  addOption(command, "--panel <name>", "of a study of several panels or networks, which", text);
  addOption(command, "--value <name>", "what is compared (default: the measure at the end of training)", text);
  addOption(command, "--equivalence <d>", "also test that the difference lies within d (no default)", positive);
  addOption(command, "--to <dir>", "folder for the verdicts as CSV, with the values of every replicate", text);
  addShared(command, "store", "json");
}

async function compare(names: readonly string[], options: CompareOptions): Promise<void> {
  const given = ["arms", "panel", "value", "equivalence"].filter((name) => name in options);
  if (options.registered && given.length > 0)
    fail("usage", given[0]!, { rule: "is in the registration already", remedy: "Leave it out", fields: given });
  if (!options.registered && options.to !== undefined)
    fail("usage", "to", { rule: "does nothing without registered", fields: ["registered"] });
  await (options.registered ? judgeRegistered(names, options.registered, options) : explore(names, options));
}

async function judgeRegistered(names: readonly string[], file: string, options: CompareOptions): Promise<void> {
  const registered = parseRegistered(await readJson(file), file);
  const named = names.map((each) =>
    each.includes("=") ? (each.split("=", 2) as [string, string]) : (["", each] as const),
  );
  const store = await existingStore(options);
  const judged = judge(registered, await registeredRuns(store, registered, new Map(named)));
  if (options.to !== undefined) await writeJudged(await outsideStores(options.to), judged);
  if (options.json) return printJson({ page: registered.page, n: registered.n, claims: judged });
  const header = ["claim", "mean", "95 % interval", "unit", "n", "at", "p", "adjusted", "verdict"];
  const cells = judged.map(({ name, mean, low, high, unit, n, at, p, adjusted, words }) => {
    return [name, short(mean), range(low, high), unit, String(n), String(at ?? "-"), short(p), short(adjusted), words];
  });
  print([table(header, cells), ...judged.map(({ name, statement }) => `${name}: ${statement}.`)].join("\n"));
}

/** Bytes of a registration. */
const LONGEST = 10_000_000;

async function readJson(file: string): Promise<unknown> {
  const content = await readRegular(file, LONGEST);
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch (error) {
    return fail("usage", file, { rule: `must be JSON (${(error as Error).message})` });
  }
}

async function writeJudged(dir: string, judged: readonly Judged[]): Promise<void> {
  const aggregates = judged.map(({ values: _, replicates: __, at, ...rest }) => ({ ...rest, at: at ?? "" }));
  const single = judged.flatMap(({ name, values, replicates }) =>
    values.map((value, i) => ({ name, replicate: replicates[i]!, value })),
  );
  await writeAtomic(join(dir, "verdicts.csv"), toCsv(aggregates));
  await writeAtomic(join(dir, "verdicts-replicates.csv"), toCsv(single));
}

/** Differences that nobody registered: intervals and p, and no verdict. */
async function explore(names: readonly string[], options: CompareOptions): Promise<void> {
  const { arms: [first, second, ...more] = [], panel, value, equivalence: margin } = options;
  if (!first || !second || more.length > 0 || first === second)
    fail("usage", "arms", {
      rule: "must name two different arms",
      got: options.arms?.join(",") ?? "none",
      remedy: "Write ticket,reinit",
    });
  if (names.length > 1)
    fail("usage", "runs", { rule: "must be one without registered", got: names.length, fields: ["registered"] });
  const store = await existingStore(options);
  const compared = await comparedOf(store, await store.readRun(names[0]!));
  const { comparison, rows } = compared;
  const has = (arm: string, at: number) => comparison.rowsOf(rows, { arm, panel }, at).length > 0;
  const places = comparison.placesOf(rows).filter((at) => has(first, at) && has(second, at));
  if (places.length === 0) {
    const panels = [...new Set(rows.flatMap((row) => (row as { readonly panel?: string }).panel ?? []))];
    const rule = `must have rows of ${first} and ${second} at one ${comparison.axis}${panel ? ` of ${panel}` : ""}`;
    const remedy = panels.length > 0 ? `Name one of its panels: ${panels.join(", ")}` : "Name two of its arms";
    fail("data", names[0]!, { rule, remedy, fields: ["panel"] });
  }
  const side = (arm: string) => [{ arm, ...(panel !== undefined && { panel }) }];
  const asked = { name: "compare", statement: "-", plus: side(first), minus: side(second), less: 0, at: places };
  const claim: RegisteredClaim = { ...asked, over: "all", ...(value !== undefined && { value }) };
  const { values, replicates, quantity } = contrastOf(claim, () => compared);
  const found = places.map((at, i) => {
    const own = values[i]!;
    const within = margin === undefined ? {} : { equivalence: equivalence(own, { margin, reason: "as asked" }).p };
    const { mean, low, high, n } = interval(own);
    return { at, mean, low, high, n, p: signFlip(own).p, ...within, values: own };
  });
  const { unit, ratio = false } = quantity;
  if (options.json) return printJson({ arms: [first, second], panel, unit, ratio, replicates, differences: found });
  const told = ratio ? Math.exp : (number: number) => number;
  const header = [
    comparison.axis,
    "mean",
    "95 % interval",
    "n",
    "p",
    ...(margin === undefined ? [] : [`p within ${margin}`]),
    "by replicate",
  ];
  const cells = found.map(({ at, mean, low, high, n, p, equivalence: within, values: own }) => [
    ...[String(at), short(told(mean)), range(told(low), told(high)), String(n), short(p)],
    ...(within === undefined ? [] : [short(within)]),
    own.map((each) => short(told(each))).join(" "),
  ]);
  const note =
    "Nothing was registered before: intervals (Student's t) and two-sided sign-flip p of single places, without verdict.";
  print([`${first} ${ratio ? "/" : "minus"} ${second}, ${unit}`, table(header, cells), note].join("\n"));
}

const short = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "-");
const range = (low: number, high: number) => (Number.isFinite(low) ? `${short(low)} to ${short(high)}` : "-");
