/** The figure of edge-popup, as an SVG that is reviewed in the diff. */
import { expect, test } from "vitest";
import { type AbsentFigure, type Figure, isFigure } from "../../figure/figure.ts";
import { ACCURACY } from "../../task/words.ts";
import { edgePopup, overWidth } from "./figure.ts";
import type { PopupRow } from "./row.ts";

const rowOf = (arm: PopupRow["arm"], kept: number, replicate: number, value: number): PopupRow => ({
  ...{ method: arm === "dense" ? null : "edge-popup", weightsUntouched: arm !== "dense" },
  ...{ arm, kept, replicate, density: kept, weights: Math.round(266_200 * kept), prunable: 266_200, steps: 9380 },
  ...{ measure: { name: "accuracy", value }, measures: { accuracy: value }, testLoss: 0.1 },
  ...{ bestOnTest: { step: 9000, value: value + 0.001 }, seconds: 15, artifact: `${arm} ${kept} ${replicate}` },
});

const KEPT = [0.1, 0.3, 0.5, 0.7, 0.9];
const CURVE = [0.961, 0.974, 0.977, 0.973, 0.952];

const rows = [0, 1, 2].flatMap((replicate) => {
  const luck = 0.002 * (replicate - 1);
  return [
    ...KEPT.map((kept, i) => rowOf("edge-popup", kept, replicate, CURVE[i]! + luck)),
    ...KEPT.map((kept) => rowOf("random", kept, replicate, 0.1 + luck)),
    {
      ...rowOf("learned", 0.46, replicate, 0.9),
      sampled: { count: 10, value: 0.965 + luck, loss: 0.2, density: 0.46 },
    },
    rowOf("dense", 1, replicate, 0.981 + luck / 4),
  ];
});

const dataOf = (own: readonly PopupRow[]) =>
  ({ title: "LeNet-300-100 on MNIST", measure: ACCURACY, rows: own, band: "ci" }) as const;

function figureOf(found: Figure | AbsentFigure): Figure {
  if (!isFigure(found)) throw new Error(found.absent);
  return found;
}

const drawn = () => figureOf(edgePopup(dataOf(rows)));

test("it looks as reviewed", async () => {
  await expect(drawn().svg).toMatchFileSnapshot("fixtures/edge-popup.svg");
});

test("its CSV has every arm and fraction, learned masks as they are drawn", () => {
  const [header, ...lines] = drawn().csv.trimEnd().split("\r\n");
  expect(header).toBe("arm,kept,mean,min,max,sd,low,high,n,diverged");
  expect(lines.length).toBe(5 + 5 + 1 + 1);
  expect(Number(lines.find((line) => line.startsWith("learned"))!.split(",")[2])).toBeCloseTo(96.5, 10);
});

test("diverged trainings are told and left out", () => {
  const lost = { ...rows[0]!, measure: { name: "accuracy", value: null }, testLoss: null, diverged: 7 };
  const { caption } = figureOf(edgePopup(dataOf([lost, ...rows.slice(1)])));
  expect(caption).toContain("Diverged: 1 of");
});

/** The gap to the dense network closes with width. */
const wide = [0.25, 0.5, 1].flatMap((width, i) =>
  [0, 1, 2].flatMap((replicate) =>
    (["edge-popup", "dense"] as const).map((arm) => ({
      ...rowOf(
        arm,
        arm === "dense" ? 1 : 0.5,
        replicate,
        (arm === "dense" ? 0.62 : 0.45) + 0.05 * i + 0.004 * replicate,
      ),
      ...{ panel: `width ${width}`, width },
    })),
  ),
);

test("over width it looks as reviewed, with the dense network as a line", async () => {
  const figure = figureOf(overWidth(dataOf(wide)));
  expect(figure.csv.split("\r\n").length).toBe(1 + 6 + 1);
  await expect(figure.svg).toMatchFileSnapshot("fixtures/width.svg");
});

test("one width has no figure over it, several have one over the fraction kept where there are several", () => {
  expect(isFigure(overWidth(dataOf(rows)))).toBe(false);
  expect(isFigure(edgePopup(dataOf(wide)))).toBe(false);
  const both = [...wide, ...wide.filter(({ arm }) => arm !== "dense").map((row) => ({ ...row, kept: 0.3 }))];
  expect(figureOf(edgePopup(dataOf(both))).caption).toContain("All at width 1.");
  expect(figureOf(overWidth(dataOf(both))).svg).toContain("edge-popup 30 %");
});
