/** `tombola compare`: arms of finished runs, replicate by replicate, and the verdicts of what was registered before. */

import { join } from "node:path";
import type { Command } from "commander";
import { comparedOf, registeredRuns } from "../../app/claims/compared.ts";
import { contrastOf } from "../../app/claims/contrast.ts";
import { type Judged, judge } from "../../app/claims/judge.ts";
import { parseRegistered, type RegisteredClaim } from "../../app/claims/registered.ts";
import { runsNamed } from "../../app/find-runs.ts";
import { fail } from "../../base/errors.ts";
import { DEFAULT_BAND } from "../../figure/band.ts";
import { toCsv } from "../../figure/draw/csv.ts";
import { equivalence } from "../../statistics/equivalence.ts";
import { interval } from "../../statistics/interval.ts";
import { signFlip } from "../../statistics/sign-flip.ts";
import { writeAtomic } from "../../store/files.ts";
import type { Run, Store } from "../../store/store.ts";
import { listOf, positive, text } from "../../study/option.ts";
import { existingStore, outsideStores } from "../talk/folder.ts";
import { readJsonFile } from "../talk/json-file.ts";
import { addBand, addOption, addShared, type BandOptions, type SharedOptions } from "../talk/options.ts";
import { print, printJson } from "../talk/output.ts";
import { range, short, table } from "../talk/table.ts";
import { comparable, compareRuns } from "./overlay.ts";

export interface CompareOptions extends SharedOptions, BandOptions {
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
    .argument(
      "<runs...>",
      "ids or their beginnings, or a sweep's id for its runs; of a registration of several runs NAME=RUN each",
    )
    .description(
      "set runs beside one another in a table and a figure; or two arms of one run, replicate by replicate; or test what a page registered",
    )
    .action(compare);
  addOption(command, "--registered <file>", "claims registered before: tests them and gives verdicts", text);
  addOption(
    command,
    "--arms <names>",
    "of one run two, the first minus the second, such as ticket,reinit; of several those to show (default: all)",
    listOf(text),
  );
  addOption(command, "--panel <name>", "of a study of several panels or networks, which", text);
  addOption(command, "--value <name>", "what is compared (default: the measure at the end of training)", text);
  addOption(command, "--equivalence <d>", "also test that the difference lies within d (no default)", positive);
  addOption(command, "--to <dir>", "folder for the figure (default: in the store), or for the verdicts as CSV", text);
  addBand(command, DEFAULT_BAND);
  addShared(command, "store", "json");
}

async function compare(names: readonly string[], options: CompareOptions): Promise<void> {
  const given = ["arms", "panel", "value", "equivalence"].filter((name) => name in options);
  if (options.registered && given.length > 0)
    fail("usage", given[0]!, { rule: "is in the registration already", remedy: "Leave it out", fields: given });
  if (options.registered) return judgeRegistered(names, options.registered, options);
  checkArms(names, options);
  const store = await existingStore(options);
  const runs = await runsNamed(store, names);
  const isPaired = runs.length === 1 && options.arms !== undefined;
  if (!isPaired && options.equivalence !== undefined)
    fail("usage", "equivalence", {
      rule: "needs one run and two arms",
      remedy: "Name one run, and --arms ticket,reinit",
    });
  await (isPaired ? explore(store, runs[0]!, options) : compareRuns(store, await comparable(runs, names), options));
}

/** Arms that cannot be meant, told before a store is opened. */
function checkArms(names: readonly string[], { arms }: CompareOptions): void {
  const isOne = names.length === 1 && !names[0]!.startsWith("sweep-");
  if (arms === undefined || new Set(arms).size === (isOne ? 2 : arms.length)) return;
  const rule = isOne ? "must name two different arms" : "must name each arm once";
  fail("usage", "arms", { rule, got: arms.join(","), remedy: "Write ticket,reinit" });
}

async function judgeRegistered(names: readonly string[], file: string, options: CompareOptions): Promise<void> {
  const registered = parseRegistered(await readJsonFile(file), file);
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

async function writeJudged(dir: string, judged: readonly Judged[]): Promise<void> {
  const aggregates = judged.map(({ values: _, replicates: __, at, ...rest }) => ({ ...rest, at: at ?? "" }));
  const single = judged.flatMap(({ name, values, replicates }) =>
    values.map((value, i) => ({ name, replicate: replicates[i]!, value })),
  );
  await writeAtomic(join(dir, "verdicts.csv"), toCsv(aggregates));
  await writeAtomic(join(dir, "verdicts-replicates.csv"), toCsv(single));
}

/** Differences that nobody registered: intervals and p, and no verdict. */
async function explore(store: Store, run: Run, options: CompareOptions): Promise<void> {
  const { arms = [], panel, value, equivalence: margin } = options;
  const [first, second] = arms as readonly [string, string];
  if (options.to !== undefined)
    fail("usage", "to", { rule: "does nothing without registered", fields: ["registered"] });
  const compared = await comparedOf(store, run);
  const { comparison, rows } = compared;
  const has = (arm: string, at: number) => comparison.rowsOf(rows, { arm, panel }, at).length > 0;
  const places = comparison.placesOf(rows).filter((at) => has(first, at) && has(second, at));
  if (places.length === 0) {
    const panels = [...new Set(rows.flatMap((row) => (row as { readonly panel?: string }).panel ?? []))];
    const rule = `must have rows of ${first} and ${second} at one ${comparison.axis}${panel ? ` of ${panel}` : ""}`;
    const remedy = panels.length > 0 ? `Name one of its panels: ${panels.join(", ")}` : "Name two of its arms";
    fail("data", run.id, { rule, remedy, fields: ["panel"] });
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
