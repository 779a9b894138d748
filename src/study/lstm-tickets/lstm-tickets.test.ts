/** The study `lstm-tickets`: what may be pruned by name, its specification, and that its plans are those of `imp`. */
import { describe, expect, test } from "vitest";
import { classes, type Dataset } from "../../dataset/dataset.ts";
import type { Table } from "../../dataset/table.ts";
import { parseModel } from "../../model/registry.ts";
import { addSequenceModels } from "../../sequence/families.ts";
import { trainings } from "../../step/fixtures/steps.ts";
import { keyOf } from "../../step/request.ts";
import { registerTextTasks } from "../../task/text/tasks.ts";
import { stepsOfPlan } from "../plan.ts";
import { imp } from "../pruning/kind.ts";
import { lstmTickets } from "./kind.ts";
import { LSTM_PRESETS } from "./presets.ts";
import { LSTM_ARMS, type LstmSpec, parseLstmSpec } from "./spec.ts";

addSequenceModels();
registerTextTasks();

const corpus = { shape: [5], outputs: 12, vocabulary: 12 };
const prunableOf = (model: string) =>
  parseModel(model, corpus)
    .parameters.filter(({ prunable }) => prunable)
    .map(({ name }) => name);

describe("a model's name says what may be pruned", () => {
  const layer = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => `lstm.${name}_l0`);

  test("its weights, all of it, or its layers alone", () => {
    expect(prunableOf("lstm-1-8")).toEqual(["embed.weight", ...layer.slice(0, 2), "out.weight"]);
    expect(prunableOf("lstm-1-8-prunes-all")).toEqual(["embed.weight", ...layer, "out.weight", "out.bias"]);
    expect(prunableOf("lstm-1-8-prunes-encoder")).toEqual(layer);
    expect(prunableOf("lstm-1-8-tied-dropout0.5-prunes-all")).toEqual(["embed.weight", ...layer, "out.bias"]);
  });

  test("and moves no parameter", () => {
    const shapes = (model: string) => parseModel(model, corpus).parameters.map(({ name, shape }) => [name, shape]);
    for (const prunes of ["all", "encoder"]) expect(shapes(`lstm-1-8-prunes-${prunes}`)).toEqual(shapes("lstm-1-8"));
  });
});

describe("a specification", () => {
  test.each(LSTM_PRESETS)("of preset $name", ({ name }) => {
    const spec = lstmTickets.specOf({}, name);
    expect(parseLstmSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    expect(spec).toMatchObject({
      ...{ validation: 0, rewindTo: "1ep", scope: "global", outputCutFactor: 1, arms: LSTM_ARMS },
      optimizer: { name: "adam", epsilon: 1e-3 },
      prunes: ["all", "encoder"],
    });
  });

  test.each([
    [{ model: "lenet-300-100" }, /model: must be an LSTM such as lstm-2-128/],
    [{ model: "lstm-2-16-prunes-all" }, /model: must be an LSTM.*without -prunes-/],
    [{ prunes: ["all", "all"] }, /prunes: must name each choice once/],
    [{ arms: ["finetune"] }, /arms/],
  ])("%o is refused", (changes, message) => {
    expect(() => lstmTickets.specOf(changes, "smoke")).toThrow(message);
  });
});

/** 60 rows of a stream. */
function table(count: number): Table {
  const data = Int32Array.from({ length: count * 5 }, (_, i) => i % 12);
  const column = { type: "i32", shape: [5], data } as const;
  return { count, columns: { tokens: column, labels: column } };
}

const dataset: Dataset = {
  ...{ name: "corpus-of-tests", shape: [5], vocabulary: 12, stream: true, task: "language", ...classes(12) },
  ...{ train: table(60), test: table(20) },
};

describe("a plan", () => {
  const spec = (changes: Partial<LstmSpec>): LstmSpec => {
    const asked = lstmTickets.specOf({ model: "lstm-1-8", steps: "4ep", evaluateEvery: "4ep", levels: 2 }, "smoke");
    return parseLstmSpec({ ...asked, data: dataset.name, replicates: 1, ...changes });
  };
  const plan = (changes: Partial<LstmSpec>) => [...lstmTickets.plan(spec(changes), [dataset])];

  test("of weights alone asks for the keys of imp", () => {
    const { prunes: _, study: __, ...shared } = spec({});
    const own = imp.plan(imp.parse({ ...shared, study: "imp" }), [dataset]);
    const keys = (of: Iterable<{ request: Parameters<typeof keyOf>[0] }>) =>
      [...of].map(({ request }) => keyOf(request, "fused"));
    expect(keys(plan({ prunes: ["weights"] }))).toEqual(keys(own));
  });

  test("has a panel for each choice, every network labelled by it", () => {
    const planned = plan({});
    const panels = new Set(planned.flatMap(({ rows = [] }) => rows.map(({ panel }) => panel)));
    expect([...panels]).toEqual(["all parameters", "encoder only"]);
    for (const { label, rows: [place] = [] } of planned)
      if (place) expect(label.startsWith(`${place.panel}: `)).toBe(true);
  });

  test("trains from 0 or from the end of the first epoch, by an Adam of epsilon 1e-3", () => {
    const steps = [...stepsOfPlan(lstmTickets.plan(spec({}), [dataset]), "fused")].map(({ request }) => request);
    for (const { from, to, optimizer } of trainings(steps)) {
      // 60 rows in 20 columns.
      expect(["0 3", "0 12", "3 12"]).toContain(`${from} ${to}`);
      expect(optimizer).toMatchObject({ name: "adam", epsilon: 1e-3 });
    }
  });
});
