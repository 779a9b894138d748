/** Tickets of language models, from the command to the figure. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LSTM_ARMS } from "../../src/study/lstm-tickets/spec.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, tombola } from "./tombola.ts";

/** 42 words, 16 units: embedding and output layer, and two layers of four gates. */
const LAYERS = 2 * 64 * (16 + 16 + 1 + 1);
const ALL = 2 * 42 * 16 + 42 + LAYERS;

test("the smoke preset gives a row for every choice, arm and level, and one figure", { timeout: 120_000 }, async () => {
  const cwd = newFolder();
  const command = "run lstm-tickets --preset smoke --replicates 1 --workers 2 --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows: Row[] = JSON.parse(stdout).rows;
  const places = ["all parameters", "encoder only"].flatMap((panel) =>
    // One dense network begins all arms but those of fresh weights.
    LSTM_ARMS.flatMap((arm) => [0, 1, 2].map((level) => `${panel}, ${arm} ${level}`)),
  );
  expect(rows.map(({ panel, arm, level }) => `${panel}, ${arm} ${level}`)).toEqual(places);
  for (const { panel, level, weights, prunable, measure } of rows) {
    const total = panel === "all parameters" ? ALL : LAYERS;
    expect(prunable).toBe(total);
    expect(Math.abs(weights - total * 0.4 ** level)).toBeLessThan(1);
    // What a model that knows nothing tells a word with.
    if (level === 0) expect(measure).toMatchObject({ name: "log-perplexity", value: expect.any(Number) });
    if (level === 0) expect(measure.value).toBeLessThan(Math.log(40) - 1);
  }
  const value = (arm: string) => rows.find((row) => row.arm === arm && row.level === 2)!.measure.value!;
  expect(value("ticket")).toBeLessThan(value("random"));

  const [id] = readdirSync(join(cwd, "tombola-store", "runs"));
  const folder = join(cwd, "tombola-store", "runs", id!);
  const figures = [
    "lstm-tickets-replicates.csv",
    "lstm-tickets.csv",
    "lstm-tickets.png",
    "lstm-tickets.svg",
    "spec.json",
  ];
  expect(readdirSync(join(folder, "figures")).sort()).toEqual(figures);
  // Biases are pruned, and told by their names.
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("lstm.bias_hh_l1");
});
