/** The study `pretraining-tickets`: tickets of networks that are pre-trained without labels or with them (Chen et al. 2021). */

import { power } from "../../base/exact.ts";
import { shortName } from "../../base/registry.ts";
import type { StudyKind } from "../kind.ts";
import type { Values } from "../option.ts";
import { familyNotes } from "../shared/defaults.ts";
import { presetNamed } from "../shared/spec-of.ts";
import { adoptStep } from "../transfer/steps/adopt.ts";
import { PRETRAINING_COLUMNS } from "./columns.ts";
import { PRETRAINING_COMPARISON } from "./comparison.ts";
import { PRETRAINING_OPTIONS, pretrainingSpecOf } from "./options.ts";
import { pretrainingPlan } from "./plan.ts";
import { PRETRAINING_PRESETS } from "./presets.ts";
import { type PretrainingDetail, type PretrainingPlace, type PretrainingRow, pointsOf } from "./row.ts";
import { groupsOf, pretrainingRows, withViews } from "./rows.ts";
import { type PretrainingSpec, parsePretrainingSpec } from "./spec.ts";
import { complementStep } from "./steps/complement.ts";
import { nearestStep } from "./steps/nearest.ts";
import { probeStep } from "./steps/probe.ts";

const name = "pretraining-tickets";

export const pretrainingTickets: StudyKind<PretrainingSpec, PretrainingRow, PretrainingPlace, PretrainingDetail> = {
  name,
  summary: "tickets of networks pre-trained by SimCLR, MoCo, rotation or labels, carried to tasks with few labels",
  options: PRETRAINING_OPTIONS,
  presets: PRETRAINING_PRESETS,
  examples: [
    { preset: "smoke", summary: "a try in seconds, without data" },
    { options: { sources: ["simclr", "moco"], replicates: 3 }, summary: "SimCLR beside MoCo on CIFAR-10" },
  ],
  notes: familyNotes(),
  parts: "parts",
  manyTasks: true,
  steps: [adoptStep, complementStep, probeStep, nearestStep],
  specOf: (given: Values, preset?: string) =>
    pretrainingSpecOf(given, presetNamed(PRETRAINING_PRESETS, preset, { study: name })?.options ?? {}),
  parse: parsePretrainingSpec,
  plan: pretrainingPlan,
  rows: pretrainingRows,
  say(row) {
    const { source, target, arm, level, readout, replicate, density, measure } = row;
    const value = pointsOf(row);
    const told = Number.isFinite(value) ? `${measure.title} ${value.toFixed(2)} %` : "diverged";
    const where = `${target} ${readout}, ${source} ${arm} level ${level}`;
    return `${where}, replicate ${replicate}: ${told} with ${(100 * density).toFixed(2)} % of the weights`;
  },
  columns: PRETRAINING_COLUMNS,
  lines: groupsOf,
  comparison: PRETRAINING_COMPARISON,
  details: withViews,
  title({ parts, levels, cut }) {
    const of = (role: string) => parts.filter((part) => part.role === role).map((part) => part.name);
    const least = (100 * power(1 - cut, Math.max(...levels))).toFixed(1);
    const [{ model, steps }] = parts as [PretrainingSpec["parts"][0]];
    return `${shortName(model)}, ${of("source").join(", ")} for ${steps}, on ${of("target").join(", ")}: to ${least} % of the weights`;
  },
  figures: [
    { name: "tickets", draw: async (data) => (await import("./figures/tickets.ts")).tickets(data) },
    { name: "nearest-views", draw: async (data) => (await import("./figures/nearest.ts")).nearestViews(data) },
  ],
  report: async (rows, measure) => (await import("./report.ts")).pretrainingReport(rows, measure),
};
