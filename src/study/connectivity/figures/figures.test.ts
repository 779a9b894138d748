/** The figures of linear mode connectivity, as SVGs that are reviewed in the diff. */

import { expect, test } from "vitest";
import { BAND_WORDS, BANDS, type Band, DEFAULT_BAND } from "../../../figure/band.ts";
import { renderPng } from "../../../figure/draw/png.ts";
import { type AbsentFigure, type Figure, isFigure } from "../../../figure/figure.ts";
import { csvRecords } from "../../../figure/fixtures/csv.ts";
import { lineFigure } from "../../../figure/path/line.ts";
import { planeFigure } from "../../../figure/path/plane.ts";
import { describe, meanOf } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { ACCURACY } from "../../../task/words.ts";
import { levelsFigure } from "../../pruning/figures/levels.ts";
import {
  BARRIERS,
  FIGURE2_PAIRS,
  FIGURE3_PAIRS,
  INSTABILITY_PAIRS,
  PLANE,
  pairsAt,
  RMSE,
  regression,
  withGaps,
} from "../fixtures/pairs.ts";
import type { PairRow } from "../pair.ts";
import { INSTABILITY_FIGURES, NETWORKS_FIGURES } from "./index.ts";

const title = "ResNet-20 on CIFAR-10";
const FIGURES = [...Object.values(NETWORKS_FIGURES), ...INSTABILITY_FIGURES];
const NAMES = ["figure2", "figure3", "instability", "path", "matching", "separation"] as const;
type Name = (typeof NAMES)[number];

/** What tells records of the two tables of a figure from another, beside the numbers. */
const PLACE = ["panel", "measure", "statistics", "arm", "step", "alpha", "from", "to"] as const;

function drawn(
  name: string,
  rows: readonly PairRow[],
  measure: Measure = ACCURACY,
  band: Band = DEFAULT_BAND,
): Promise<Figure | AbsentFigure> {
  return FIGURES.find((figure) => figure.name === name)!.draw({ title, measure, rows, band });
}

async function draw(name: Name, pairs?: readonly PairRow[], measure?: Measure, band?: Band): Promise<Figure> {
  const own = name === "figure2" ? FIGURE2_PAIRS : name === "figure3" ? FIGURE3_PAIRS : INSTABILITY_PAIRS;
  const figure = await drawn(name, pairs ?? own, measure, band);
  if (!isFigure(figure)) throw new Error(figure.absent);
  return figure;
}

const labels = { a: "ticket 0", b: "ticket 1", c: "reinit" };
const drawPlane = () => planeFigure(PLANE, { title, measure: ACCURACY, labels });
const drawLine = () => {
  const { path, recomputed } = FIGURE2_PAIRS.find(({ panel }) => panel === "resnet-20")!;
  return lineFigure(
    { interpolated: path, recomputed },
    { title, measure: ACCURACY, ends: ["theirs.safetensors", "0a1b2c3d4e5f"] },
  );
};
/** A line of an RMSE with a point that stands alone between two gaps. */
const drawGap = () => {
  const [pair] = regression(FIGURE2_PAIRS.filter(({ panel }) => panel === "resnet-20"));
  const { path } = withGaps(pair!, [0.3, 0.4, 0.6]);
  const words = { title, measure: RMSE, ends: ["theirs.safetensors", "0a1b2c3d4e5f"] as const };
  return lineFigure({ interpolated: path, recomputed: pair!.recomputed }, words);
};
/** Two points without a finite loss, one of them in a corner. */
const PLANE_GAP = {
  ...PLANE,
  testError: PLANE.testError.map((row, i) => row.map((error, j) => (isGap(i, j) ? Number.NaN : error))),
};
const drawPlaneGap = () => planeFigure(PLANE_GAP, { title, measure: ACCURACY, labels });
const drawLevels = () => levelsFigure(BARRIERS, { title, measure: ACCURACY, band: "ci" });
const DRAWS: readonly (readonly [string, () => Figure | Promise<Figure>])[] = [
  ...NAMES.map((name) => [name, () => draw(name)] as const),
  ["line", drawLine],
  ["plane", drawPlane],
  ["levels", drawLevels],
  ["instability-rmse", () => draw("instability", regression(INSTABILITY_PAIRS), RMSE)],
  ["path-rmse", () => draw("path", regression(INSTABILITY_PAIRS), RMSE)],
  ["matching-rmse", () => draw("matching", regression(INSTABILITY_PAIRS), RMSE)],
  ["line-gap", drawGap],
  ["plane-gap", drawPlaneGap],
];

function isGap(row: number, column: number): boolean {
  return (row === 16 && column === 20) || (row === 5 && column === 10);
}

test.each(DRAWS)("%s looks as reviewed", async (name, make) => {
  await expect((await make()).svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
});

test.each(DRAWS)("%s is one plain picture that renders: text as text, equal every time", async (_, make) => {
  const { svg, caption } = await make();
  expect((await make()).svg).toBe(svg);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|<style|<script|\bid=|href|url\(/);
  const texts = [...svg.matchAll(/<t(?:ext|span)\b[^>]*>([^<]*)/g)].map((match) => match[1]).join(" ");
  expect(texts).toContain(title);
  expect(texts).toContain(caption);
  expect(renderPng(svg, { scale: 1 }).length).toBeGreaterThan(1000);
});

test("Figure 2 has every point of every curve in its CSV, of the smallest k alone", async () => {
  const curves = 5 * 2 + 4 * 2;
  expect(csvRecords((await draw("figure2")).csv)).toHaveLength(curves * 11);
  const more = [...FIGURE2_PAIRS, ...pairsAt({ panel: "vgg-16", arm: "dense", step: 50 })];
  expect((await draw("figure2", more)).csv).toBe((await draw("figure2")).csv);
  const own = [0, 1].map((replicate) => {
    const pairs = FIGURE2_PAIRS.filter((pair) => pair.panel === "vgg-16" && pair.replicate === replicate);
    return meanOf(pairs.map(({ path }) => 100 * path.trainError[5]!));
  });
  const point = { panel: "vgg-16", measure: "train", statistics: "interpolated", alpha: "0.5", n: "2" };
  const record = csvRecords((await draw("figure2")).csv).find((each) =>
    Object.entries(point).every(([k, v]) => each[k] === v),
  );
  expect(record).toMatchObject({ min: String(Math.min(...own)), max: String(Math.max(...own)) });
});

test.each([1, 2, 3, 4])("Figure 2 of %d networks names each once", async (count) => {
  const names = ["lenet-300-100", "resnet-20", "vgg-16", "resnet-50"].slice(0, count);
  const { svg } = await draw(
    "figure2",
    FIGURE2_PAIRS.filter(({ panel }) => names.includes(panel!)),
  );
  for (const name of names) expect(svg.split(`>${name}<`)).toHaveLength(2);
});

test("Figure 3 says from which k on each network is stable", async () => {
  const { caption, csv } = await draw("figure3");
  expect(caption).toContain("(lenet-300-100: 0, 0\u00a0%; ");
  expect(caption).toContain("resnet-20: 1,000, 5\u00a0%; ");
  expect(caption).toContain(
    "(n\u00a0=\u00a02); bands: 95\u00a0% interval of the mean. n counts initialisations; pairs",
  );
  expect(csvRecords(csv)).toHaveLength(2 * 5 * 9);
});

test("a study of dense networks alone has no matching figure, and says why", async () => {
  const pairs = INSTABILITY_PAIRS.filter(({ arm }) => arm === "dense");
  const all = (rows: readonly PairRow[]) => Promise.all(INSTABILITY_FIGURES.map(({ name }) => drawn(name, rows)));
  expect((await all(pairs)).filter((figure) => !isFigure(figure))).toEqual([
    { name: "matching", absent: "the study has no sparse arm" },
  ]);
  const sparse = INSTABILITY_PAIRS.filter(({ arm }) => arm === "rewound");
  const absent = (await all(sparse)).filter((each) => !isFigure(each));
  expect(absent.map(({ name }) => name)).toEqual(["path", "matching"]);
});

test("the gain of matching is over the dense copies of its k, paired by replicate", async () => {
  const gains = csvRecords((await draw("matching")).csv).filter(({ measure }) => measure!.startsWith("accuracy"));
  expect(gains).toHaveLength(4 * 7);
  expect(gains.every(({ n }) => n === "2")).toBe(true);
  expect((await draw("matching")).caption).toMatch(
    /Dashed: the dense networks of the same k \(means 89\.\d\d to 90\.\d\d\u00a0%, standard deviations 0\.\d\d to/,
  );
  const at = (step: string) => Number(gains.find((each) => each.arm === "rewound" && each.step === step)!.mean);
  expect(at("0")).toBeLessThan(-4);
  expect(Math.abs(at("1000"))).toBeLessThan(1);
});

test("a diverged pair is crossed, counted and left out", async () => {
  const lost = INSTABILITY_PAIRS.map((pair, i) =>
    i === 0 ? { ...pair, instability: { ...pair.instability, testError: Number.NaN } } : pair,
  );
  const { svg, caption, csv } = await draw("instability", lost);
  expect(caption).toContain("Diverged: 1 of 210 pairs");
  expect(csvRecords(csv)[0]).toMatchObject({ n: "2", diverged: "1" });
  expect(svg).not.toContain("NaN");
  expect(svg.length).toBeGreaterThan((await draw("instability")).svg.length);
});

test("one pair alone can be drawn", async () => {
  for (const { name } of FIGURES) {
    const figure = await drawn(name, INSTABILITY_PAIRS.slice(0, 1));
    if (isFigure(figure)) expect(figure.svg).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test("the plane's CSV has every point, and its colours part at distinct errors", () => {
  const { csv, svg } = drawPlane();
  expect(csvRecords(csv)).toHaveLength(21 * 17);
  expect(csvRecords(csv)[0]).toMatchObject({ x: "-3", y: "-2.5", testError: String(PLANE.testError[0]![0]) });
  for (const label of ["ticket 0", "ticket 1", "reinit"]) expect(svg).toContain(`>${label}<`);
  const flat = { ...PLANE, testError: PLANE.testError.map((row) => row.map(() => 0.1)) };
  expect(planeFigure(flat, { title, measure: ACCURACY, labels }).svg).not.toMatch(/NaN|Infinity/);
});

test("a path with gaps is interrupted there, and says how much is missing", () => {
  const { svg, caption, csv } = drawGap();
  expect(caption).toContain("LII is not defined: the networks at alpha 0.3, 0.4 and 0.6 score no finite loss.");
  expect(caption).toContain("Left out: 6 of 44 values, of networks that score no finite loss;");
  const gaps = csvRecords(csv).filter(({ error }) => error === "NaN");
  expect(gaps.map(({ measure, alpha }) => `${measure} ${alpha}`)).toEqual([
    ...["test 0.3", "test 0.4", "test 0.6", "train 0.3", "train 0.4", "train 0.6"],
  ]);
  // Every interpolated line has a second part behind the gaps; the point between them is a dot.
  expect(svg.match(/<circle/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
  expect(drawLine().svg).not.toContain("<circle");
});

test("a pair with a gap is in the figures but not in the means of LII", async () => {
  const pairs = INSTABILITY_PAIRS.map((pair, i) => (i === 0 ? withGaps(pair, [0.5]) : pair));
  expect((await draw("path", pairs)).caption).toContain("Left out: 1 of 462 values");
  expect((await draw("instability", pairs)).caption).toContain("Diverged: 1 of 210 pairs");
  expect((await draw("separation", pairs)).caption).not.toContain("Diverged");
  const fromJson = JSON.parse(JSON.stringify(pairs)) as PairRow[];
  for (const name of NAMES) expect((await draw(name, fromJson)).svg).toBe((await draw(name, pairs)).svg);
});

test("a plane with gaps leaves their cells empty, and says how many", () => {
  const { svg, caption, csv } = drawPlaneGap();
  expect(caption).toContain("Left empty: 2 of 357 points, whose networks score no finite loss.");
  expect(drawPlane().caption).not.toContain("Left empty");
  expect(svg).not.toBe(drawPlane().svg);
  expect(csvRecords(csv).filter(({ testError }) => testError === "NaN")).toHaveLength(2);
});

test.each(["instability", "path", "matching", "separation"] as const)(
  "%s of an RMSE has no words of accuracy",
  async (name) => {
    const { svg, caption, csv } = await draw(name, regression(INSTABILITY_PAIRS), RMSE);
    const words = [...svg.matchAll(/<t(?:ext|span)\b[^>]*>([^<]*)/g)].map((match) => match[1]).join(" ");
    expect(words).not.toMatch(/accura|\(%\)|dotted|Rings|\berror\b(?! rates)/);
    expect(caption).not.toContain("at most one such deviation below");
    expect(csv).not.toMatch(/%|accuracy|points/);
  },
);

test.each(["levels", ...NAMES])("the replicates of %s add up to what is drawn", async (name) => {
  const { csv, replicates } = name === "levels" ? drawLevels() : await draw(name as Name);
  const [drawn, values] = [csvRecords(csv), csvRecords(replicates!)];
  const placeOf = (record: Record<string, string>) => JSON.stringify(PLACE.map((key) => record[key]));
  expect(new Set(values.map(placeOf))).toEqual(new Set(drawn.map(placeOf)));
  for (const record of drawn) {
    const own = values.filter((value) => placeOf(value) === placeOf(record));
    expect(own.map(({ replicate }) => replicate)).toEqual(name === "levels" ? ["0", "1", "2"] : ["0", "1"]);
    const { mean, low, high, n } = describe(own.map(({ value }) => Number(value)));
    const numbers = Object.entries({ mean, low, high, n }).map(([key, value]) => [key, String(value)]);
    expect(record).toMatchObject(Object.fromEntries(numbers));
  }
});

test("a band is what is asked for, on the same axis", async () => {
  for (const name of ["figure2", "figure3", "instability", "matching"] as const) {
    const figures = await Promise.all(BANDS.map((band) => draw(name, undefined, undefined, band)));
    for (const [i, { caption, csv }] of figures.entries()) {
      expect(caption).toContain(`bands: ${BAND_WORDS[BANDS[i]!].replace(" %", "\u00a0%")}`);
      expect(csv).toBe(figures[0]!.csv);
    }
    expect(new Set(figures.map(({ drawing }) => drawing)).size).toBe(3);
  }
});
