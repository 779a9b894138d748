/** Measures of texts against values of scikit-learn, scipy and torchmetrics, and what a constant prediction is told by. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dataset } from "../../dataset/dataset.ts";
import { standardise } from "../../dataset/standardisation.ts";
import { allIndices } from "../../train/evaluate.ts";
import { bytes, floats } from "../fixtures/made.ts";
import { taskOf } from "../registry.ts";
import type { Task } from "../task.ts";
import { accuracy, type Confusion, f1, matthews } from "./binary.ts";
import { pearson, spearman } from "./correlation.ts";
import { answerMeasures, constantAnswers, languageMeasures, maskedMeasures } from "./measures.ts";
import { similarity } from "./similarity.ts";
import { normaliseAnswer, scoreAnswer } from "./squad-score.ts";
import { constantWarning, registerTextTasks } from "./tasks.ts";
import { acceptability, paraphrase } from "./two-classes.ts";

function confusion(labels: readonly number[], told: readonly number[]): Confusion {
  const count = (label: number, as: number) => labels.filter((each, i) => each === label && told[i] === as).length;
  const [truePositive, falseNegative] = [count(1, 1), count(1, 0)];
  return { truePositive, falseNegative, falsePositive: count(0, 1), trueNegative: count(0, 0) };
}

/** As scripts/text-fixtures.py writes them, and the golden traces. */
interface Known {
  readonly labels: number[];
  readonly predictions: number[];
  readonly scores: number[];
  readonly predictedScores: number[];
  readonly [value: string]: number | number[];
}

const KNOWN: readonly Known[] = JSON.parse(readFileSync(new URL("./fixtures/metrics.json", import.meta.url), "utf8"));

function expectKnown({ labels, predictions, scores, predictedScores, ...known }: Known): void {
  const counts = confusion(labels, predictions);
  expect(accuracy(counts)).toBeCloseTo(known.accuracy as number, 12);
  expect(f1(counts)).toBeCloseTo(known.f1 as number, 12);
  expect(matthews(counts)).toBeCloseTo(known.matthews as number, 12);
  expect(pearson(scores, predictedScores)).toBeCloseTo(known.pearson as number, 12);
  expect(spearman(scores, predictedScores)).toBeCloseTo(known.spearman as number, 12);
}

test.each(KNOWN.map((known, i) => [i, known] as const))("row %i of known values", (_, known) => expectKnown(known));

const golden = process.env.TOMBOLA_GOLDEN;
const metrics = golden && join(golden, "metrics.json");

test.runIf(metrics && existsSync(metrics))("TOMBOLA_GOLDEN's metrics.json", () => {
  const cases = JSON.parse(readFileSync(metrics!, "utf8")) as Known[];
  expect(cases.length).toBeGreaterThan(0);
  cases.forEach(expectKnown);
});

describe("correlations", () => {
  test("do not know of scale and place, and ranks do not know of any growing function", () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 3,
    });
    fc.assert(
      fc.property(numbers, (pairs) => {
        const [a, b] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
        const plain = pearson(a, b);
        const moved = pearson(
          a.map((value) => 3 * value - 7),
          b.map((value) => 5 - 2 * value),
        );
        if (plain === null) expect(moved).toBeNull();
        else expect(moved).toBeCloseTo(-plain, 9);
        expect(spearman(a, b)).toEqual(
          spearman(
            a.map((value) => value ** 3),
            b,
          ),
        );
      }),
    );
  });

  test("of a constant are not defined", () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull();
    expect(spearman([1, 2, 3], [0.3, 0.3, 0.3])).toBeNull();
  });
});

function measured(task: Task, dataset: Dataset, values: Readonly<Record<string, Float32Array>>) {
  const tally = task.tally(dataset, dataset.test);
  for (const name of tally.reads) expect(Object.keys(values)).toContain(name);
  tally.add(allIndices(dataset.test.count), values, dataset.test.count);
  return tally.measures();
}

const labelled = (task: string, labels: readonly number[], classes = 2): Dataset => {
  const table = { count: labels.length, columns: { features: floats(1, ...labels), labels: bytes([], ...labels) } };
  return {
    name: "own",
    shape: [1],
    target: { kind: "classes", count: classes },
    outputs: classes,
    task,
    train: table,
    test: table,
  };
};

describe("tasks", () => {
  test("are found by their names once they are registered, however often", () => {
    registerTextTasks();
    registerTextTasks();
    expect(["acceptability", "paraphrase", "similarity"].map((task) => taskOf(labelled(task, [0, 1])).name)).toEqual([
      ...["acceptability", "paraphrase", "similarity"],
    ]);
  });

  test("of two classes are told by their measures, the field's first", () => {
    const correct = Float32Array.of(1, 0, 1, 1);
    const dataset = labelled("acceptability", [1, 1, 0, 1]);
    const told = measured(acceptability, dataset, { correct });
    expect(Object.keys(told)).toEqual(["matthews", "accuracy", "positive"]);
    expect(told).toEqual({ matthews: 2 / Math.sqrt(12), accuracy: 3 / 4, positive: 2 / 4 });
    expect(measured(paraphrase, dataset, { correct })).toEqual({ accuracy: 3 / 4, f1: 4 / 5, positive: 2 / 4 });
    expect(paraphrase.measures(dataset).map(({ name }) => name)).toEqual(["accuracy", "f1", "positive"]);
    expect(() => acceptability.tally(labelled("acceptability", [0, 1, 2], 3), dataset.test)).toThrow(
      "task: acceptability needs two classes, got 3",
    );
  });

  test("of similarity are told in the unit of the scores", () => {
    const columns = (...values: number[]) => ({ features: floats(1, ...values), targets: floats(1, ...values) });
    const raw: Dataset = {
      ...{ name: "own", shape: [1], target: { kind: "numbers", names: ["score"] }, outputs: 1, task: "similarity" },
      train: { count: 2, columns: columns(0, 4) },
      test: { count: 3, columns: columns(1, 2, 4) },
    };
    const dataset = standardise(raw, allIndices(2));
    const told = measured(similarity, dataset, { output: Float32Array.of(-1, 0, 1) });
    expect(told.pearson).toBeCloseTo(0.9819805060619657, 12);
    expect(told).toMatchObject({ spearman: 1 });
    // Standardised by a deviation of 2: -1, 0 and 1 are 0, 2 and 4.
    expect(told.deviation).toBeCloseTo(2 * Math.sqrt(2 / 3), 12);
  });

  test("of a constant prediction have a defined answer, and a sentence warns", () => {
    const correct = Float32Array.of(1, 1, 0, 1);
    const told = measured(acceptability, labelled("acceptability", [1, 1, 0, 1]), { correct });
    expect(told).toEqual({ matthews: 0, accuracy: 3 / 4, positive: 1 });
    expect(constantWarning(told)).toContain("all rows are told to be of class 1");
    const none = measured(paraphrase, labelled("paraphrase", [1, 0]), { correct: Float32Array.of(0, 1) });
    expect(none).toEqual({ accuracy: 1 / 2, f1: 0, positive: 0 });
    expect(constantWarning({ pearson: 0, deviation: 0 })).toContain("all rows are told the same number");
    expect(constantWarning({ accuracy: 1, positive: 0.5 })).toBeUndefined();
    expect(constantAnswers(["the", "the"])).toContain("all 2 questions are given one answer");
    expect(constantAnswers(["the", "a"])).toBeUndefined();
  });
});

describe("answers", () => {
  // Scores of torchmetrics; scripts/check-squad.py makes thousands.
  test.each<[string, string[], number, number]>([
    ["The Denver Broncos!", ["denver  broncos"], 1, 1],
    ["an-other", ["another"], 1, 1],
    ["Café", ["Cafe"], 0, 0],
    ["in 1976", ["1976", "the year 1976"], 0, 2 / 3],
    ["", ["the"], 1, 1],
    ["", ["Paris"], 0, 0],
    ["a b b", ["b b b c"], 0, 4 / 6],
  ])("%j for %j", (told, given, exact, f1) => {
    const score = scoreAnswer(told, given);
    expect(score.exact).toBe(exact);
    expect(score.f1).toBeCloseTo(f1, 12);
  });

  test("are normalised by the official rule, and averaged over questions", () => {
    expect(normaliseAnswer("  The «A» an 'aN theory\u00a0x ")).toBe("« » theory x");
    expect(answerMeasures(["a win", "no"], [["win"], ["yes", "yes no"]])).toEqual({
      f1: (1 + 2 / 3) / 2,
      "exact-match": 0.5,
    });
  });
});

test("language models are told in nats a token, and by what that is as a number of words", () => {
  const { "log-perplexity": nats, perplexity } = languageMeasures({ nats: 300 * Math.LN2, tokens: 100 });
  expect(nats).toBeCloseTo(3 * Math.LN2, 12);
  expect(perplexity).toBeCloseTo(8, 12);
  expect(languageMeasures({ nats: 0, tokens: 0 })).toEqual({ "log-perplexity": null, perplexity: null });
  expect(maskedMeasures({ nats: 4, tokens: 8, right: 2 })).toEqual({
    "mlm-accuracy": 1 / 4,
    "log-perplexity": 1 / 2,
    "hidden-accuracy": null,
    "commonest-word": null,
  });
  expect(maskedMeasures({ nats: 4, tokens: 8, right: 2, hidden: 4, hiddenRight: 1, commonest: 2 })).toMatchObject({
    "hidden-accuracy": 1 / 4,
    "commonest-word": 1 / 2,
  });
});
