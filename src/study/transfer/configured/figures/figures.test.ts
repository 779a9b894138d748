/** The figures of configurations on fixed rows, as SVG that is reviewed in the diff; and what is told in tables. */
import { describe, expect, test } from "vitest";
import { isFigure } from "../../../../figure/figure.ts";
import { ACCURACY } from "../../../../task/words.ts";
import type { TransferArm, TransferRow } from "../../row.ts";
import { configuredTables } from "../columns.ts";
import { configuredReport } from "../report.ts";
import { randomGaps, scarceGaps, sparseLevels, structureGaps } from "../statistics.ts";
import { matrix, tickets } from "./drawn.ts";
import { lines } from "./lines.ts";
import { optimizers } from "./optimizers.ts";
import { sizes } from "./sizes.ts";
import { structure } from "./structure.ts";

const DENSITIES = [1, 0.512, 0.134, 0.044];
const NAMES = ["mnist-sgd", "mnist-adam", "usps-sgd"];
const toldOf = (name: string) => ({
  data: name.split("-")[0]!,
  optimizer: name.split("-")[1]!,
  images: name.startsWith("usps") ? 5000 : 45_000,
  classes: 10,
});

/** What an arm loses at a level, in points. */
const LOSS: Readonly<Partial<Record<TransferArm, number>>> = {
  ...{ ticket: 0.5, transfer: 0.7, "weights-masked": 1, statistics: 1.1, reinit: 1.2 },
  ...{ permuted: 1.9, "layer-random": 2, "global-random": 4, weights: 0, dense: 0 },
};

interface Place {
  readonly source: string;
  readonly target: string;
  readonly arm: TransferArm;
  readonly level: number;
}

function row({ source, target, arm, level }: Place, replicate: number): TransferRow {
  const noise = ((7 * replicate + 3 * level + source.length) % 5) / 10;
  const value = (96 - (LOSS[arm] ?? 0) * level + noise + replicate / 2) / 100;
  const measure = { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up", value } as const;
  return {
    ...{ source, target, arm, level, replicate, density: DENSITIES[level]!, weights: 1, prunable: 1, steps: 10 },
    ...(NAMES.includes(source) && { from: toldOf(source) }),
    ...{ on: toldOf(target), measure, measures: { accuracy: value }, testLoss: 0.1, seconds: 1 },
    artifact: `${source} ${target} ${arm} ${level} ${replicate}`,
  };
}

function line(source: string, other: string, target: string): TransferRow {
  const path = { alphas: [0, 0.5, 1], testError: [0.05, source === other ? 0.05 : 0.2, 0.06] };
  return { ...row({ source, target, arm: "line", level: 2 }, 0), other, path };
}

const FOLLOW: readonly TransferArm[] = ["layer-random", "permuted", "reinit", "statistics"];

function rowsOf(replicates: number, targets: readonly string[] = NAMES): TransferRow[] {
  return targets.flatMap((target) =>
    Array.from({ length: replicates }, (_, replicate) => {
      const at = (arm: TransferArm, source: string, level: number) => row({ source, target, arm, level }, replicate);
      const others = NAMES.filter((name) => name !== target);
      return [
        at("dense", "dense", 0),
        ...others.map((source) => at("weights", source, 0)),
        ...[1, 2, 3].flatMap((level) => [
          at("global-random", "global-random", level),
          at("ticket", target, level),
          ...others.flatMap((source) => [at("transfer", source, level), at("weights-masked", source, level)]),
          ...NAMES.flatMap((source) => FOLLOW.map((arm) => at(arm, source, level))),
        ]),
      ];
    }).flat(),
  );
}

const data = (rows: readonly TransferRow[]) => ({
  ...{ title: "lenet-300-100 on MNIST, USPS", measure: ACCURACY, band: "ci" as const },
  rows,
});

/** As if all sources were parts of one data set. */
const ofOneSet = (each: TransferRow) =>
  each.from ? { ...each, from: { ...each.from, data: `cifar10:size=${each.from.images}` } } : each;

describe("figures", () => {
  const joined = [line("mnist-sgd", "mnist-sgd", "mnist-sgd"), line("mnist-sgd", "usps-sgd", "mnist-sgd")];
  test.each([
    ["tickets", () => tickets(data([...rowsOf(3), ...joined]))],
    ["matrix", () => matrix(data([...rowsOf(3), ...joined]))],
    ["structure", () => structure(data(rowsOf(3)))],
    ["optimizers", () => optimizers(data(rowsOf(3)))],
    ["sizes", () => sizes(data(rowsOf(3).map(ofOneSet)))],
    ["lines", () => lines(data(joined))],
  ] as const)("%s looks as reviewed", async (name, draw) => {
    const figure = draw();
    if (!isFigure(figure)) throw new Error(figure.absent);
    await expect(figure.svg).toMatchFileSnapshot(`fixtures/${name}.svg`);
  });

  test("say why they are not there", () => {
    const alone = rowsOf(1, ["usps-sgd"]).filter(({ arm }) => arm === "dense" || arm === "ticket");
    expect(structure(data(alone))).toMatchObject({ absent: "no trained weights of a source were carried over" });
    expect(optimizers(data(alone))).toMatchObject({
      absent: "no source differs from its target in the optimizer alone",
    });
    expect(sizes(data(rowsOf(1)))).toMatchObject({ absent: "sources vary in neither images nor classes alone" });
    expect(lines(data(alone))).toMatchObject({ absent: "no tickets were joined by lines, as --lines does" });
  });
});

describe("what is told", () => {
  test("which random arms tickets are above, established or not by the number of replicates", () => {
    expect(sparseLevels(rowsOf(1))).toEqual([2, 3]);
    const gap = (n: number, minus: string) =>
      randomGaps(rowsOf(n)).find((each) => each.target === "all" && each.minus === minus)!;
    expect(gap(6, "layer-random").verdict.words).toBe("established, greater");
    expect(gap(3, "layer-random").verdict.words).toBe("not established (needs n >= 6)");
    // Tickets lose 0.5 or 0.7 a level, layer-random masks 2: at levels 2 and 3 that is 2.5 levels of 1.37 points.
    expect(gap(6, "layer-random").mean).toBeCloseTo(2.5 * (2 - (0.5 + 2 * 0.7) / 3), 0);
  });

  test("structure beside weights, on each target", () => {
    const gaps = structureGaps(rowsOf(6));
    expect(gaps.map(({ target, minus }) => `${target} ${minus}`)).toEqual(
      NAMES.flatMap((target) => ["weights-masked", "weights", "dense"].map((minus) => `${target} ${minus}`)),
    );
    const [masked, whole] = gaps;
    expect(masked!.mean).toBeCloseTo(2.5 * 0.3, 6);
    expect(whole!.mean).toBeLessThan(-1);
  });

  test("a replicate that diverged on a side alone leaves no verdict", () => {
    const rows = rowsOf(6, ["usps-sgd"]).map((each) =>
      each.arm === "ticket" && each.replicate === 1 ? { ...each, testLoss: null } : each,
    );
    const gap = scarceGaps(rows).find(({ of, minus }) => of === "own tickets" && minus === "dense")!;
    expect(gap.verdict.words).toBe("no verdict (diverged in 1 of 6 replicates)");
  });

  test("stands in the report and its tables", () => {
    const titles = configuredTables(rowsOf(3), "transfer").map(({ title }) => title);
    expect(titles).toEqual([
      "Tickets minus random tickets, at a fifth of the weights and less",
      "Structure minus weights, at a fifth of the weights and less",
      "Tickets of other sources minus the target's own, at a fifth of the weights and less",
    ]);
    expect(configuredTables(rowsOf(3), "odd-targets")[0]!.title).toContain("Scarce targets");
    const { findings, sections } = configuredReport(rowsOf(3), { measure: ACCURACY, study: "transfer" });
    expect(sections.map(({ title }) => title)).toEqual([...titles, "All networks"]);
    expect(findings.join(" ")).toContain("is at least the same-task ticket on");
  });
});
