/** Tickets of pre-training: where masks and weights come from, what makes rows, and the figures that are drawn of them. */
import { describe, expect, test } from "vitest";
import { carryOut } from "../../app/carry-out.ts";
import { loadDataset } from "../../dataset/load.ts";
import { isFigure } from "../../figure/figure.ts";
import { addPretraining } from "../../pretrain/tasks.ts";
import { memoryStore } from "../../step/fixtures/steps.ts";
import { keyOf, type StepRequest } from "../../step/request.ts";
import { createInlineRunner } from "../../step/runner.ts";
import { engine } from "../../train/fixtures/tasks.ts";
import { stepsOfPlan } from "../plan.ts";
import "../registry.ts";
import { nearestViews } from "./figures/nearest.ts";
import { tickets } from "./figures/tickets.ts";
import { pretrainingTickets } from "./kind.ts";
import type { PretrainingOptions } from "./options.ts";
import { pretrainingPlan } from "./plan.ts";
import { gainsOf } from "./report.ts";
import type { PretrainingPlace, PretrainingRow } from "./row.ts";
import { withViews } from "./rows.ts";
import { ARMS, type PretrainingSpec } from "./spec.ts";

addPretraining();

const SMALL: PretrainingOptions = {
  ...{ sources: ["simclr", "supervised"], targets: ["synthetic-rgb@8:size=150"], arms: ARMS, level: [0, 2] },
  ...{ steps: "6it", roundSteps: "2it", targetSteps: "3it", replicates: 1, batch: 50 },
};

async function study(changes: PretrainingOptions = {}) {
  const spec: PretrainingSpec = pretrainingTickets.specOf({ ...SMALL, ...changes } as never, "smoke");
  const datasets = await Promise.all([...new Set(spec.parts.map(({ data }) => data))].map((data) => loadDataset(data)));
  const store = memoryStore();
  const runner = createInlineRunner({ store, engine, datasets });
  const rows = (await carryOut({
    ...{ kind: pretrainingTickets, spec, datasets, runner, events: {} as never },
  })) as PretrainingRow[];
  const steps = [...stepsOfPlan(pretrainingPlan(spec, datasets), engine.arithmetic)];
  const requestOf = (arm: string, level: number, source = "simclr"): StepRequest =>
    steps.find(({ rows: places = [] }) =>
      (places as PretrainingPlace[]).some(
        (each) => each.arm === arm && each.level === level && each.source === source && each.readout === "fine-tuned",
      ),
    )!.request;
  const tensors = async (input: unknown) => (await store.read(keyOf(input as StepRequest, engine.arithmetic))).tensors;
  const bits = async (input: unknown) =>
    new Map(
      [...(await tensors(input))].flatMap(([name, { data }]) => (name.startsWith("mask/") ? [[name, [...data]]] : [])),
    );
  return { spec, rows, requestOf, tensors, bits, store, steps };
}

let found: ReturnType<typeof study> | undefined;
/** Carried out once, in the test that asks first. */
const whole = () => (found ??= study());

const TIME = { timeout: 300_000 };
const kept = (mask: ReadonlyMap<string, readonly number[]>) => [...mask.values()].flat().reduce((a, b) => a + b, 0);

describe("tickets of SimCLR and of labels", () => {
  test("a row for every arm and level, probes beside them; dense networks once", TIME, async () => {
    const { rows } = await whole();
    const named = (readout: string, source: string) =>
      rows.filter((row) => row.readout === readout && row.source === source).map(({ arm, level }) => `${arm} ${level}`);
    const all = ["ticket 0", "ticket 2", "scratch 0", "scratch 2", ...ARMS.slice(2).map((arm) => `${arm} 2`)];
    for (const source of ["simclr", "supervised"]) {
      expect(named("fine-tuned", source)).toEqual(all);
      expect(named("probe", source)).toEqual(["ticket 0", "ticket 2"]);
    }
    expect(named("probe", "none")).toEqual(["scratch 0"]);
    const [fineTuned, probe] = ["fine-tuned", "probe"].map((readout) => rows.find((row) => row.readout === readout)!);
    expect(fineTuned!.labels).toBe(150);
    expect(probe!.labels).toBeGreaterThan(150);
    for (const { measure } of rows) expect(measure.name).toBe("accuracy");
  });

  test("masks: the first cut is of what pre-training left, each keeps what it should", TIME, async () => {
    const { requestOf, bits, rows } = await whole();
    const maskOf = (arm: string) => bits(requestOf(arm, 2).inputs.mask);
    const [ticket, scratch, oneshot, random, complement, task] = await Promise.all(
      ["ticket", "scratch", "oneshot", "random", "complement", "task"].map(maskOf),
    );
    expect(scratch).toEqual(ticket);
    const whole_ = rows[0]!.prunable;
    for (const mask of [ticket!, oneshot!, random!, task!]) expect(kept(mask) / whole_).toBeCloseTo(0.49, 2);
    expect(kept(complement!)).toBe(whole_ - kept(ticket!));
    for (const [name, own] of complement!) expect(own).toEqual(ticket!.get(name)!.map((bit) => 1 - bit));
    expect(random).not.toEqual(ticket);
    for (const [name, own] of random!)
      expect(own.reduce((a, b) => a + b, 0)).toBe(ticket!.get(name)!.reduce((a, b) => a + b, 0));
    expect([...ticket!.keys()].every((name) => name.startsWith("mask/blocks."))).toBe(true);
    // Round 1 prunes the pre-trained network itself, before any further training.
    const second = requestOf("ticket", 2).inputs.mask as StepRequest;
    const round = second.inputs.network as StepRequest;
    const first = round.inputs.mask as StepRequest;
    expect(first.inputs.network).toBe(round.inputs.network);
    expect((round.params as { to: number }).to).toBe(2);
  });

  test(
    "all arms of a target begin with one head; tickets with pre-trained weights, scratch with the first",
    TIME,
    async () => {
      const { requestOf, tensors } = await whole();
      const startOf = async (arm: string) => tensors(requestOf(arm, 2).inputs.network);
      const [ticket, scratch] = [await startOf("ticket"), await startOf("scratch")];
      const pretrained = await tensors((requestOf("ticket", 2).inputs.network as StepRequest).inputs.network);
      const [fc, body] = ["fc.weight", "blocks.0.conv1.weight"];
      expect(ticket.get(fc!)!.data).toEqual(scratch.get(fc!)!.data);
      expect(ticket.get(body!)!.data).toEqual(pretrained.get(body!)!.data);
      expect(scratch.get(body!)!.data).not.toEqual(ticket.get(body!)!.data);
      // Without labels a classifier is not trained.
      expect(pretrained.get(fc!)!.data).not.toEqual(ticket.get(fc!)!.data);
    },
  );

  test("figures, findings and the views that lie nearest", TIME, async () => {
    const { rows, store, spec } = await whole();
    const details = await withViews(rows, store);
    const shown = details.filter(({ nearest }) => nearest);
    expect(shown.map(({ source, readout, level }) => [source, readout, level])).toEqual([["simclr", "probe", 0]]);
    const { views, nearest, shape } = shown[0]!.nearest!;
    expect([views.length, nearest.length, shape]).toEqual([16, 16, [3, 8, 8]]);
    for (const [view, other] of nearest.entries()) expect(other !== view && other >= 0 && other < 16).toBe(true);
    expect(new Set(views.map((view) => view.join())).size).toBeGreaterThan(8);
    const measure = { name: "accuracy", title: "accuracy", unit: "fraction", direction: "up" } as const;
    const data = { title: pretrainingTickets.title(spec), measure, rows: details, band: "ci" as const };
    for (const figure of [tickets(data), nearestViews(data)]) {
      expect(isFigure(figure) && figure.svg).toContain("<svg");
      expect(isFigure(figure) && figure.csv.split("\r\n").length).toBeGreaterThan(3);
    }
    expect(gainsOf(rows).map(({ source, n }) => [source, n])).toEqual([
      ["simclr", 1],
      ["supervised", 1],
    ]);
    const report = await pretrainingTickets.report!(details, measure);
    expect(report.findings[0]).toContain("not established (needs n >= 6)");
  });
});

test("a specification without sources, and one that names an arm that is none, are refused", () => {
  const spec = pretrainingTickets.specOf({}, "smoke");
  const parse = (changes: object) => () => pretrainingTickets.parse({ ...spec, ...changes });
  expect(parse({ parts: spec.parts.filter(({ role }) => role !== "source") })).toThrow("sources: must be one at least");
  expect(parse({ arms: ["tickets"] })).toThrow("arms");
  expect(parse({ levels: [1, 1] })).toThrow("levels: must name each level once");
});
