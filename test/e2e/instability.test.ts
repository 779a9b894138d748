/** Linear mode connectivity from the command to the pictures: instability analysis of one network, figures of two. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PairRow } from "../../src/study/connectivity/pair.ts";
import { newFolder, type Outcome, tombola } from "./tombola.ts";

const cwd = newFolder(afterAll);
const COMMAND = "run instability --preset smoke --workers 2";
const runFile = (id: string, ...names: string[]) => join(cwd, "tombola-store", "runs", id, ...names);
const filesOf = (id: string) => readdirSync(runFile(id, "figures")).filter((name) => name.endsWith(".svg"));

describe("a run of instability", { timeout: 120_000 }, () => {
  let first: Outcome;
  let rows: readonly PairRow[];
  let id: string;
  beforeAll(async () => {
    first = await tombola(`${COMMAND} --json`, { cwd });
    rows = first.code === 0 ? JSON.parse(first.stdout).rows : [];
    id = readdirSync(join(cwd, "tombola-store", "runs"))[0]!;
  }, 120_000);

  test("has a row for every arm and parting", () => {
    expect(first).toMatchObject({ code: 0 });
    const places = ["dense", "rewound", "random"].flatMap((arm) =>
      [0, 20].map((step) => ({ arm, step, copies: [0, 1] })),
    );
    expect(rows).toMatchObject(places);
    for (const { path, recomputed, instability } of rows) {
      expect(path.alphas).toEqual([0, 0.25, 0.5, 0.75, 1]);
      const [start, end] = [path.testError[0]!, path.testError[4]!];
      expect(instability.testError).toBeCloseTo(Math.max(...path.testError) - (start + end) / 2, 12);
      expect(recomputed?.testError).toHaveLength(5);
    }
  });

  test("tells a summary beside the rows", () => {
    const { summary } = JSON.parse(first.stdout);
    expect(summary[0]).toMatchObject({ measure: "lii", arm: "dense", step: 0, n: 1, low: null });
    expect(summary.at(-1)).toMatchObject({ measure: "accuracy", arm: "random", step: 20 });
  });

  test("leaves its figures and the report", () => {
    expect(filesOf(id)).toEqual(["instability.svg", "matching.svg", "path.svg", "separation.svg"]);
    expect(readFileSync(runFile(id, "report.html"), "utf8")).toContain("LII");
  });

  test("is known in advance by --dry-run, shown as tables, and computes nothing again", async () => {
    const plan = JSON.parse((await tombola(`${COMMAND} --copies 3 --dry-run --json`, { cwd })).stdout);
    // One trunk; three copies and three lines at both partings of all three arms.
    expect(plan).toMatchObject({ networks: 1 + 6 * 2 * 3, stored: 19 });
    const shown = await tombola(`show ${id}`, { cwd });
    expect(shown.stdout).toMatch(/^dense +20 +100\.00 /m);
    expect(await tombola(`${COMMAND} --json --quiet`, { cwd })).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  });

  test("gives its networks to figure3, which joins several, and figure2", async () => {
    const figure3 = await tombola("run figure3 --preset smoke --json", { cwd });
    const both = JSON.parse(figure3.stdout).rows as PairRow[];
    expect(both.map(({ panel, step }) => [panel, step])).toEqual(
      ["MLP", "ResNet-8"].flatMap((panel) => [0, 20].map((step) => [panel, step])),
    );
    const { panel, ...own } = both[2]!;
    expect(own).toEqual(rows[0]);
    const figure2 = await tombola("run figure2 --preset smoke --networks MLP --json", { cwd });
    expect(JSON.parse(figure2.stdout).rows).toEqual([both[0]]);
    const [, of3] = JSON.parse((await tombola("runs --json", { cwd })).stdout).runs;
    const models = { model: ["mlp-32", "resnet-8-4"], data: ["synthetic", "synthetic-rgb"] };
    const shown = await tombola(`show ${of3.id}`, { cwd });
    expect(shown.stdout).toMatch(/^name +ResNet-8\nmodel +resnet-8-4\n/m);
    expect(shown.stdout).toMatch(/^ResNet-8 +dense +20 +0 +0 and 1 /m);
    expect(of3).toMatchObject({ study: "figure3", ...models, arms: ["dense"], replicates: 1 });
  });
});

test.each([
  ["run instability --preset smoke --at 0,soon", '--at: a length of training needs its units, got "soon"'],
  ["run instability --preset smoke --at 120it", 'at: must come before the end of training, 120it, got "120it"'],
  ["run instability --preset smoke --train-images 1001", "train images: must be an integer from 1 to 1000, got 1001"],
  ["run instability --preset smoke --rewind 5it", "unknown option '--rewind'"],
  ["run instability --preset smoke --arms ticket", "--arms: must be one of dense, rewound, random, shuffle, reinit"],
  ["run imp --data synthetic --copies 3", "unknown option '--copies'"],
  ["run figure2 --preset smoke --model mlp-8", "unknown option '--model'"],
  ["run figure2 --preset smoke --networks VGG", "--networks: must be of MLP, ResNet-8"],
  ["run imp --data synthetic --networks MLP", "unknown option '--networks'"],
])("refuses: %s", async (words, message) => {
  const { code, stdout, stderr } = await tombola(words, { cwd: newFolder() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
