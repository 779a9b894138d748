/** `tombola compare` on a finished run: differences by replicate, and verdicts of what was registered. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvRecords } from "../../src/figure/fixtures/csv.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

const cleaners: (() => void)[] = [];
const cwd = newFolder((clean) => cleaners.push(clean));
let rows: Row[] = [];

beforeAll(async () => {
  const study = "run imp --preset smoke --replicates 6 --levels 1 --arms ticket,reinit --json --quiet";
  const { code, stdout } = await tombola(study, { cwd });
  expect(code).toBe(0);
  rows = JSON.parse(stdout).rows;
}, 120_000);
afterAll(() => {
  for (const clean of cleaners) clean();
});

/** Ticket minus reinit at level 1 of every replicate, in points. */
const gains = () =>
  Array.from({ length: 6 }, (_, replicate) => {
    const of = (arm: string) => rows.find((row) => row.arm === arm && row.replicate === replicate && row.level === 1)!;
    return 100 * (of("ticket").measure.value! - of("reinit").measure.value!);
  });

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const claim = {
  ...{ name: "H1", statement: "tickets are better", plus: [{ arm: "ticket" }], minus: [{ arm: "reinit" }] },
  ...{ at: [1], over: "mean", side: "greater" },
};
const spec = { study: "imp", replicates: 6 };

function register(changes: object): string {
  const file = {
    page: "page",
    registered: "before",
    n: 6,
    runs: { main: { command: "-", spec } },
    claims: [claim],
    ...changes,
  };
  writeFileSync(join(cwd, "registered.json"), JSON.stringify(file));
  return "--registered registered.json";
}

test("arms are compared by replicate, without verdict", async () => {
  const { code, stdout } = await tombola("compare imp --arms ticket,reinit --equivalence 5 --json", { cwd });
  expect(code).toBe(0);
  const { replicates, unit, differences } = JSON.parse(stdout);
  expect({ replicates, unit }).toEqual({ replicates: [0, 1, 2, 3, 4, 5], unit: "points" });
  expect(differences.map(({ at }: { at: number }) => at)).toEqual([0, 1]);
  const [, first] = differences;
  gains().forEach((gain, i) => {
    expect(first.values[i]).toBeCloseTo(gain, 6);
  });
  expect(first.mean).toBeCloseTo(mean(gains()), 6);
  expect(first.low).toBeLessThan(first.mean);
  expect(first.equivalence).toBeGreaterThan(0);
  const { stdout: text } = await tombola("compare imp --arms ticket,reinit", { cwd });
  expect(text).toContain("without verdict");
});

test("a registration gives verdicts, and files beside them with every replicate", async () => {
  const { code, stdout, stderr } = await tombola(`compare imp ${register({})} --to out --json`, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [found] = JSON.parse(stdout).claims;
  expect(found).toMatchObject({ name: "H1", n: 6, unit: "points", at: 1 });
  const records = (name: string) => csvRecords(readFileSync(join(cwd, "out", name), "utf8"));
  expect(records("verdicts.csv")[0]).toMatchObject({ name: "H1", verdict: found.verdict });
  const values = records("verdicts-replicates.csv").map(({ value }) => Number(value));
  expect(mean(values)).toBeCloseTo(mean(gains()), 6);
  expect((await tombola(`compare main=imp ${register({})}`, { cwd })).stdout).toContain("H1: tickets are better.");
});

test.each([
  ["compare imp --arms ticket", '--arms: must name two different arms, got "ticket". Write ticket,reinit'],
  ["compare imp --arms ticket,dens", "must have rows of ticket and dens at one level"],
  ["compare imp --arms ticket,reinit --value speed", "value: must be of measure, early-stop, stop-ratio, seconds"],
  ["compare imp --arms ticket,reinit --equivalence 0", "--equivalence: must be a number above 0"],
  ["compare imp --arms ticket,reinit --to out", "--to: does nothing without --registered"],
  ["compare imp --registered none.json", "none.json: cannot be read (ENOENT"],
  ["compare imp --registered registered.json --arms ticket,reinit", "--arms: is in the registration already"],
])("%s is refused", async (words, message) => {
  register({});
  const { code, stderr } = await tombola(words, { cwd });
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(message);
});

test("a registration of another run is refused, naming what differs", async () => {
  const other = register({ runs: { main: { command: "-", spec: { ...spec, seed: 7 } } } });
  const { code, stderr } = await tombola(`compare imp ${other}`, { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('seed must be as it was registered, 7, got "1". Name the run that the registration is of');
});
