/** The smoke preset from the command to its figures, and what the other verbs make of it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, type Outcome, tombola } from "./tombola.ts";

const COLUMNS = [
  ...["arm", "replicate", "level", "density", "weights", "prunable", "steps"],
  ...[
    "measure",
    "measures",
    "earlyStop",
    "testLoss",
    "testAccuracy",
    "earlyStopStep",
    "earlyStopAccuracy",
    "seconds",
    "artifact",
  ],
];
const COMMAND = "run smoke --model mlp-32 --workers 2";

const cwd = newFolder(afterAll);
let first: Outcome;
let rows: readonly Row[];
let id: string;
const runFile = (...names: string[]) => join(cwd, "tombola-store", "runs", id, ...names);

describe("a run", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    first = await tombola(`${COMMAND} --json`, { cwd });
    rows = first.code === 0 ? JSON.parse(first.stdout).rows : [];
    id = readdirSync(join(cwd, "tombola-store", "runs"))[0]!;
  }, 60_000);

  test("prints one JSON object of run, store, study, spec, task, rows and summary", () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout.trimEnd()).not.toContain("\n");
    const result = JSON.parse(first.stdout);
    expect(Object.keys(result)).toEqual(["run", "store", "study", "spec", "task", "rows", "summary"]);
    expect(result).toMatchObject({ run: id, store: join(cwd, "tombola-store") });
    const measures = [{ name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" }];
    expect(result.task).toEqual({ name: "classification", measures });
    expect(result).toMatchObject({ study: "imp", spec: { model: "mlp-32", levels: 3, seed: 1 } });
    for (const row of rows) expect(Object.keys(row)).toEqual(COLUMNS);
  });

  test("has a row for every arm, replicate and level, at exact counts", () => {
    const places = ["ticket", "reinit", "random"].flatMap((arm) =>
      [0, 1].flatMap((replicate) => [0, 1, 2, 3].map((level) => ({ arm, replicate, level }))),
    );
    expect(rows).toMatchObject(places);
    const prunable = 784 * 32 + 32 * 10;
    expect(rows.slice(0, 3)).toMatchObject([
      { weights: prunable, prunable, density: 1, steps: 200 },
      { weights: 12544 + 160 },
      { weights: 6272 + 80 },
    ]);
    for (const { weights, density } of rows) expect(density).toBe(weights / prunable);
  });

  test("learns", () => {
    for (const { testAccuracy, earlyStopAccuracy, earlyStopStep } of rows) {
      expect(Math.min(testAccuracy!, earlyStopAccuracy!)).toBeGreaterThan(0.4);
      expect(earlyStopStep! % 50).toBe(0);
    }
  });

  test("tells of every network on stderr, the shared ones once", () => {
    const lines = first.stderr
      .split("\n")
      .filter((line) => /^\[\d+\/22\] \w+ level \d, replicate \d: [\d.]+ %/.test(line));
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toContain("[22/22]");
  });

  test("leaves figures, numbers, specification and report", () => {
    for (const name of ["accuracy", "accuracy-early-stop", "early-stop", "layers", "curves"]) {
      expect(readFileSync(runFile("figures", `${name}.svg`), "utf8")).toContain("mlp-32 on synthetic");
      expect(
        readFileSync(runFile("figures", `${name}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe("PNG");
      expect(readFileSync(runFile("figures", `${name}.csv`), "utf8")).toContain("weightsRemaining");
    }
    expect(JSON.parse(readFileSync(runFile("figures", "spec.json"), "utf8"))).toMatchObject({
      id,
      spec: { model: "mlp-32" },
      command: `tombola ${COMMAND} --json`,
      tombola: expect.any(String),
      workers: 2,
    });
    expect(readFileSync(runFile("report.html"), "utf8")).toContain("<svg");
    expect(first.stderr).toContain(runFile("report.html"));
    expect(existsSync(runFile("rows.json"))).toBe(true);
  });

  test("again trains nothing and gives the same rows, the seconds too", async () => {
    const times = () => rows.map(({ artifact }) => modified(artifact));
    const before = times();
    const again = await tombola(`${COMMAND} --json --quiet`, { cwd });
    expect(again).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
    expect(times()).toEqual(before);
  });

  test("is known in advance by --dry-run", async () => {
    const { stdout } = await tombola(`${COMMAND} --replicates 3 --dry-run`, { cwd });
    expect(stdout).toMatch(/^33 networks, of which the store already holds 22\n/);
    expect(stdout).toMatch(/^ticket level 3 +3 +2 +200 +12\.50 +[\d.]+$/m);
    expect(stdout).toMatch(
      /\nabout .* with 2 workers on a machine of \d+ cores; .* ms at 100 % of mlp-32's weights, .* ms at 12\.5 %/,
    );
    const complete = JSON.parse((await tombola(`${COMMAND} --dry-run --json`, { cwd })).stdout);
    expect(complete).toMatchObject({ networks: 22, stored: 22, seconds: 0, workers: 2 });
  });

  test("is listed", async () => {
    const [run] = JSON.parse((await tombola("runs --json", { cwd })).stdout).runs;
    expect(run).toMatchObject({
      id,
      study: "imp",
      model: "mlp-32",
      data: "synthetic",
      levels: 3,
      replicates: 2,
      status: "complete",
    });
    expect((await tombola("runs", { cwd })).stdout).toMatch(new RegExp(`^id .*\\n${id} .* complete`));
  });

  test("is shown, by the beginning of its id", async () => {
    const { stdout } = await tombola(`show ${id.slice(0, 8)}`, { cwd });
    expect(stdout).toMatch(/^ticket +3 +12\.50 .* 2 +0 +\d+$/m);
    expect(stdout).toMatch(/^level 1 +12544 +160 +12704$/m);
    const shown = JSON.parse((await tombola(`show ${id} --json`, { cwd })).stdout);
    expect(shown).toMatchObject({ id, status: "complete", spec: { model: "mlp-32" } });
    expect(shown.rows).toHaveLength(24);
    expect(shown.summary[0]).toMatchObject({ arm: "ticket", level: 0, n: 2 });
  });

  test("shows an artifact, by the beginning of its key", async () => {
    const [{ artifact, measure }] = rows as [Row];
    const shown = JSON.parse((await tombola(`show ${artifact.slice(0, 12)} --json`, { cwd })).stdout);
    expect(shown).toMatchObject({ key: artifact, step: "train", result: { measure } });
    expect(shown.curve.map(({ step }: { step: number }) => step)).toEqual([0, 50, 100, 150, 200]);
    expect((await tombola(`show ${artifact.slice(0, 12)}`, { cwd })).stdout).toContain(`artifact  ${artifact}`);
  });

  test("draws one figure elsewhere", async () => {
    const to = newFolder();
    const { code, stdout } = await tombola(`figure ${id} --name accuracy --format svg,csv --to ${to}`, { cwd });
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual(
      ["accuracy.svg", "accuracy.csv", "accuracy-replicates.csv", "spec.json"].map((name) => join(to, name)),
    );
    expect(readFileSync(join(to, "accuracy.svg"), "utf8")).toBe(
      readFileSync(runFile("figures", "accuracy.svg"), "utf8"),
    );
  });

  test("draws it with other bands, which make no other run, and tells its summary beside the rows", async () => {
    const to = newFolder();
    await tombola(`figure ${id} --name accuracy --format svg --band minmax --to ${to}`, { cwd });
    expect(readFileSync(join(to, "accuracy.svg"), "utf8")).toContain("bands: lowest to highest");
    expect(readFileSync(runFile("figures", "accuracy.svg"), "utf8")).toContain("bands: 95");
    const again = await tombola(`${COMMAND} --band sd --json --quiet`, { cwd });
    const { run, rows, summary, spec } = JSON.parse(again.stdout);
    expect(run).toBe(id);
    expect(spec).not.toHaveProperty("band");
    expect(readFileSync(runFile("figures", "accuracy.svg"), "utf8")).toContain("bands: one standard deviation");
    const shown = JSON.parse((await tombola(`show ${id} --json`, { cwd })).stdout);
    expect(summary).toEqual(shown.summary);
    expect(summary[0]).toMatchObject({ n: 2, low: expect.any(Number), high: expect.any(Number) });
    expect(rows).toHaveLength(shown.rows.length);
  });
});

function modified(artifact: string): number {
  return statSync(join(cwd, "tombola-store", "artifacts", artifact.slice(0, 2), `${artifact}.safetensors`)).mtimeMs;
}

describe("the doctor", () => {
  test("tells what works here", { timeout: 20_000 }, async () => {
    const { code, stdout } = await tombola("doctor --json", { cwd: newFolder() });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      node: process.versions.node,
      engines: { reference: { works: true } },
      data: { synthetic: { works: true } },
      store: { works: true },
    });
  });
});
