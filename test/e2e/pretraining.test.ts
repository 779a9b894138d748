/** Tickets of pre-training without labels, from the command to the figures. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PretrainingRow } from "../../src/study/pretraining/row.ts";
import { newFolder, tombola } from "./tombola.ts";

test("the smoke preset gives rows, a report and both figures, and a second run nothing to do", {
  timeout: 240_000,
}, async () => {
  const cwd = newFolder();
  const command = "run pretraining-tickets --preset smoke --replicates 1 --workers 2 --json --quiet";
  const { code, stdout, stderr } = await tombola(command, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows: PretrainingRow[] = JSON.parse(stdout).rows;
  expect(rows.filter(({ readout }) => readout === "probe").length).toBe(5);
  const fineTuned = rows.filter(({ readout }) => readout === "fine-tuned");
  expect(new Set(fineTuned.map(({ source }) => source))).toEqual(new Set(["simclr", "rotation"]));
  expect(fineTuned.every(({ labels, target }) => labels === 200 && target.includes("synthetic-rgb"))).toBe(true);
  const runs = join(cwd, "tombola-store", "runs");
  const folder = join(runs, readdirSync(runs)[0]!);
  const figures = ["nearest-views.csv", "nearest-views.png", "nearest-views.svg"];
  const lines = ["tickets-replicates.csv", "tickets.csv", "tickets.png", "tickets.svg"];
  expect(readdirSync(join(folder, "figures")).sort()).toEqual([...figures, "spec.json", ...lines]);
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("Pre-training by simclr changes");
  expect(JSON.parse((await tombola(command, { cwd })).stdout).rows).toEqual(rows);
});
