/** The study `strong`, carried out on a small data set. */
import { describe, expect, test } from "vitest";
import type { Compared } from "../../app/claims/contrast.ts";
import { judge } from "../../app/claims/judge.ts";
import { parseRegistered } from "../../app/claims/registered.ts";
import { onnxAccuracy } from "../../export/fixtures/onnx-accuracy.ts";
import { parseModel } from "../../model/registry.ts";
import { memoryStore } from "../../step/fixtures/steps.ts";
import { networkOf } from "../../step/networks.ts";
import { STRONG_ARMS } from "../../strong/compile.ts";
import { ACCURACY } from "../../task/words.ts";
import { dataset, rawDataset } from "../../train/fixtures/tasks.ts";
import { runTiny } from "../fixtures/studies.ts";
import type { Values } from "../option.ts";
import { registerStudy } from "../registry.ts";
import { strongLines } from "./columns.ts";
import { NETWORK_ROW, ROWS, TRIALS_ROW } from "./fixtures/rows.ts";
import { strong } from "./kind.ts";
import { networkFinding, strongReport, trialsFinding } from "./report.ts";
import { rowsOf } from "./rows.ts";
import { parseStrongSpec } from "./spec.ts";
import { checkRaw, rawName, testImages } from "./steps/images.ts";

registerStudy(strong);

const spec = parseStrongSpec({
  ...strong.specOf({ trials: 10, draws: 20, trialEpsilon: 0.2, steps: "40it" }, "smoke"),
  epsilons: [0.2, 0.1],
  counts: [4, 6, 8],
  popup: { units: 3, hidden: [4], kept: 0.5 },
  attention: { size: 3, heads: 2, tokens: 3, units: [6, 10], draws: 4 },
});
const small = {
  ...spec,
  networks: spec.networks.map((network) => ({
    ...network,
    model: network.construction === "burkholz" ? "mlp-3" : "mlp-6-5",
  })),
};

describe("a run", async () => {
  const store = memoryStore();
  const rows = await runTiny(strong, small, { store });

  test("has a row for every network, construction, epsilon and count", () => {
    expect(rowsOf(rows, "network").map(({ construction, epsilon }) => `${construction} ${epsilon}`)).toEqual([
      ...["malach 0.1", "orseau 0.01", "orseau 0.001", "pensia 0.01", "burkholz 0.01", "linear-relaxation 0.01"],
    ]);
    expect(rowsOf(rows, "trials").map(({ failures }) => failures.n)).toEqual(Array(8).fill(10));
    expect(rowsOf(rows, "units").length).toBe(4 * 2);
    expect(rowsOf(rows, "sums").length).toBe(2 * 3);
    expect(rowsOf(rows, "attention").map(({ width }) => width)).toEqual([18, 30]);
    expect(strongLines(rows).length).toBe(6 + 8);
    expect(rowsOf(rows, "popup").map(({ form, model, kept }) => [form, model, kept])).toEqual([
      ["gadget", "gadget-3-4", (3 * 784) / 2 + (3 * 4 * 784) / 2 + (3 * 4) / 2 + (3 * 10 * 4) / 2],
      ["wide", "mlp-15-nobias", (15 * 794) / 2],
    ]);
  });

  test("builds networks that score as their targets do, within what single images are worth", () => {
    for (const { testAccuracy, targetAccuracy, construction, missed, weights } of rowsOf(rows, "network")) {
      expect([construction, Math.abs(testAccuracy - targetAccuracy)]).toEqual([construction, expect.closeTo(0, 0)]);
      expect(missed).toBeLessThan(weights / 20);
      expect(weights).toBe(construction === "burkholz" ? 21 * 3 * (784 + 1) + 30 + 10 : 784 * 6 + 30 + 50);
    }
  });

  test("stores what fits as an ordinary network, whose score on the engine is that of its kept weights", async () => {
    const row = rowsOf(rows, "network").find(({ construction }) => construction === "pensia")!;
    expect(row.network).toBe("mlp-32928-6-252-5-210-nobias");
    const artifact = await store.read(row.artifact);
    expect(artifact.meta.result).toMatchObject({ scoredBy: "engine" });
    const model = parseModel(row.network!, rawDataset);
    const { weights, mask } = networkOf(artifact, model);
    const kept = [...mask!.values()].reduce((sum, bits) => sum + bits.reduce((a, b) => a + b, 0), 0);
    expect(kept).toBe(artifact.meta.result.kept);
    expect([...weights.get("fc1.weight")!].every((value) => value >= 0 && value <= 1)).toBe(true);
    const { accuracy } = await onnxAccuracy({ model, network: { weights, mask } }, rawDataset);
    expect(accuracy).toBe(row.testAccuracy);
  });

  test("stores the kept weights of what does not fit", async () => {
    const row = rowsOf(rows, "network").find(({ construction }) => construction === "malach")!;
    expect(row.network).toBeNull();
    const { tensors, meta } = await store.read(row.artifact);
    expect([...tensors.keys()].slice(0, 3)).toEqual(["fc1.columns", "fc1.rows", "fc1.values"]);
    expect(meta.result).toMatchObject({ scoredBy: "sparse" });
    expect(row.randomParameters).toBeGreaterThan(1e9);
  });

  test("trains targets without biases, but Burkholz's", async () => {
    const targets = store.written.filter(({ step, params }) => step === "train" && !("method" in params));
    expect(targets.map(({ params }) => params.model).sort()).toEqual(["mlp-3", "mlp-6-5-nobias"]);
    expect(new Set(targets.map(({ params }) => params.data))).toEqual(new Set(["synthetic?mean=0&std=1"]));
    for (const { construction, network } of rowsOf(rows, "network")) {
      if (network === null) continue;
      expect([construction, network.endsWith("-nobias")]).toEqual([construction, construction !== "burkholz"]);
    }
  });
});

test("raw pixels are from 0 to 1", () => {
  expect(["mnist", "csv:table.csv?target=y", "mnist?mean=0.5"].map(rawName)).toEqual([
    ...["mnist?mean=0&std=1", "csv:table.csv?target=y", "mnist?mean=0.5&std=1"],
  ]);
  expect(() => checkRaw(rawDataset)).not.toThrow();
  const [first] = testImages(rawDataset);
  expect(first!.pixels.every((value, i) => value === dataset.test.columns.images!.data[i]! / 255)).toBe(true);
  const { mean: _, std: __, ...table } = dataset;
  for (const other of [dataset, table]) {
    expect(() => checkRaw(other)).toThrow("data: must be images whose pixels are from 0 to 1");
  }
});

describe("a specification", () => {
  test("has networks by construction, Burkholz's narrow", () => {
    const { networks, trials } = strong.specOf({});
    expect(new Set(networks.map(({ construction }) => construction))).toEqual(new Set(STRONG_ARMS));
    expect(networks.find(({ construction }) => construction === "burkholz")).toEqual({
      ...{ construction: "burkholz", model: "mlp-64", epsilon: 0.01, units: 42, copies: 21 },
    });
    expect(trials).toMatchObject({ count: 1000, sizes: [6, 4, 2] });
  });

  test.each(strong.presets.map(({ name }) => name))("of the preset %s is complete", (name) => {
    const found = strong.specOf({}, name);
    expect(strong.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  test("refuses targets that are no MLPs with ReLU, and options that do nothing", () => {
    expect(() => strong.specOf({ model: "conv-2" })).toThrow('model: targets must be MLPs with ReLU, got "conv-2"');
    expect(() => strong.specOf({ model: "mlp-8-tanh" })).toThrow("model: targets must be MLPs with ReLU");
    expect(() => strong.specOf({ narrow: "mlp-8", constructions: ["pensia"] })).toThrow(
      "narrow: does nothing without the construction burkholz",
    );
  });
});

test("networks are compared with their targets, at equal units", () => {
  const better = { ...NETWORK_ROW, replicate: 1, testAccuracy: 0.983 };
  const rows = [...ROWS, better, { ...NETWORK_ROW, construction: "orseau", units: 1169 } as const];
  const { placesOf, quantities, rowsOf: found } = strong.comparison!;
  expect(placesOf(rows)).toEqual([42, 1169]);
  const own = found(rows, { arm: "pensia" }, 42);
  const { change, missed } = quantities(ACCURACY);
  expect(own.map((row) => change!.of(row))).toEqual([expect.closeTo(-0.01, 10), expect.closeTo(0.09, 10)]);
  expect(missed!.of(own[0]!)).toBeCloseTo((100 * 29) / 266_200, 10);
  const statement = "scores as its target does";
  const margin = { margin: 0.1, reason: "ten images" };
  const claim = { name: "H1", statement, plus: [{ arm: "pensia" }], at: [42], over: "mean", equivalence: margin };
  const runs = { strong: { command: "npx tombola run strong", spec: {} } };
  const registered = parseRegistered({ page: "p", registered: "before", n: 2, runs, claims: [claim] }, "here");
  const compared = { rows, measure: ACCURACY, comparison: strong.comparison! } as unknown as Compared;
  expect(judge(registered, () => compared)[0]).toMatchObject({ n: 2, unit: "points", replicates: [0, 1] });
});

describe("what edge-popup and attention are asked for", () => {
  const places = (asked: Values) =>
    [...strong.plan(strong.specOf({ ...asked, constructions: [], data: "synthetic" }), [rawDataset])].flatMap(
      ({ rows = [] }) => rows,
    );

  test("they may be left out", () => {
    expect(places({ attention: [], popup: [] }).every(({ what }) => what === "sums")).toBe(true);
    expect(() => strong.specOf({ attention: [], attentionDraws: 3 })).toThrow("attention other than none");
    expect(() => strong.specOf({ popup: [], popupForms: ["wide"] })).toThrow("popup other than none");
  });

  test("forms are chosen, and the usual ones are not said", () => {
    const popup = places({ popup: [4], popupForms: ["linear", "wide"] }).filter(({ what }) => what === "popup");
    expect(popup).toMatchObject([
      { form: "linear", model: "gadget-5-4-linear" },
      { form: "wide", model: "mlp-25-nobias" },
    ]);
    expect(strong.specOf({ popupForms: ["gadget", "wide"] })).toEqual(strong.specOf({}));
    expect(strong.specOf({}).popup).not.toHaveProperty("forms");
  });

  test("attention has as many draws as are asked for, else a tenth", () => {
    const drawsOf = (asked: Values) => strong.specOf(asked).attention.draws;
    expect([drawsOf({}), drawsOf({ draws: 55 }), drawsOf({ attentionDraws: 7 })]).toEqual([40, 6, 7]);
  });

  test("figures say what they alone are of", () => {
    expect(strong.subtitles!(strong.specOf({}, "smoke"))).toEqual({
      units: "40 weights for each epsilon",
      "subset-sum": "40 targets for each number of candidates",
      popup: "synthetic (mean 0, std 1), 300it, 5 units an input",
      attention: "2 heads over 6 tokens of width 8, 4 random networks for each width",
    });
    expect(strong.title(strong.specOf({}, "gadgets"))).toContain("Edge-popup in gadgets on ");
  });
});

describe("a report", () => {
  test("says what was built and what failed", () => {
    expect(networkFinding(NETWORK_ROW)).toBe(
      "pensia at epsilon 0.01: lenet-300-100 inside a random network of 41,195,952 weights scores 98.20 %, its target 98.21 %; 29 of 266,200 weights missed, the worst by 0.145.",
    );
    expect(networkFinding({ ...NETWORK_ROW, construction: "linear-relaxation" })).toContain(
      "which are not a network, scores",
    );
    expect(trialsFinding(TRIALS_ROW)).toBe(
      "orseau at epsilon 0.1: of random networks for 6-4-2, 3 of 1000 (at most 0.87 %) failed, within delta 0.05.",
    );
    expect(trialsFinding({ ...TRIALS_ROW, signed: true })).toContain("for 6-4-2 with inputs of both signs, 3 of");
  });

  test("has a table for each kind of row", () => {
    const { sections, findings } = strongReport(ROWS);
    expect(sections.map(({ title }) => title)).toEqual([
      ...["Constructions", "Edge-popup in gadgets and in wide networks of as many weights"],
      ...["Units drawn until a weight is met", "Distance of the nearest subset"],
      "Attention inside random projections",
    ]);
    expect(findings.length).toBe(2 + 2 + 4 + 2 + 1);
    expect(findings).toContain(
      "Edge-popup that keeps half reaches 78.10 % in gadget-5-50, and 96.30 % in mlp-255-nobias, which has as many weights.",
    );
    const linear = { ...rowsOf(ROWS, "popup")[0]!, form: "linear" as const, model: "gadget-5-50-linear" };
    expect(strongReport([...ROWS, { ...linear, testAccuracy: 0.97 }]).findings).toContain(
      "Edge-popup that keeps half reaches 78.10 % in gadget-5-50, and 97.00 % in gadget-5-50-linear and 96.30 % in mlp-255-nobias, which has as many weights.",
    );
    expect(ROWS.map((row) => strong.say(row, ACCURACY)).every((text) => !/undefined|NaN/.test(text))).toBe(true);
  });
});
