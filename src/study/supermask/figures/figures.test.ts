/** The figures of the study on fixed rows, as SVG that is reviewed in the diff. */
import { describe, expect, test } from "vitest";
import { isFigure } from "../../../figure/figure.ts";
import { CRITERIA } from "../../../prune/criteria.ts";
import { ACCURACY } from "../../../task/words.ts";
import { armsOf, parseArm } from "../arms.ts";
import { supermask } from "../kind.ts";
import type { SupermaskDetail, SupermaskRow } from "../row.ts";

/** Accuracy that falls with the level, faster for later arms; untrained it peaks at a level of its own. */
function rowsOf(arm: string, index: number, isTrained: boolean): SupermaskRow[] {
  const { criterion, action } = parseArm(arm)!;
  return [0, 1].flatMap((replicate) =>
    [1, 2, 3, 4, 5, 6].map((level): SupermaskRow => {
      const density = 0.6 ** level;
      const value = 0.98 - 0.002 * level * (1 + index) - 0.003 * replicate;
      const peak = Math.max(0, 0.86 - 0.05 * index - 0.1 * Math.abs(level - 3 - (index % 2)));
      const test = Math.max(0.1, peak) + 0.01 * replicate;
      return {
        ...{ method: null, weightsUntouched: !isTrained },
        ...{ arm, criterion, action, replicate, level, density, kept: Math.round(1000 * density), prunable: 1000 },
        measure: { name: "accuracy", value: isTrained ? value : null },
        ...(isTrained && { testAccuracy: value, testLoss: 0.1, seconds: 1 }),
        untrained: { validation: test, test },
        artifact: `${arm} ${replicate} ${level}`,
      };
    }),
  );
}

const TRAINED = armsOf(["criteria", "actions"], "arms");
const UNTRAINED = CRITERIA.flatMap((name) => [name, `${name}+signed_constant`]).filter((arm) => !TRAINED.includes(arm));
const dense = [0, 1].map((replicate): SupermaskRow => {
  const first = rowsOf("large_final", 0, true)[0]!;
  const value = 0.981 - 0.001 * replicate;
  return {
    ...{ ...first, arm: "dense", criterion: null, action: null, replicate, level: 0, density: 1, kept: 1000 },
    ...{ measure: { name: "accuracy", value }, testAccuracy: value, untrained: null, artifact: `dense ${replicate}` },
  };
});
const ROWS = [
  ...dense,
  ...TRAINED.flatMap((arm, i) => rowsOf(arm, i, true)),
  ...UNTRAINED.flatMap((arm, i) => rowsOf(arm, i, false)),
];

async function draw(name: string, rows: readonly SupermaskDetail[] = ROWS) {
  const figure = supermask.figures.find((each) => each.name === name)!;
  return figure.draw({ title: "LeNet-300-100 on MNIST", measure: ACCURACY, rows, band: "ci" });
}

describe.each(["arms", "untrained"])("%s", (name) => {
  test("looks as reviewed", async () => {
    const drawn = await draw(name);
    if (!isFigure(drawn)) throw new Error(drawn.absent);
    expect(drawn.svg).not.toMatch(/NaN|undefined|<style|<script|\bid=|href|url\(/);
    await expect(drawn.svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
  });

  test("has a CSV of what is drawn, and one of every replicate", async () => {
    const drawn = await draw(name);
    if (!isFigure(drawn)) throw new Error(drawn.absent);
    const lines = (text: string) => text.trimEnd().split("\r\n").length - 1;
    const count = { arms: TRAINED.length, untrained: (TRAINED.length + UNTRAINED.length) * 6 }[name]!;
    expect(lines(drawn.csv)).toBe(count);
    expect(lines(drawn.replicates!)).toBe(2 * count);
  });

  test("is absent where nothing of its kind was measured, and says why", async () => {
    const drawn = await draw(name, dense);
    expect(isFigure(drawn)).toBe(false);
  });
});

test("a diverged training is a grey cell that the caption counts", async () => {
  const rows = ROWS.map((row) =>
    row.arm === "large_final+zero_rev" ? { ...row, measure: { ...row.measure, value: null }, diverged: 3 } : row,
  );
  const drawn = await draw("arms", rows);
  if (!isFigure(drawn)) throw new Error(drawn.absent);
  expect(drawn.svg).toContain("#dddddd");
  expect(drawn.caption).toMatch(/Diverged: 2 of/);
});

describe("masks", () => {
  const drawn = [0, 1].map((unit) => Array.from({ length: 16 }, (_, i) => ((i * 7 + unit) % 5) - 2.5));
  const learned = (arm: string, share: number): SupermaskDetail => ({
    ...dense[0]!,
    ...{ arm, method: "supermask", weightsUntouched: true, density: share },
    picture: { side: 4, drawn, kept: drawn.map((unit) => unit.map((value, i) => (i < 16 * share ? value : 0))) },
  });

  test("look as reviewed: what is cut is not drawn", async () => {
    const figure = await draw("masks", [...ROWS, learned("learned", 0.5), learned("signed", 0.25)]);
    if (!isFigure(figure)) throw new Error(figure.absent);
    await expect(figure.svg).toMatchFileSnapshot("fixtures/masks.svg");
    expect(figure.csv.split("\r\n").slice(0, 3)).toEqual(["arm,unit,kept,of", "learned,0,8,16", "learned,1,8,16"]);
  });

  test("are absent where none was learnt", async () => {
    expect(isFigure(await draw("masks"))).toBe(false);
  });
});
