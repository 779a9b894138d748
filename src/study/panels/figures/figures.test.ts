/** The figures of forgetting on fixed rows, as SVG that is reviewed in the diff, and what they are drawn of. */
import { describe, expect, test } from "vitest";
import { BANDS, type Band } from "../../../figure/band.ts";
import { type Figure, isFigure } from "../../../figure/figure.ts";
import { csvRecords } from "../../../figure/fixtures/csv.ts";
import { ACCURACY } from "../../../task/words.ts";
import { PANEL_ROWS } from "../../networks/fixtures/rows.ts";
import type { PanelDetail } from "../forgetting.ts";
import { forgetting as kind } from "../kind.ts";
import { memoryTable } from "../memory.ts";

/** Rows of two panels that turn the further the higher the rate, later levels more, each replicate by a degree more. */
const ROWS: readonly PanelDetail[] = PANEL_ROWS.map((row) => {
  const high = row.panel === "rate 0.1";
  const exponent = (high ? 3.2 : 0.32) * (row.arm === "rewound" ? 0.85 : 1);
  const angle = row.diverged === undefined ? (high ? 60 : 20) + row.level + row.replicate : null;
  const copied = row.level === 8 ? { lii: (high ? 0.4 : 0.02) + row.replicate / 100 } : {};
  return { ...row, exponent, angle, ...copied };
});

async function draw(
  name: string,
  { rows = ROWS, band = "ci" }: { rows?: readonly PanelDetail[]; band?: Band } = {},
): Promise<Figure> {
  const figure = kind.figures.find((each) => each.name === name)!;
  const drawn = await figure.draw({ title: "ResNet-8", measure: ACCURACY, rows, band });
  if (!isFigure(drawn)) throw new Error(drawn.absent);
  return drawn;
}

describe.each(["forgetting", "angle"])("%s", (name) => {
  test("looks as reviewed", async () => {
    await expect((await draw(name)).svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
  });

  test("is one plain picture that says what its bars are", async () => {
    for (const band of BANDS) {
      const { svg, caption } = await draw(name, { band });
      expect(svg).not.toMatch(/NaN|undefined|<style|<script|\bid=|href|url\(/);
      expect(caption).toMatch({ minmax: /lowest/, sd: /standard deviation/, ci: /95\s%/ }[band]);
    }
  });

  test("is absent of rows without panels", async () => {
    const rows = ROWS.map(({ panel: _, ...row }) => ({ ...row, exponent: null }));
    await expect(draw(name, { rows })).rejects.toThrow("panel");
  });
});

test("the lead is that of tickets over new weights of the same replicate, at the last level", async () => {
  const { csv, replicates, caption } = await draw("forgetting");
  expect(caption).toContain("Left out: 2 replicates with a network that diverged.");
  const last = Math.max(...ROWS.map(({ level }) => level));
  const leads = csvRecords(csv);
  expect(leads.map(({ exponent }) => Number(exponent))).toEqual([0.32, 3.2]);
  for (const { panel, mean } of leads) {
    const value = (arm: string, replicate: number) =>
      ROWS.find((row) => row.panel === panel && row.arm === arm && row.level === last && row.replicate === replicate)!;
    const own = csvRecords(replicates!).filter((each) => each.panel === panel);
    for (const each of own) {
      const [ticket, reinit] = ["ticket", "reinit"].map((arm) => value(arm, Number(each.replicate)).measure.value);
      if (ticket === null || reinit === null) expect(each.value).toBe("NaN");
      else expect(Number(each.value)).toBeCloseTo(100 * (ticket! - reinit!), 9);
    }
    const finite = own.map(({ value }) => Number(value)).filter(Number.isFinite);
    // A network of the fixture diverged, and its replicate is told to be left out.
    expect([finite.length, own.length]).toEqual([2, 3]);
    expect(Number(mean)).toBeCloseTo(finite.reduce((a, b) => a + b, 0) / finite.length, 9);
  }
});

test("the table tells exponent, angle and LII, with intervals where there are replicates", () => {
  const { header, cells } = memoryTable(ROWS, ACCURACY);
  expect(header).toHaveLength(9);
  const line = cells.find(([panel, arm, level]) => panel === "rate 0.1" && arm === "rewound" && level === "8")!;
  expect(line[4]).toBe("2.72");
  expect(line[5]).toMatch(/^69\.\d\d$/);
  expect(line[7]).toMatch(/^41\.\d\d$/);
  expect(cells.every((each) => each.length === 9 && !each.join().includes("NaN"))).toBe(true);
});
