/** The figure of ways to become sparse, as an SVG that is reviewed in the diff. */
import { expect, test } from "vitest";
import { ACCURACY } from "../../task/words.ts";
import { measuring, ROWS } from "../networks/fixtures/rows.ts";
import type { Arm, RowDetail } from "../networks/row.ts";
import { methods } from "./figure.ts";

const NAMES: Partial<Record<Arm, Arm>> = { ticket: "gradual", reinit: "ticket", random: "gradual-random" };

/** Tickets as gradual pruning and the controls as others; penalties come to densities of their own. */
const rows: RowDetail[] = [
  ...ROWS.map((row) => ({ ...row, arm: NAMES[row.arm] ?? row.arm })),
  ...ROWS.filter(({ arm }) => arm === "ticket").map((row) => ({
    ...measuring(row, row.measure.value! - 0.002),
    arm: "variational" as const,
    density: row.density ** 1.3 * (1 + 0.1 * row.replicate),
  })),
];

const drawn = () => methods({ title: "LeNet-300-100 on MNIST", measure: ACCURACY, rows, band: "ci" });

test("it looks as reviewed", async () => {
  await expect(drawn().svg).toMatchFileSnapshot("fixtures/methods.svg");
});

test("its CSV has every arm and level, with the mean density that a penalty came to", () => {
  const [header, ...lines] = drawn().csv.trimEnd().split("\r\n");
  expect(header).toBe("arm,level,weightsRemaining,mean,min,max,sd,low,high,n,diverged");
  expect(lines.length).toBe(1 + 4 * 5);
  const own = rows.filter(({ arm, level }) => arm === "variational" && level === 8);
  const mean = own.reduce((sum, { density }) => sum + (100 * density) / own.length, 0);
  expect(Number(lines.find((line) => line.startsWith("variational,8"))!.split(",")[2])).toBeCloseTo(mean, 10);
});
