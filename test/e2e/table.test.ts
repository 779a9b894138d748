/** A table of numbers, from the command line to figures: what is learnt of it, in its own unit, wherever the file lies. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

const cwd = newFolder(afterAll);
const file = join(cwd, "housing.csv");
const SIZES = "--model mlp-16-8 --levels 2 --steps 120it --arms ticket,reinit --quiet";

/** 200 houses, whose price is a plain function of three numbers; the fourth says nothing. */
function houses(): string {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const [rooms, area, age] = [1 + (i % 7), 30 + ((37 * i) % 150), (13 * i) % 90];
    return [rooms, area, age, 1, 20 * rooms + 2 * area - age].join(",");
  });
  return `rooms,area,age,constant,price\n${rows.join("\n")}\n`;
}

interface Told {
  readonly run: string;
  readonly spec: { readonly data: string; readonly validation: number };
  readonly task: {
    readonly name: string;
    readonly measures: readonly { readonly name: string; readonly unit: unknown }[];
  };
  readonly rows: readonly Row[];
}

describe("regression on a table", { timeout: 60_000 }, () => {
  let told: Told;
  const asked = (path: string) => `run imp --data csv:${path} --target price --task regression ${SIZES}`;
  beforeAll(async () => {
    writeFileSync(file, houses());
    const { code, stdout, stderr } = await tombola(`${asked("housing.csv")} --json`, { cwd });
    expect(stderr).toContain("column constant is left out");
    expect(code).toBe(0);
    told = JSON.parse(stdout);
  }, 60_000);

  test("says the task and its measures, the rows held out, and the file with what is told of it", () => {
    expect(told.task).toMatchObject({
      name: "regression",
      measures: [{ name: "rmse", unit: "price" }, { name: "r2" }],
    });
    expect(told.spec.validation).toBe(16);
    expect(told.spec.data).toMatch(/^csv:.*housing\.csv#[0-9a-f]{12}\?target=price&task=regression$/);
  });

  test("rows have the measure in the target's unit, and no accuracy", () => {
    expect(told.rows).toHaveLength(6);
    for (const row of told.rows) {
      expect(row.measure).toEqual({ name: "rmse", value: row.measures.rmse });
      expect(row.measures.r2).toBeGreaterThan(0.5);
      expect(row.earlyStop!.step % 10).toBe(0);
      expect(Object.keys(row).filter((name) => /accuracy/i.test(name) || name === "earlyStopStep")).toEqual([]);
    }
  });

  test("axes name the measure", () => {
    const figure = (name: string) => readFileSync(join(cwd, "tombola-store/runs", told.run, "figures", name), "utf8");
    expect(figure("accuracy.svg")).toContain("Test RMSE (price)");
    expect(figure("accuracy.svg")).toContain("price of housing.csv");
    const report = readFileSync(join(cwd, "tombola-store/runs", told.run, "report.html"), "utf8");
    // Scripts of the page know of NaN.
    expect(report.replace(/<script>.*?<\/script>/gs, "")).not.toMatch(/NaN|accuracy \(%\)/);
  });

  test("a network is scored in the target's unit from its file, too", async () => {
    const [row] = told.rows as [Row];
    await tombola(`export ${row.artifact} --format safetensors --to ticket.safetensors`, { cwd });
    const words = "evaluate --model mlp-16-8 --weights ticket.safetensors";
    const data = "--data csv:housing.csv?target=price&task=regression --json";
    const scored = JSON.parse((await tombola(`${words} ${data}`, { cwd })).stdout);
    expect(scored).toMatchObject({ n: 40, measure: row.measure, measures: row.measures });
  });

  test("a file that was moved is the same data", async () => {
    mkdirSync(join(cwd, "elsewhere"));
    cpSync(file, join(cwd, "elsewhere/houses.csv"));
    const { stdout } = await tombola(`${asked("elsewhere/houses.csv")} --dry-run --json`, { cwd });
    const { networks, stored } = JSON.parse(stdout);
    expect(stored).toBe(networks);
  });

  test("a file whose content has changed is not", async () => {
    writeFileSync(join(cwd, "other.csv"), houses().replace("1,30,0,1,80", "1,30,0,1,81"));
    const { stdout } = await tombola(`${asked("other.csv")} --dry-run --json`, { cwd });
    expect(JSON.parse(stdout).stored).toBe(0);
  });
});

test.each([
  ["run imp --data csv:none.csv --target price --task regression --model mlp-4", "none.csv"],
  ["run imp --data mnist --target price", "--target: does nothing without --data csv:PATH"],
  ["run imp --data csv:housing.csv --target height --task regression --model mlp-4", "height"],
  ["run imp --data csv:housing.csv --target price --task regression --model conv-2", "conv-2 needs images"],
])("%s is refused", async (words, message) => {
  writeFileSync(file, houses());
  const { code, stderr } = await tombola(words, { cwd });
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(message);
});

describe("test rows of a file of their own", { timeout: 60_000 }, () => {
  const [learnt, scored, other] = ["learnt", "scored", "other"].map((name) => join(cwd, `${name}.csv`)) as Three;
  type Three = [string, string, string];
  const run = (test: string) =>
    tombola(`run imp --data csv:${learnt} --target price --task regression ${SIZES} ${test} --json`, { cwd });

  test("networks are scored on theirs, whichever run was the last", async () => {
    const lines = houses().trimEnd().split("\n");
    writeFileSync(learnt, `${lines.slice(0, 150).join("\n")}\n`);
    writeFileSync(scored, `${[lines[0], ...lines.slice(150)].join("\n")}\n`);
    writeFileSync(other, `${[lines[0], ...lines.slice(160, 163)].join("\n")}\n`);
    const { rows } = JSON.parse((await run(`--test ${scored}`)).stdout) as Told;
    await run(`--test ${other}`);
    await run("");
    const [a, b] = rows as [Row, Row];
    const path = JSON.parse(
      (await tombola(`interpolate ${a.artifact} ${b.artifact} --points 3 --json`, { cwd })).stdout,
    );
    expect(path.testError.at(-1)).toBeCloseTo(a.measure.value!, 4);
    expect(path.testError[0]).toBeCloseTo(b.measure.value!, 4);
  });

  test.each([
    ["tset=x", "options of csv:PATH are target, task, test, each once"],
    ["target=age", "options of csv:PATH are target, task, test, each once"],
  ])("a name with %s is refused", async (part, message) => {
    const words = `evaluate --model mlp-4 --weights none --data csv:${learnt}?target=price&${part}`;
    const { code, stderr } = await tombola(words, { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
