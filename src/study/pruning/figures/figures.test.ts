/** Every figure of a fixed study, as an SVG that is reviewed in the diff. */

import { describe, expect, test } from "vitest";
import { BANDS, type Band, DEFAULT_BAND } from "../../../figure/band.ts";
import { renderPng } from "../../../figure/draw/png.ts";
import { type AbsentFigure, type Figure, isFigure } from "../../../figure/figure.ts";
import { csvRecords } from "../../../figure/fixtures/csv.ts";
import { describe as describeSpread } from "../../../figure/spread.ts";
import type { Measure } from "../../../task/task.ts";
import { ACCURACY } from "../../../task/words.ts";
import { measuring, PANEL_ROWS, PRICE, PRICE_ROWS, ROWS } from "../../networks/fixtures/rows.ts";
import type { RowDetail } from "../../networks/row.ts";
import { figure1, scratch } from "../../panels/kind.ts";
import { PRUNING_FIGURES } from "./index.ts";

const data = { title: "LeNet-300-100 on MNIST", measure: ACCURACY, rows: ROWS };
const FIGURES = [
  ...PRUNING_FIGURES,
  ...[figure1, scratch].flatMap(({ name, figures }) => figures.filter((each) => each.name === name)),
];
const NAMES = FIGURES.map(({ name }) => name);
const unvalidated = ROWS.map((row) => ({ ...row, earlyStop: null }));

const isOwn = (name: string) => name === "figure1" || name === "scratch";

function drawn(
  name: string,
  rows: readonly RowDetail[],
  measure = ACCURACY,
  band: Band = isOwn(name) ? figure1.band! : DEFAULT_BAND,
): Promise<Figure | AbsentFigure> {
  return FIGURES.find((figure) => figure.name === name)!.draw({
    ...data,
    measure,
    rows,
    band,
    ...(measure === PRICE && { title: "An MLP on prices" }),
  });
}

async function draw(name: string, rows?: readonly RowDetail[], measure?: Measure, band?: Band): Promise<Figure> {
  const figure = await drawn(name, rows ?? (isOwn(name) ? PANEL_ROWS : ROWS), measure, band);
  if (!isFigure(figure)) throw new Error(figure.absent);
  return figure;
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

describe("of a regression", () => {
  const prices = (name: string, rows: readonly RowDetail[] = PRICE_ROWS) => draw(name, rows, PRICE);

  test.each(["accuracy", "accuracy-early-stop", "early-stop", "curves"])("%s looks as reviewed", async (name) => {
    await expect((await prices(name)).svg).toMatchFileSnapshot(`fixtures/price-${name}.svg`);
  });

  test("figures speak of the RMSE in the target's unit, and lower is better", async () => {
    const [end, stop, curve] = await Promise.all(
      ["accuracy", "accuracy-early-stop", "curves"].map((name) => prices(name)),
    );
    expect([end!, stop!, curve!].map(({ title }) => title)).toEqual([
      "Test RMSE at the end of training",
      "Test RMSE at early stop",
      "Learning curves: test RMSE",
    ]);
    for (const { svg } of [end!, stop!, curve!]) {
      expect(svg).toContain(">Test RMSE (price)</text>");
      expect(svg).not.toMatch(/accurac/i);
    }
    expect(end!.caption).toMatch(/At or below the dashed line \(dense, 0\.5\d+ price\)/);
    expect(curve!.caption).toContain("a line that falls earlier");
    const own = PRICE_ROWS.filter((row) => row.arm === "ticket" && row.level === 8).map((row) => row.measure.value!);
    const record = csvRecords(end!.csv).find((row) => row.arm === "ticket" && row.level === "8")!;
    expect(record).toMatchObject({
      min: String(Math.min(...own)),
      max: String(Math.max(...own)),
      n: "3",
      diverged: "0",
    });
  });

  test("panels have their dense networks in the target's unit; one whose dense networks diverged has a dash", async () => {
    const rows = ["low", "high"].flatMap((panel) =>
      PRICE_ROWS.map((row) => ({ ...(panel === "high" && row.arm === "dense" ? measuring(row, null) : row), panel })),
    );
    const { caption, svg } = await prices("figure1", rows);
    expect(caption).toMatch(/the dense network \(low: 0\.5\d+ price; high: –\)/);
    expect(svg).toContain(">Test RMSE (price)</text>");
  });

  test("a run that diverged is crossed, counted, and left out of the means", async () => {
    for (const name of ["accuracy", "accuracy-early-stop", "early-stop", "curves"]) {
      const { caption, csv, svg } = await prices(name);
      expect(caption).toContain("Diverged: 1 of");
      expect(svg).toContain('d="M-5.42,-5.42L5.42,5.42M-5.42,5.42L5.42,-5.42"');
      const last = csvRecords(csv).findLast((row) => row.arm === "reinit" && row.level === "16")!;
      expect(last).toMatchObject({ n: "2", diverged: "1" });
      expect(csv).not.toMatch(/null|undefined/);
      expect(svg).not.toMatch(/null|NaN|undefined/);
    }
  });

  test("values of any size fit the axis", async () => {
    for (const scale of [1e-9, 1, 1e6]) {
      const rows = PRICE_ROWS.map((row) => ({
        ...measuring(row, row.measure.value === null ? null : scale * row.measure.value, PRICE),
        curve: row.curve.map((point) => ({ ...point, test: scale * point.test! })),
      }));
      for (const name of ["accuracy", "curves"]) {
        const { svg } = await prices(name, rows);
        const ticks = svg.split('aria-label="y-axis tick label"')[1]!.split("</g>")[0]!;
        const texts = [...ticks.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text!);
        expect(texts.length).toBeGreaterThan(2);
        expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(8);
      }
    }
  });
});

test("where every run diverged, there is no early stop for that reason, and the other figures are drawn", async () => {
  const lost = PRICE_ROWS.map((row) => ({ ...measuring(row, null, PRICE), earlyStop: null, diverged: 7, curve: [] }));
  const all = await Promise.all(PRUNING_FIGURES.map(({ name }) => drawn(name, lost, PRICE)));
  const absent = all.flatMap((figure) => (isFigure(figure) ? [] : [[figure.name, figure.absent]]));
  expect(absent).toEqual([
    ["accuracy-early-stop", "every run diverged, so there is no early stop"],
    ["early-stop", "every run diverged, so there is no early stop"],
    ["curves", "RMSE was not recorded during training"],
  ]);
  for (const figure of all.filter(isFigure)) expect(figure.svg).not.toMatch(/NaN|Infinity|null/);
});

test("the CSV of accuracy holds the numbers drawn, in full precision", async () => {
  const rows = csvRecords((await draw("accuracy")).csv);
  expect(rows).toHaveLength(3 * 5 + 1);
  const own = ROWS.filter((row) => row.arm === "ticket" && row.level === 8).map((row) => row.measure.value! * 100);
  const record = rows.find((row) => row.arm === "ticket" && row.level === "8")!;
  expect(Number(record.mean)).toBeCloseTo((own[0]! + own[1]! + own[2]!) / 3, 12);
  expect(record).toMatchObject({ min: String(Math.min(...own)), max: String(Math.max(...own)), n: "3", diverged: "0" });
  expect(rows.find((row) => row.arm === "reinit" && row.level === "16")).toMatchObject({ n: "2", diverged: "1" });
});

test("a diverged run is crossed and counted, a mean below the axis gets a triangle, and both are in the CSV", async () => {
  const collapsed = ROWS.map((row) => (row.arm === "random" && row.level === 16 ? measuring(row, 0.1) : row));
  const { svg, caption, csv } = await draw("accuracy", collapsed);
  expect(caption).toContain("Diverged: 1 of 39 runs");
  expect(caption).toContain("means below the axis (1)");
  expect(svg).toContain('stroke="#d55e00" fill="none" class="series" aria-description="reinit" aria-label="dot"');
  expect(svg).toContain("rotate(180)");
  expect(Number(csvRecords(csv).find((row) => row.arm === "random" && row.level === "16")!.mean)).toBeCloseTo(10, 10);
});

test("an arm that diverged everywhere leaves crosses and no line", async () => {
  const lost = ROWS.map((row) => (row.arm === "random" ? measuring(row, null) : row));
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
  expect(csvRecords(csv).filter((row) => row.arm === "random" && row.mean === "NaN")).toHaveLength(4);
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
  const rows = csvRecords(csv);
  expect(rows).toHaveLength(2 * (3 * 5 + 1));
  const own = PANEL_ROWS.filter((row) => row.panel === "rate 0.1" && row.arm === "rewound" && row.level === 8);
  const accuracies = own.map((row) => row.measure.value! * 100);
  const record = rows.find((row) => row.panel === "rate 0.1" && row.arm === "rewound" && row.level === "8");
  expect(record).toMatchObject({ min: String(Math.min(...accuracies)), max: String(Math.max(...accuracies)), n: "3" });
  expect(caption).toMatch(/bars: lowest to highest/);
  expect(caption).toContain("Diverged: 2 of 78 runs");
});

/** What tells records of the two tables of a figure from another, beside the numbers. */
const PLACE = ["panel", "arm", "level", "layer", "step"] as const;

test.each(NAMES)("the replicates of %s add up to what is drawn, with and without a diverged run", async (name) => {
  for (const [rows, measure] of [
    [isOwn(name) ? PANEL_ROWS : ROWS, ACCURACY],
    ...(isOwn(name) ? [] : [[PRICE_ROWS, PRICE] as const]),
  ] as const) {
    const { csv, replicates } = await draw(name, rows, measure);
    const [drawn, values] = [csvRecords(csv), csvRecords(replicates!)];
    const placeOf = (record: Record<string, string>) => JSON.stringify(PLACE.map((key) => record[key]));
    expect(new Set(values.map(placeOf))).toEqual(new Set(drawn.map(placeOf)));
    for (const record of drawn) {
      const own = values.filter((value) => placeOf(value) === placeOf(record));
      expect(new Set(own.map(({ replicate }) => replicate)).size).toBe(own.length);
      const { mean, min, max, low, high, n } = describeSpread(own.map(({ value }) => Number(value)));
      expect(record).toMatchObject(
        Object.fromEntries(
          Object.entries({ mean, min, max, low, high, n }).map(([key, value]) => [key, String(value)]),
        ),
      );
    }
  }
});

describe("bands", () => {
  const WORDS = {
    minmax: "lowest to highest",
    sd: "one standard deviation of replicates",
    ci: "95\u00a0% interval of the mean",
  };

  test.each(BANDS)("of %s are drawn and named, and change no axis", async (band) => {
    for (const name of ["accuracy", "accuracy-early-stop", "early-stop", "layers", "curves", "figure1"]) {
      const [other] = BANDS.filter((each) => each !== band);
      const [figure, unlike] = await Promise.all([band, other].map((each) => draw(name, undefined, undefined, each)));
      expect(figure!.caption).toContain(`${name === "figure1" ? "bars" : "bands"}: ${WORDS[band]}.`);
      const axis = (svg: string) => svg.split('aria-label="y-axis tick label"')[1]!.split("</g>")[0];
      expect(axis(figure!.svg)).toBe(axis(unlike!.svg));
      expect(figure!.csv).toBe(unlike!.csv);
      if (name !== "layers") expect(figure!.drawing).not.toBe(unlike!.drawing);
      expect(figure!.svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test("of Figure 1 and its kin show the range where nothing else is asked for", () => {
    expect([figure1.band, scratch.band]).toEqual(["minmax", "minmax"]);
  });

  test("that leave the axis are said to be cut off", async () => {
    expect((await draw("accuracy")).caption).toContain("Bands are cut off at the axis.");
    expect((await draw("accuracy", undefined, undefined, "minmax")).caption).not.toContain("cut off");
    expect((await draw("figure1", undefined, undefined, "ci")).caption).toContain("Bars are cut off at the axis.");
  });
});

test("one dense network alone can be drawn", async () => {
  for (const { name } of PRUNING_FIGURES) expect((await draw(name, ROWS.slice(0, 1))).svg).not.toMatch(/NaN|Infinity/);
});

test("every figure renders, with collapsed and diverged arms too", async () => {
  const rows = ROWS.map((row) =>
    row.arm === "random" ? { ...measuring(row, 0.1), curve: row.curve.map((point) => ({ ...point, test: 0.1 })) } : row,
  );
  for (const { name } of PRUNING_FIGURES) {
    const png = renderPng((await draw(name, rows)).svg, { scale: 1 });
    expect(new DataView(png.buffer, png.byteOffset, png.byteLength).getUint32(16)).toBe(600);
  }
});
