/** Every figure of a fixed study, as an SVG that is reviewed in the diff. */

import { expect, test } from "vitest";
import { renderPng } from "../../../figure/draw/png.ts";
import { type AbsentFigure, type Figure, isFigure } from "../../../figure/figure.ts";
import { PANEL_ROWS, ROWS } from "../../networks/fixtures/rows.ts";
import type { RowDetail } from "../../networks/row.ts";
import { figure1, scratch } from "../../panels/kind.ts";
import { PRUNING_FIGURES } from "./index.ts";

const data = { title: "LeNet-300-100 on MNIST", rows: ROWS };
const FIGURES = [...PRUNING_FIGURES, ...figure1.figures, ...scratch.figures];
const NAMES = FIGURES.map(({ name }) => name);
const unvalidated = ROWS.map((row) => ({ ...row, earlyStopStep: null, earlyStopAccuracy: null }));

const isOwn = (name: string) => name === "figure1" || name === "scratch";

function drawn(name: string, rows: readonly RowDetail[]): Promise<Figure | AbsentFigure> {
  return FIGURES.find((figure) => figure.name === name)!.draw({ ...data, rows });
}

async function draw(name: string, rows: readonly RowDetail[] = isOwn(name) ? PANEL_ROWS : ROWS): Promise<Figure> {
  const figure = await drawn(name, rows);
  if (!isFigure(figure)) throw new Error(figure.absent);
  return figure;
}

function records(csv: string): Record<string, string>[] {
  const [header, ...lines] = csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  return lines.map((fields) => Object.fromEntries(header!.map((key, i) => [key, fields[i]!])));
}

test.each(NAMES)("%s looks as reviewed", async (name) => {
  await expect((await draw(name)).svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
});

test.each(NAMES)("%s is one plain picture: text as text, equal every time, nothing from outside", async (name) => {
  const { svg, title, caption } = await draw(name);
  expect((await draw(name)).svg).toBe(svg);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).not.toMatch(/NaN|undefined|<style|<script|\bid=|href|url\(/);
  expect(svg.match(/http/g)).toHaveLength(2);
  const texts = [...svg.matchAll(/<t(?:ext|span)\b[^>]*>([^<]*)/g)].map((match) => match[1]);
  expect(texts).toContain(title);
  expect(texts).toContain(data.title);
  expect(texts.join(" ")).toContain(caption);
});

test("the CSV of accuracy holds the numbers drawn, in full precision", async () => {
  const rows = records((await draw("accuracy")).csv);
  expect(rows).toHaveLength(3 * 5 + 1);
  const own = ROWS.filter((row) => row.arm === "ticket" && row.level === 8).map((row) => row.testAccuracy * 100);
  const record = rows.find((row) => row.arm === "ticket" && row.level === "8")!;
  expect(Number(record.mean)).toBeCloseTo((own[0]! + own[1]! + own[2]!) / 3, 12);
  expect(record).toMatchObject({ min: String(Math.min(...own)), max: String(Math.max(...own)), n: "3", diverged: "0" });
  expect(rows.find((row) => row.arm === "reinit" && row.level === "16")).toMatchObject({ n: "2", diverged: "1" });
});

test("a diverged run is crossed and counted, a mean below the axis gets a triangle, and both are in the CSV", async () => {
  const collapsed = ROWS.map((row) => (row.arm === "random" && row.level === 16 ? { ...row, testAccuracy: 0.1 } : row));
  const { svg, caption, csv } = await draw("accuracy", collapsed);
  expect(caption).toContain("Diverged: 1 of 39 runs");
  expect(caption).toContain("means below the axis (1)");
  expect(svg).toContain('stroke="#d55e00" fill="none" aria-label="dot"');
  expect(svg).toContain("rotate(180)");
  expect(Number(records(csv).find((row) => row.arm === "random" && row.level === "16")!.mean)).toBeCloseTo(10, 10);
});

test("an arm that diverged everywhere leaves crosses and no line", async () => {
  const lost = ROWS.map((row) => (row.arm === "random" ? { ...row, testAccuracy: Number.NaN } : row));
  const { caption, csv, svg } = await draw("accuracy", lost);
  expect(caption).toContain("Diverged: 13 of 39 runs");
  expect(
    (
      await draw(
        "accuracy",
        lost.filter((row) => row.arm === "random"),
      )
    ).caption,
  ).not.toMatch(/NaN|–|n\u00a0=/);
  expect(records(csv).filter((row) => row.arm === "random" && row.mean === "NaN")).toHaveLength(4);
  expect(svg).not.toContain("NaN");
});

test("without a validation split, figures of early stop are absent with the reason", async () => {
  const all = await Promise.all(PRUNING_FIGURES.map(({ name }) => drawn(name, unvalidated)));
  const absent = all.filter((figure) => !isFigure(figure));
  expect(absent.map((figure) => figure.name)).toEqual(["accuracy-early-stop", "early-stop"]);
  for (const figure of absent) expect(figure).toMatchObject({ absent: expect.stringContaining("no validation split") });
});

test("without curves, learning curves are absent with the reason", async () => {
  const figure = await drawn(
    "curves",
    ROWS.map((row) => ({ ...row, curve: [] })),
  );
  expect(figure).toEqual({ name: "curves", absent: "accuracy was not recorded during training" });
});

test("a layer without weights leaves the log scale and is named", async () => {
  const rows = ROWS.map((row) => ({
    ...row,
    layers: row.layers.map((layer) => (row.level === 16 && layer.layer === "fc1" ? { ...layer, kept: 0 } : layer)),
  }));
  const { svg, caption } = await draw("layers", rows);
  expect(caption).toContain("loses its last weight: fc1");
  expect(svg).not.toMatch(/NaN|Infinity/);
});

test("Figure 1 has a line and a dense network for every panel, and error bars from lowest to highest in its CSV", async () => {
  const { csv, caption } = await draw("figure1");
  const rows = records(csv);
  expect(rows).toHaveLength(2 * (3 * 5 + 1));
  const own = PANEL_ROWS.filter((row) => row.panel === "rate 0.1" && row.arm === "rewound" && row.level === 8);
  const accuracies = own.map((row) => row.testAccuracy * 100);
  const record = rows.find((row) => row.panel === "rate 0.1" && row.arm === "rewound" && row.level === "8");
  expect(record).toMatchObject({ min: String(Math.min(...accuracies)), max: String(Math.max(...accuracies)), n: "3" });
  expect(caption).toMatch(/bars: lowest to highest/);
  expect(caption).toContain("Diverged: 2 of 78 runs");
});

test("one dense network alone can be drawn", async () => {
  for (const { name } of PRUNING_FIGURES) expect((await draw(name, ROWS.slice(0, 1))).svg).not.toMatch(/NaN|Infinity/);
});

test("every figure renders, with collapsed and diverged arms too", async () => {
  const rows = ROWS.map((row) =>
    row.arm === "random"
      ? { ...row, testAccuracy: 0.1, curve: row.curve.map((point) => ({ ...point, testAccuracy: 0.1 })) }
      : row,
  );
  for (const { name } of PRUNING_FIGURES) {
    const png = renderPng((await draw(name, rows)).svg, { scale: 1 });
    expect(new DataView(png.buffer, png.byteOffset, png.byteLength).getUint32(16)).toBe(600);
  }
});
