/** The rows of a benchmark as tables that read well as text and as Markdown. */

import { CROSSOVER } from "../program/choose.ts";
import { isCeiling } from "./ceilings.ts";
import { type CrossoverPoint, crossing } from "./crossover.ts";
import { kernelTable } from "./kernel-table.ts";
import { markdown } from "./markdown.ts";
import { PEER } from "./peer.ts";
import type { BenchRow } from "./rows.ts";

/** All tables of a benchmark's rows. */
export function tables(rows: readonly BenchRow[]): string {
  const parts = [stepTable, evaluationTable, kernelTable, constructionTable, memoryTable].map((part) => part(rows));
  return parts.filter((part) => part !== "").join("\n\n");
}

const unique = <T>(values: readonly T[]) => [...new Set(values)];
const ms = (row: BenchRow | undefined) => (row ? row.ms.toPrecision(row.ms < 1000 ? 3 : 4) : "");
const ratio = (a: BenchRow | undefined, b: BenchRow | undefined) => (a && b ? (a.ms / b.ms).toFixed(3) : "");
const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

/** One line a step: every engine's time, and the ratios that the project promises. */
export function stepTable(rows: readonly BenchRow[]): string {
  const steps = rows.filter(
    (row) =>
      row.of === undefined &&
      row.images === undefined &&
      row.growth === undefined &&
      row.weights === undefined &&
      !isCeiling(row),
  );
  const engines = unique(steps.map(({ engine }) => engine)).filter((name) => name !== PEER);
  const at = (engine: string, { case: name, density }: BenchRow) =>
    steps.find((row) => row.engine === engine && row.case === name && row.density === density);
  const [first, second] = engines;
  const peers = steps.some(({ engine }) => engine === PEER);
  const lines = steps
    .filter(({ engine }) => engine === first)
    .map((row) => [
      ...[row.case, String(row.threads), String(row.density), ...engines.map((engine) => ms(at(engine, row)))],
      gatherShare(rows, row),
      ...(second ? [ratio(at(second, row), row)] : []),
      ...(peers ? [ms(at(PEER, { ...row, density: 1 })), ratio(row, at(PEER, { ...row, density: 1 }))] : []),
    ]);
  if (lines.length === 0) return "";
  const header = ["training step", "threads", "density", ...engines.map((engine) => `${engine} ms`), "gathering"];
  return markdown(
    [...header, ...(second ? [`${second} / ${first}`] : []), ...(peers ? ["peer ms", `${first} / peer`] : [])],
    lines,
  );
}

/** The share of a step that takes its batch out of the data set, by the profile of the nearest density. */
function gatherShare(rows: readonly BenchRow[], step: BenchRow): string {
  const isGather = ({ of, engine, case: name }: BenchRow) =>
    of === step.case && engine === step.engine && name.includes(" / gather_");
  const gathers = rows.filter(isGather);
  const distance = ({ density }: BenchRow) => Math.abs(Math.log(density / step.density));
  const nearest = Math.min(...gathers.map(distance));
  const ms = gathers.filter((row) => distance(row) === nearest).reduce((sum, row) => sum + row.ms, 0);
  return gathers.length > 0 ? percent(ms / step.ms) : "";
}

/** One line a scoring of the test images: images a second. */
export function evaluationTable(rows: readonly BenchRow[]): string {
  const lines = rows.flatMap(({ case: name, images, engine, threads, density, ms }) => {
    if (images === undefined) return [];
    const rate = Math.round((images / ms) * 1000).toLocaleString("en-US");
    return [[name, engine, String(threads), String(density), ms.toFixed(2), rate]];
  });
  return lines.length > 0 ? markdown(["evaluation", "engine", "threads", "density", "ms", "images/s"], lines) : "";
}

/** One line a construction: how long its subset sums take. */
export function constructionTable(rows: readonly BenchRow[]): string {
  const lines = rows.flatMap(({ case: name, threads, weights, missed, ms }) =>
    weights === undefined ? [] : [[name, String(threads), String(weights), String(missed), (ms / 1000).toFixed(1)]],
  );
  return lines.length > 0 ? markdown(["construction", "threads", "weights", "missed", "seconds"], lines) : "";
}

/** One line a long run of steps: by how much the process grew. */
export function memoryTable(rows: readonly BenchRow[]): string {
  const lines = rows.flatMap(({ case: name, engine, density, growth, ms }) =>
    growth === undefined ? [] : [[name, engine, String(density), ms.toPrecision(3), (growth / 2 ** 20).toFixed(1)]],
  );
  return lines.length > 0 ? markdown(["memory", "engine", "density", "ms a step", "MiB grown"], lines) : "";
}

/** Where dense kernels overtake sparse ones, and the times on both sides. */
export function crossoverTables(points: readonly CrossoverPoint[]): string {
  const groups = new Map<string, CrossoverPoint[]>();
  for (const point of points) {
    const key = `${point.model} b${point.batch} ${point.parameter} ${point.direction}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const densities = unique(points.map(({ density }) => density));
  const lines = [...groups].map(([key, group]) => {
    const ratios = group.map(({ sparse, dense }) => (sparse / dense).toFixed(2));
    return [key, crossing(group).toFixed(2), String(CROSSOVER[group[0]!.product][group[0]!.direction]), ...ratios];
  });
  const header = ["step layer direction", "crossing", "in use", ...densities.map((density) => `at ${density}`)];
  return `sparse time / dense time\n\n${markdown(header, lines)}`;
}
