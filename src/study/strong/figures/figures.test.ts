/** The figures of the study `strong` on fixed rows, as SVGs that are reviewed in the diff. */
import { expect, test } from "vitest";
import { DEFAULT_BAND } from "../../../figure/band.ts";
import { isFigure } from "../../../figure/figure.ts";
import { csvRecords } from "../../../figure/fixtures/csv.ts";
import { ACCURACY } from "../../../task/words.ts";
import { ROWS } from "../fixtures/rows.ts";
import { strong } from "../kind.ts";
import type { StrongRow } from "../rows.ts";

const data = { title: "LeNet-300-100 on MNIST inside random networks", measure: ACCURACY, band: DEFAULT_BAND };

async function draw(name: string, rows: readonly StrongRow[] = ROWS) {
  return strong.figures.find((figure) => figure.name === name)!.draw({ ...data, rows });
}

test.each(["units", "subset-sum", "attention", "popup"])("%s looks as reviewed", async (name) => {
  const figure = await draw(name);
  if (!isFigure(figure)) throw new Error(figure.absent);
  expect(figure.svg).not.toMatch(/NaN|undefined/);
  await expect(figure.svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
  expect(csvRecords(figure.csv).length).toBe({ units: 20, "subset-sum": 36, attention: 9, popup: 8 }[name]);
});

test("captions say the slopes of the theorems", async () => {
  const [units, sums] = await Promise.all([draw("units"), draw("subset-sum")]);
  if (!isFigure(units) || !isFigure(sums)) throw new Error("absent");
  expect(units.caption.replaceAll("\u00a0", " ")).toContain("malach: slope 1.96 on these scales.");
  expect(sums.caption.replaceAll("\u00a0", " ")).toContain("products: slope -1.00 in log2 a candidate.");
});

test("without measurements there is no figure", async () => {
  expect(await draw("units", [])).toEqual({ name: "units", absent: "no units were counted" });
  expect(await draw("subset-sum", [])).toEqual({ name: "subset-sum", absent: "no subsets were measured" });
  expect(await draw("popup", [])).toEqual({ name: "popup", absent: "edge-popup chose in no network" });
  expect(await draw("attention", [])).toEqual({ name: "attention", absent: "no attention was built" });
});

test("one epsilon makes a point, and no slope", async () => {
  const figure = await draw(
    "units",
    ROWS.filter((row) => row.what === "units" && row.epsilon === 0.1),
  );
  if (!isFigure(figure)) throw new Error(figure.absent);
  expect(figure.svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(figure.caption).not.toContain("slope");
});
