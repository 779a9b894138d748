/** `tombola compare A B ...`: runs beside one another, as a table and as one figure. */

import { join } from "node:path";
import { type Overlay, overlayOf } from "../../app/overlay.ts";
import { FORMATS, writeFigures } from "../../app/results.ts";
import { fail } from "../../base/errors.ts";
import { hashJson } from "../../base/hash.ts";
import { DEFAULT_BAND } from "../../figure/band.ts";
import { isFigure } from "../../figure/figure.ts";
import { STORE_VERSION } from "../../store/open.ts";
import type { Run, Store } from "../../store/store.ts";
import { axisOf } from "../../task/words.ts";
import { outsideStores } from "../talk/folder.ts";
import { print, printJson, say, warning } from "../talk/output.ts";
import { range, short, table } from "../talk/table.ts";
import type { CompareOptions } from "./compare.ts";

/** The runs that are at their end; of a sweep the others are told and left out. */
export async function comparable(runs: readonly Run[], names: readonly string[]): Promise<readonly Run[]> {
  const unfinished = runs.filter(({ status }) => status !== "complete");
  const isOfSweep = (run: Run) => !names.some((name) => run.id.startsWith(name) || run.id.endsWith(name));
  const left = unfinished.filter(isOfSweep);
  for (const { id, status } of left) say(warning(`${id} is ${status}, and left out`));
  const rest = runs.filter((run) => !left.includes(run));
  if (rest.length > 0) return rest;
  const remedy = "The same command continues it";
  return fail("data", names.join(", "), { rule: "must have a run that is complete", remedy });
}

/** Prints the table and writes the figure. */
export async function compareRuns(store: Store, runs: readonly Run[], options: CompareOptions): Promise<void> {
  const found = await overlayOf(store, runs, options);
  const dir = await folderFor(store, runs, options);
  const figure = (await import("../../figure/overlay.ts")).overlay({
    ...{ lines: found.lines, axis: found.axis, band: options.band ?? DEFAULT_BAND },
    ...{ yLabel: yLabelOf(found), measure: found.value === "measure" ? found.measure : null },
  });
  if (!isFigure(figure)) say(`no figure: ${figure.absent}`);
  const files = await writeFigures([figure], { dir, formats: FORMATS });
  if (options.json) return printJson({ ...found, files });
  print(`${textOf(found)}\n\n${files.map((path) => `  ${path}`).join("\n")}`);
}

/** What was asked for says where its figure is, so that it replaces itself alone. */
async function folderFor(store: Store, runs: readonly Run[], options: CompareOptions): Promise<string> {
  if (options.to !== undefined) return outsideStores(options.to);
  if (store.version < STORE_VERSION) {
    const rule = `figures are written into stores of version ${STORE_VERSION}; this one is only read`;
    fail("usage", "to", { rule, got: `version ${store.version}`, remedy: "Name another folder" });
  }
  const { arms, panel, value } = options;
  return join(store.dir, "comparisons", hashJson([runs.map(({ id }) => id), { arms, panel, value }]).slice(0, 10));
}

function yLabelOf({ value, unit, measure }: Overlay): string {
  return value === "measure" ? axisOf("Test", measure) : `${value} (${unit})`;
}

function textOf({ lines, axis, value, unit }: Overlay): string {
  const hasWeights = lines.some(({ points }) => points.some(({ weightsRemaining }) => weightsRemaining !== undefined));
  const hasLost = lines.some(({ points }) => points.some(({ diverged }) => diverged > 0));
  const header = [
    "run",
    axis,
    ...(hasWeights ? ["weights %"] : []),
    "mean",
    "95 % interval",
    "n",
    ...(hasLost ? ["diverged"] : []),
  ];
  const cells = lines.flatMap(({ label, points }) =>
    points.map(({ at, weightsRemaining = Number.NaN, mean, low, high, n, diverged }) => [
      ...[label, String(at), ...(hasWeights ? [short(weightsRemaining)] : [])],
      ...[short(mean), range(low, high), String(n), ...(hasLost ? [String(diverged)] : [])],
    ]),
  );
  return [`${value}, ${unit}; intervals are of the mean over replicates`, table(header, cells)].join("\n");
}
