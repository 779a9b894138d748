/** Figure 1's smoke preset: a residual network on colour images, in two panels, from the command to the picture. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, type Outcome, tombola } from "./tombola.ts";

const COMMAND = "run figure1 --preset smoke --workers 2";
const PANELS = ["learning rate 0.01", "learning rate 0.1"];

const cwd = newFolder(afterAll);
let first: Outcome;
let rows: readonly Row[];
let id: string;
const runFile = (...names: string[]) => join(cwd, "tombola-store", "runs", id, ...names);

describe("a run of figure1", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    first = await tombola(`${COMMAND} --json`, { cwd });
    rows = first.code === 0 ? JSON.parse(first.stdout).rows : [];
    id = readdirSync(join(cwd, "tombola-store", "runs"))[0]!;
  }, 120_000);

  test("has a row for every panel, arm, replicate and level", () => {
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ study: "figure1", spec: { model: "resnet-8-4", pruning: "imp" } });
    const places = PANELS.flatMap((panel) =>
      ["ticket", "reinit", "rewound"].flatMap((arm) =>
        [0, 1].flatMap((replicate) => [0, 1, 2].map((level) => ({ panel, arm, replicate, level }))),
      ),
    );
    expect(rows).toMatchObject(places);
    for (const { weights, prunable, level } of rows) expect(Math.abs(weights - prunable / 2 ** level)).toBeLessThan(1);
  });

  test("trains reinit under the ticket's masks, and rewound networks from an early iteration of the dense one", async () => {
    const artifact = async (key: string) =>
      JSON.parse((await tombola(`show ${key} --json`, { cwd })).stdout) as {
        inputs: Record<string, string>;
        params: Record<string, unknown>;
      };
    const at = (arm: string) => rows.find((row) => row.panel === PANELS[1] && row.arm === arm && row.level === 1)!;
    const [ticket, reinit, rewound] = await Promise.all(
      ["ticket", "reinit", "rewound"].map((arm) => artifact(at(arm).artifact)),
    );
    expect(reinit!.inputs.mask).toBe(ticket!.inputs.mask);
    expect(reinit!.inputs.network).not.toBe(ticket!.inputs.network);
    expect(rewound!.params).toMatchObject({ from: 20, to: 120, augment: { crop: 4, flip: true }, trainSize: 1000 });
    expect((await artifact(rewound!.inputs.network!)).params).toMatchObject({ from: 0, to: 20, draw: 0 });
  });

  test("learns", () => {
    for (const { testAccuracy } of rows) expect(testAccuracy).toBeGreaterThan(0.15);
  });

  test("leaves the figure, its numbers and the report", () => {
    const svg = readFileSync(runFile("figures", "figure1.svg"), "utf8");
    for (const text of ["resnet-8-4 on synthetic-rgb", ...PANELS, "rewound"]) expect(svg).toContain(text);
    const [header, ...lines] = readFileSync(runFile("figures", "figure1.csv"), "utf8").trimEnd().split("\r\n");
    expect(header).toBe("panel,arm,level,weightsRemaining,mean,min,max,sd,low,high,n,diverged");
    expect(lines).toHaveLength(2 * 3 * 3);
    expect(readdirSync(runFile("figures")).sort()).toEqual([
      ...["angle-replicates.csv", "angle.csv", "angle.png", "angle.svg"],
      ...["figure1-replicates.csv", "figure1.csv", "figure1.png", "figure1.svg", "spec.json"],
    ]);
    expect(readFileSync(runFile("report.html"), "utf8")).toContain("Learning rate 0.1: ");
  });

  test("is known in advance by --dry-run, and trains nothing again", async () => {
    const plan = JSON.parse((await tombola(`${COMMAND} --replicates 3 --dry-run --json`, { cwd })).stdout);
    // Per panel and replicate: dense, fresh dense, a rewind point, two levels of three arms.
    expect(plan).toMatchObject({ networks: 2 * 3 * 9, stored: 2 * 2 * 9 });
    expect(plan.lines).toContainEqual(
      expect.objectContaining({ network: `${PANELS[0]}: rewound level 2`, networks: 3, stored: 2, iterations: 100 }),
    );
    const again = await tombola(`${COMMAND} --json --quiet`, { cwd });
    expect(again).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  });
});
