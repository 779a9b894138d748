/** The figures of the study on fixed rows, as SVG that is reviewed in the diff; and what is told of sources. */
import { describe, expect, test } from "vitest";
import { isFigure } from "../../../figure/figure.ts";
import { ACCURACY } from "../../../task/words.ts";
import { transferTables, universalSentence } from "../columns.ts";
import { transferReport } from "../report.ts";
import type { TransferArm, TransferRow } from "../row.ts";
import { cellsOf, universalOf } from "../statistics.ts";
import { matrix } from "./matrix.ts";
import { tickets } from "./tickets.ts";

/** A measure that falls with the level, by the place of the source; `mlm` falls least. */
const SOURCES = ["mrpc", "cola", "mlm", "oneshot", "random"];
const MEASURES = {
  mrpc: { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" },
  cola: { name: "matthews", title: "Matthews correlation", unit: null, direction: "up" },
} as const;
const LOSS = [0.08, 0.1, 0.01, 0.05, 0.2];

type Target = keyof typeof MEASURES;

function row(target: Target, source: string, { level, replicate }: { level: number; replicate: number }): TransferRow {
  const own = source === target ? 0.03 : LOSS[SOURCES.indexOf(source)]!;
  const value = 0.8 - (level === 0 ? 0 : own * level) + 0.01 * replicate - (target === "cola" ? 0.3 : 0);
  const arm: TransferArm =
    level === 0
      ? "dense"
      : source === target
        ? "ticket"
        : ["mrpc", "cola", "mlm"].includes(source)
          ? "transfer"
          : (source as TransferArm);
  return {
    ...{ source: level === 0 ? "dense" : source, target, arm, level, replicate, density: 1 - 0.1 * level },
    ...{ weights: 1000 - 100 * level, prunable: 1000, steps: 10, measure: { ...MEASURES[target], value } },
    ...{
      measures: { [MEASURES[target].name]: value },
      testLoss: 0.5,
      seconds: 1,
      artifact: `${target} ${source} ${level} ${replicate}`,
    },
  };
}

const rowsAt = (levels: readonly number[]) =>
  (["mrpc", "cola"] as const).flatMap((target) =>
    [0, 1, 2].flatMap((replicate) => [
      row(target, "mrpc", { level: 0, replicate }),
      ...levels.flatMap((level) => SOURCES.map((source) => row(target, source, { level, replicate }))),
    ]),
  );
const data = (rows: readonly TransferRow[]) => ({
  title: "bert-4x128 on MRPC, CoLA",
  measure: ACCURACY,
  rows,
  band: "ci" as const,
});

describe("figures", () => {
  test.each([
    ["matrix", () => matrix(data(rowsAt([3])))],
    ["tickets", () => tickets(data(rowsAt([1, 2, 3])))],
  ] as const)("%s looks as reviewed", async (name, draw) => {
    const figure = draw();
    if (!isFigure(figure)) throw new Error(figure.absent);
    await expect(figure.svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
  });

  test("say why they are not there", () => {
    expect(matrix(data(rowsAt([])))).toEqual({ name: "matrix", absent: "no network was trained under a mask" });
    expect(tickets(data(rowsAt([3])))).toMatchObject({ absent: "masks of one level alone make no line" });
  });
});

describe("what is told of sources", () => {
  test("differences to the dense network are in points, replicate by replicate, correlations too", () => {
    const cell = (source: string, target: string) =>
      cellsOf(rowsAt([3])).find((each) => each.source === source && each.target === target)!;
    expect(cell("mlm", "mrpc")).toMatchObject({ n: 3, arm: "transfer", diverged: 0 });
    expect(cell("mlm", "mrpc").mean).toBeCloseTo(-3, 9);
    expect(cell("cola", "cola").mean).toBeCloseTo(-9, 9);
    expect(cell("random", "cola").mean).toBeCloseTo(-60, 9);
  });

  test("a source is at least the same-task ticket on n of m targets, tested over replicates", () => {
    const all = universalOf(rowsAt([3]));
    const of = (name: string) => all.find(({ source }) => source === name)!;
    expect(all.map(({ source, least }) => `${source} ${least.k} of ${least.n}`)).toEqual([
      "mrpc 1 of 2",
      "cola 1 of 2",
      "mlm 2 of 2",
      "oneshot 0 of 2",
      "random 0 of 2",
    ]);
    expect(of("mlm").interval.mean).toBeCloseTo(6, 9);
    expect(of("mlm").test).toMatchObject({ n: 3, exact: true, p: 0.25 });
    expect(universalSentence(of("mlm"))).toBe(
      "mlm (level 3) is at least the same-task ticket on 2 of 2 targets; over the targets its mean differs by 6.00 (6.00 to 6.00) points (n = 3, sign-flip p = 0.25).",
    );
  });

  test("a training that diverged is no value, and leaves no test", () => {
    const rows = rowsAt([3]).map((each) =>
      each.source === "mlm" && each.target === "cola" && each.replicate === 1 ? { ...each, testLoss: null } : each,
    );
    expect(cellsOf(rows).find(({ source, target }) => source === "mlm" && target === "cola")).toMatchObject({
      n: 2,
      diverged: 1,
    });
    const mlm = universalOf(rows).find(({ source }) => source === "mlm")!;
    expect(universalSentence(mlm)).toContain("no test, for a training diverged");
  });

  test("stands in the report and its tables", () => {
    const { findings, sections } = transferReport(rowsAt([3]), ACCURACY);
    expect(findings).toHaveLength(5);
    expect(sections.map(({ title }) => title)).toEqual([
      "Differences to the dense network, in points",
      "At least the same-task ticket on so many targets, and the difference to it over all",
      "All networks",
    ]);
    const [differences] = transferTables(rowsAt([3]));
    expect(differences!.cells[2]).toEqual(["mlm", "3", "-3.00 (-3.00 to -3.00)", "-3.00 (-3.00 to -3.00)"]);
  });
});
