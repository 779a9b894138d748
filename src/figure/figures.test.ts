/** Every figure of a fixed study, as an SVG that is reviewed in the diff. */

import { expect, test } from "vitest";
import type { RowDetail } from "../study/row.ts";
import { type Figure, type FigureName, figureNamesOf, isFigure } from "./figure.ts";
import { PANEL_ROWS, ROWS } from "./fixtures/rows.ts";
import { drawFigure, drawFigures } from "./index.ts";

const data = { title: "LeNet-300-100 on MNIST", rows: ROWS };
const NAMES = [...figureNamesOf(), "figure1", "scratch"] as const;
const unvalidated = ROWS.map((row) => ({ ...row, earlyStopStep: null, earlyStopAccuracy: null }));

const isOwn = (name: FigureName) => name === "figure1" || name === "scratch";

function draw(name: FigureName, rows: readonly RowDetail[] = isOwn(name) ? PANEL_ROWS : ROWS): Figure {
  const figure = drawFigure(name, { ...data, rows, ...(isOwn(name) && { study: name }) });
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
  await expect(draw(name).svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
});

test.each(NAMES)("%s is one plain picture: text as text, equal every time, nothing from outside", (name) => {
  const { svg, title, caption } = draw(name);
  expect(draw(name).svg).toBe(svg);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).not.toMatch(/NaN|undefined|<style|<script|\bid=|href|url\(/);
  expect(svg.match(/http/g)).toHaveLength(2);
  const texts = [...svg.matchAll(/<t(?:ext|span)\b[^>]*>([^<]*)/g)].map((match) => match[1]);
  expect(texts).toContain(title);
  expect(texts).toContain(data.title);
  expect(texts.join(" ")).toContain(caption);
});

test("the CSV of accuracy holds the numbers drawn, in full precision", () => {
  const rows = records(draw("accuracy").csv);
  expect(rows).toHaveLength(3 * 5 + 1);
  const own = ROWS.filter((row) => row.arm === "ticket" && row.level === 8).map((row) => row.testAccuracy * 100);
  const record = rows.find((row) => row.arm === "ticket" && row.level === "8")!;
  expect(Number(record.mean)).toBeCloseTo((own[0]! + own[1]! + own[2]!) / 3, 12);
  expect(record).toMatchObject({ min: String(Math.min(...own)), max: String(Math.max(...own)), n: "3", diverged: "0" });
  expect(rows.find((row) => row.arm === "reinit" && row.level === "16")).toMatchObject({ n: "2", diverged: "1" });
});

test("a diverged run is crossed and counted, a mean below the axis gets a triangle, and both are in the CSV", () => {
  const collapsed = ROWS.map((row) => (row.arm === "random" && row.level === 16 ? { ...row, testAccuracy: 0.1 } : row));
  const { svg, caption, csv } = draw("accuracy", collapsed);
  expect(caption).toContain("Diverged: 1 of 39 runs");
  expect(caption).toContain("means below the axis (1)");
  expect(svg).toContain('stroke="#d55e00" fill="none" aria-label="dot"');
  expect(svg).toContain("rotate(180)");
  expect(Number(records(csv).find((row) => row.arm === "random" && row.level === "16")!.mean)).toBeCloseTo(10, 10);
});

test("an arm that diverged everywhere leaves crosses and no line", () => {
  const lost = ROWS.map((row) => (row.arm === "random" ? { ...row, testAccuracy: Number.NaN } : row));
  const { caption, csv, svg } = draw("accuracy", lost);
  expect(caption).toContain("Diverged: 13 of 39 runs");
  expect(
    draw(
      "accuracy",
      lost.filter((row) => row.arm === "random"),
    ).caption,
  ).not.toMatch(/NaN|–|n\u00a0=/);
  expect(records(csv).filter((row) => row.arm === "random" && row.mean === "NaN")).toHaveLength(4);
  expect(svg).not.toContain("NaN");
});

test("without a validation split, figures of early stop are absent with the reason", () => {
  const absent = drawFigures({ ...data, rows: unvalidated }).filter((figure) => !isFigure(figure));
  expect(absent.map((figure) => figure.name)).toEqual(["accuracy-early-stop", "early-stop"]);
  for (const figure of absent) expect(figure).toMatchObject({ absent: expect.stringContaining("no validation split") });
});

test("without curves, learning curves are absent with the reason", () => {
  const figure = drawFigure("curves", { ...data, rows: ROWS.map((row) => ({ ...row, curve: [] })) });
  expect(figure).toEqual({ name: "curves", absent: "accuracy was not recorded during training" });
});

test("a layer without weights leaves the log scale and is named", () => {
  const rows = ROWS.map((row) => ({
    ...row,
    layers: row.layers.map((layer) => (row.level === 16 && layer.layer === "fc1" ? { ...layer, kept: 0 } : layer)),
  }));
  const { svg, caption } = draw("layers", rows);
  expect(caption).toContain("loses its last weight: fc1");
  expect(svg).not.toMatch(/NaN|Infinity/);
});

test("Figure 1 has a line and a dense network for every panel, and error bars from lowest to highest in its CSV", () => {
  const { csv, caption } = draw("figure1");
  const rows = records(csv);
  expect(rows).toHaveLength(2 * (3 * 5 + 1));
  const own = PANEL_ROWS.filter((row) => row.panel === "rate 0.1" && row.arm === "rewound" && row.level === 8);
  const accuracies = own.map((row) => row.testAccuracy * 100);
  const record = rows.find((row) => row.panel === "rate 0.1" && row.arm === "rewound" && row.level === "8");
  expect(record).toMatchObject({ min: String(Math.min(...accuracies)), max: String(Math.max(...accuracies)), n: "3" });
  expect(caption).toMatch(/bars: lowest to highest/);
  expect(caption).toContain("Diverged: 2 of 78 runs");
});

test("a study with a figure of its own has no other, and the others have none of those", () => {
  expect(drawFigures({ ...data, study: "figure1", rows: PANEL_ROWS }).map(({ name }) => name)).toEqual(["figure1"]);
  const absent = drawFigure("accuracy", { ...data, study: "figure1", rows: PANEL_ROWS });
  expect(absent).toEqual({ name: "accuracy", absent: "the figures of this study are figure1" });
  expect(drawFigure("figure1", data)).toMatchObject({ absent: expect.stringContaining("accuracy, ") });
});

test("one dense network alone can be drawn", () => {
  for (const figure of drawFigures({ ...data, rows: ROWS.slice(0, 1) })) {
    if (isFigure(figure)) expect(figure.svg).not.toMatch(/NaN|Infinity/);
    else throw new Error(figure.absent);
  }
});

test("no rows at all are no error", () => {
  for (const figure of drawFigures({ ...data, rows: [] })) {
    if (isFigure(figure)) throw new Error(`${figure.name} was drawn of nothing`);
    expect(figure.absent).not.toBe("");
  }
});
