/** The study `supermask`: whose masks are whose, what each arm starts from, shared steps, and what makes a row. */
import { describe, expect, test } from "vitest";
import type { Tensor } from "../../base/safetensors.ts";
import { ACTIONS } from "../../prune/actions.ts";
import { CRITERIA } from "../../prune/criteria.ts";
import { memoryStore } from "../../step/fixtures/steps.ts";
import type { StepRequest } from "../../step/request.ts";
import { ACCURACY } from "../../task/words.ts";
import { plannedRequests, runTiny, tinySpec } from "../fixtures/studies.ts";
import { armName, armsOf, parseArm } from "./arms.ts";
import { supermask } from "./kind.ts";
import type { SupermaskRow } from "./row.ts";
import { parseSupermaskSpec, type SupermaskSpec } from "./spec.ts";
import { chosen, chosenText } from "./statistics.ts";

/** Levels of 2382 and 1191 of 4764 weights, 9 iterations each. */
function spec(changes: Partial<SupermaskSpec> = {}): SupermaskSpec {
  const { study: _, arms: _arms, rewind: _rewind, ...rest } = tinySpec();
  return parseSupermaskSpec({ ...rest, study: "supermask", arms: [], untrained: [], masks: "iterative", ...changes });
}

const steps = (changes: Partial<SupermaskSpec>) => [...plannedRequests(supermask, spec(changes)).values()];
const named = (all: readonly StepRequest[], step: string) => all.filter((request) => request.step === step);

describe("arms", () => {
  test("every criterion and action has a name that is read back", () => {
    for (const criterion of CRITERIA)
      for (const action of ACTIONS) expect(parseArm(armName({ criterion, action }))).toEqual({ criterion, action });
  });

  test("words stand for several, each once", () => {
    expect(armsOf(["criteria"], "arms").length).toBe(9);
    expect(armsOf(["signs"], "arms").length).toBe(29);
    expect(armsOf(["actions", "large_final+rewind"], "arms").length).toBe(20);
    expect(armsOf(["none"], "arms")).toEqual([]);
  });

  test.each([
    ["large_finl", "Did you mean large_final?"],
    ["large_final+reinitt", "Did you mean reinit?"],
    ["large_final+zero_mask+reinit", "must be arms"],
  ])("%s is refused", (name, message) => {
    expect(() => armsOf([name], "arms")).toThrow(message);
  });
});

describe("the plan", () => {
  test("the dense network is trained once, and large_final with rewind is a ticket's training", () => {
    const all = steps({ arms: ["large_final", "movement"] });
    expect(named(all, "train").length).toBe(1 + 2 * 2);
    expect(named(all, "restart")).toEqual([]);
  });

  test("untrained masks are all of the dense network, and trained ones climb", () => {
    const all = steps({ arms: ["large_final"] });
    const rounds = named(all, "criterion").map(({ params, inputs }) => [params.rounds, "mask" in inputs]);
    // Level 1 is one mask for both.
    expect(rounds).toEqual([
      [1, false],
      [2, false],
      [1, true],
    ]);
    expect(named(all, "score").length).toBe(2);
  });

  test("with one-shot masks they are the same", () => {
    const all = steps({ arms: ["large_final"], masks: "oneshot" });
    expect(named(all, "criterion").map(({ params }) => params.rounds)).toEqual([1, 2]);
  });

  test("constants are made once for all masks, and permutations go on from the round before", () => {
    const all = steps({ untrained: armsOf(["constants"], "untrained") });
    expect(named(all, "restart").length).toBe(1);
    const climbing = named(steps({ arms: ["large_final+reinit"] }), "restart");
    const chained = climbing.filter(({ inputs }) => (inputs.initial as StepRequest).step === "restart");
    expect([climbing.length, chained.length]).toEqual([3, 1]);
    const rescaled = named(steps({ arms: ["large_final+reinit_rescaling"] }), "restart");
    expect(rescaled.every(({ inputs }) => (inputs.initial as StepRequest).step === "initialise")).toBe(true);
  });

  test("cut weights are frozen by actions on them alone, and their scores see the whole network", () => {
    const all = steps({ arms: ["large_final+zero_mask", "large_final+reshuffle"] });
    expect(named(all, "train").map(({ params }) => params.cutWeights)).toEqual([
      undefined,
      "frozen",
      "frozen",
      undefined,
      undefined,
    ]);
    expect(named(all, "score").filter(({ inputs }) => !("mask" in inputs)).length).toBe(2);
  });

  test("a sign alone has one level", () => {
    expect(named(steps({ untrained: ["same_sign"] }), "score").length).toBe(1);
  });
});

describe("rows", async () => {
  const arms = ["large_final", "large_final+zero_mask", "large_final+signed_reinit", "magnitude_increase_diff_sign"];
  const store = memoryStore();
  const asked = spec({ arms, untrained: ["random", "same_sign"], replicates: 2 });
  const rows = await runTiny(supermask, asked, { store });
  const row = (arm: string, level: number) => rows.find((each) => each.arm === arm && each.level === level)!;
  const bits = async (found: SupermaskRow) => {
    const meta = await store.readMeta(found.artifact);
    return (await store.read(meta.inputs.mask!)).tensors.get("mask/fc1.weight")!.data as Uint8Array;
  };
  const values = ({ data }: Tensor) => data as Float32Array;

  test("come in the order of arms, replicates and levels", () => {
    const places = rows.map(({ arm, replicate, level }) => `${arm} ${replicate} ${level}`);
    const of = (arm: string, levels: readonly number[]) =>
      [0, 1].flatMap((replicate) => levels.map((level) => `${arm} ${replicate} ${level}`));
    expect(places).toEqual([
      ...of("dense", [0]),
      ...arms.flatMap((arm) => of(arm, [1, 2])),
      ...of("random", [1, 2]),
      ...of("same_sign", [1]),
    ]);
  });

  test("what is trained has both values, what is scored one, the dense network the other", () => {
    for (const each of rows) {
      const isTrained = arms.includes(each.arm) || each.arm === "dense";
      expect(typeof each.testAccuracy).toBe(isTrained ? "number" : "undefined");
      expect(each.untrained === null).toBe(each.arm === "dense");
      expect(each.kept / each.prunable).toBe(each.density);
    }
    expect(row("large_final", 2)).toMatchObject({ criterion: "large_final", action: "rewind", kept: 1191 });
    expect(row("large_final+zero_mask", 2)).toMatchObject({ action: "zero_mask", kept: 1191 });
  });

  test("cut weights of zero_mask are 0 where training brought them nearer to zero, else as at first, after two rounds", async () => {
    const meta = await store.readMeta(row("large_final+zero_mask", 2).artifact);
    const network = (await store.read(row("large_final+zero_mask", 2).artifact)).tensors.get("fc1.weight")!;
    const first = await store.read((await store.readMeta(row("dense", 0).artifact)).inputs.network!);
    const [own, initial] = [values(network), values(first.tensors.get("fc1.weight")!)];
    const mask = await bits(row("large_final+zero_mask", 2));
    let zeros = 0;
    own.forEach((value, i) => {
      if (mask[i] === 0) {
        expect([0, initial[i]]).toContain(value);
        zeros += Number(value === 0);
      }
    });
    expect(zeros).toBeGreaterThan(100);
    expect(zeros).toBeLessThan(3000);
    expect(meta.params.cutWeights).toBe("frozen");
  });

  test("signed_reinit starts from magnitudes of the layer under its signs", async () => {
    const meta = await store.readMeta(row("large_final+signed_reinit", 2).artifact);
    const first = await store.read((await store.readMeta(row("dense", 0).artifact)).inputs.network!);
    const start = values((await store.read(meta.inputs.network!)).tensors.get("fc1.weight")!);
    const initial = values(first.tensors.get("fc1.weight")!);
    expect([...start].map(Math.abs).sort()).toEqual([...initial].map(Math.abs).sort());
    expect([...start].map(Math.sign)).toEqual([...initial].map(Math.sign));
    expect(start).not.toEqual(initial);
  });

  test("running it again changes nothing", async () => {
    const before = store.written.length;
    expect(await runTiny(supermask, asked, { store })).toEqual(rows);
    expect(store.written.length).toBe(before);
  });

  test("densities of untrained networks are chosen on the rows held out, replicate by replicate", () => {
    const [own] = chosen(
      rows.filter(({ arm }) => arm === "large_final"),
      ACCURACY,
    );
    const best = [0, 1].map((replicate) => {
      const levels = rows.filter((each) => each.arm === "large_final" && each.replicate === replicate);
      return levels.reduce((a, b) => (b.untrained!.validation! > a.untrained!.validation! ? b : a));
    });
    expect(own!.mean).toBeCloseTo(50 * (best[0]!.untrained!.test! + best[1]!.untrained!.test!), 10);
    expect(own!.n).toBe(2);
    const shares = best.map(({ density }) => 100 * density).sort((a, b) => a - b);
    expect(own!.weightsRemaining).toEqual(shares);
    expect(chosenText({ weightsRemaining: [16.81, 41] })).toBe("16.8 to 41.0 %");
    expect(chosenText({ weightsRemaining: [16, 16] })).toBe("16.0 %");
  });

  test("quantities are compared at levels, with the dense network at any", () => {
    const { rowsOf, placesOf, quantities } = supermask.comparison!;
    expect(placesOf(rows)).toEqual([0, 1, 2]);
    expect(rowsOf(rows, { arm: "dense" }, 2).length).toBe(2);
    const { measure, untrained } = quantities(ACCURACY);
    expect(measure!.of(row("large_final", 1))).toBe(100 * row("large_final", 1).testAccuracy!);
    expect(untrained!.of(row("random", 1))).toBe(100 * row("random", 1).untrained!.test!);
    expect(measure!.of(row("random", 1))).toBeNaN();
  });

  test("a report says what masks score untrained and which arms are best", async () => {
    const { findings, sections } = await supermask.report!(rows, ACCURACY);
    expect(findings[0]).toMatch(/^Without training, .* reaches a test accuracy of .* the rows held out\.$/);
    expect(findings[1]).toMatch(/of 4 trained arms the best are/);
    expect(sections.length).toBe(2);
  });
});
