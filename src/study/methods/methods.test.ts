/** The study `methods`: whose masks are whose, exact densities, shared trainings, and a training stopped on the way. */
import { describe, expect, test } from "vitest";
import { parseModel } from "../../model/registry.ts";
import { fullMask, prune } from "../../prune/prune.ts";
import { memoryStore, tinyRunner, trainings } from "../../step/fixtures/steps.ts";
import { dataset } from "../../train/fixtures/tasks.ts";
import { runTiny, tinySpec } from "../fixtures/studies.ts";
import type { Arm, Row } from "../networks/row.ts";
import { methods } from "./kind.ts";
import { methodsPlan } from "./plan.ts";
import { type MethodsSpec, parseMethodsSpec } from "./spec.ts";

/** Levels of 2382 and 1191 of 4764 weights, 18 iterations, masks made at 3, 6, 9 and 12. */
function spec(changes: Partial<MethodsSpec> = {}): MethodsSpec {
  const { study: _, arms: _arms, rewind: _rewind, ...rest } = tinySpec({ steps: "6ep" });
  const lengths = { pruneFrom: "1ep", pruneTo: "4ep", pruneEvery: "3it", variationalRates: [1, 30], l0Rates: [1] };
  return parseMethodsSpec({ ...rest, study: "methods", arms: ["gradual"], ...lengths, ...changes });
}

async function study(changes: Partial<MethodsSpec>, store = memoryStore()) {
  const rows = await runTiny(methods, spec(changes), { store });
  const row = (arm: Arm, level: number) => rows.find((row) => row.arm === arm && row.level === level)!;
  const mask = async (arm: Arm, level: number) =>
    (await store.read(row(arm, level).artifact)).tensors.get("mask/fc1.weight")!.data as Uint8Array;
  return { rows, row, mask, store };
}

describe("gradual pruning and its controls", async () => {
  const arms = ["gradual", "gradual-random", "ticket", "reinit", "dense"] as const;
  const { rows, row, mask, store } = await study({ arms: [...arms], replicates: 2 });

  test("rows come in the order of arms, replicates and levels", () => {
    const levels = (arm: Arm) => (arm === "dense" ? [0] : [1, 2]);
    const expected = arms.flatMap((arm) =>
      [0, 1].flatMap((replicate) => levels(arm).map((level) => `${arm} ${replicate} ${level}`)),
    );
    expect(rows.map(({ arm, replicate, level }) => `${arm} ${replicate} ${level}`)).toEqual(expected);
  });

  test("a level has the counts of as many rounds, in every arm", () => {
    const { parameters } = parseModel("mlp-6", dataset);
    const scores = new Map(parameters.map(({ name, shape }) => [name, new Float32Array(shape[0]! * (shape[1] ?? 1))]));
    for (const level of [1, 2]) {
      const cut = { cut: 0.5, outputCutFactor: 1, scope: "layer" } as const;
      const bits = [...prune(parameters, fullMask(parameters), { scores, cut, rounds: level }).values()];
      const weights = bits.flatMap((each) => [...each]).reduce((a, b) => a + b, 0);
      for (const each of rows) if (each.level === level) expect(each.weights).toBe(weights);
    }
  });

  test("tickets and fresh weights train under the masks of gradual pruning, random ones are others", async () => {
    for (const level of [1, 2]) {
      expect(await mask("ticket", level)).toEqual(await mask("gradual", level));
      expect(await mask("reinit", level)).toEqual(await mask("gradual", level));
      expect(await mask("gradual-random", level)).not.toEqual(await mask("gradual", level));
    }
  });

  test("a pruned weight is +0 in what is stored", async () => {
    const { tensors } = await store.read(row("gradual", 2).artifact);
    const bits = await mask("gradual", 2);
    expect(tensors.get("fc1.weight")!.data.every((value, i) => bits[i] === 1 || Object.is(value, 0))).toBe(true);
  });

  test("early stopping looks at nothing before the last mask", () => {
    expect(row("gradual", 1).earlyStop!.step).toBeGreaterThanOrEqual(12);
  });

  test("running it again trains nothing, and tickets alone need the networks of gradual pruning", async () => {
    const before = store.written.length;
    expect((await study({ arms: [...arms], replicates: 2 }, store)).rows).toEqual(rows);
    expect(store.written.length).toBe(before);
    const alone = await study({ arms: ["ticket"] });
    expect(trainings(alone.store.written).length).toBe(4);
    expect(alone.row("ticket", 2).artifact).toBe(row("ticket", 2).artifact);
  });
});

test("penalties have a level for each of their rates, whatever density comes of it", async () => {
  const { rows, row } = await study({ arms: ["variational", "l0"], levels: 5 });
  expect(rows.map(({ arm, level }) => `${arm} ${level}`)).toEqual(["variational 1", "variational 2", "l0 1"]);
  expect(row("variational", 2).weights).toBeLessThan(row("variational", 1).weights);
  expect(row("variational", 1).earlyStop).toBeNull();
});

test("a training stopped between masks goes on to the same network", async () => {
  const whole = (await study({ steps: "60ep", pruneTo: "55ep", pruneEvery: "20it" })).rows;
  const store = memoryStore();
  let stops = 0;
  const runner = tinyRunner(store, ({ step }) => step % 40 === 3 && stops++ < 3);
  const asked = spec({ steps: "60ep", pruneTo: "55ep", pruneEvery: "20it" });
  for (let rows: unknown = null; !rows; )
    rows = await runTiny(methods, asked, { runner }).then(
      (found) => {
        const timeless = (all: readonly Row[]) => all.map(({ seconds: _, ...row }) => row);
        expect(timeless(found)).toEqual(timeless(whole));
        return found;
      },
      ({ code }) => void expect(code).toBe("interrupted"),
    );
  expect(stops).toBeGreaterThanOrEqual(3);
});

test.each([
  [
    { pruneTo: "6ep" },
    'pruneTo: must be at least pruneEvery (3it) after pruneFrom (1ep), and before the end of training (6ep), got "6ep". An epoch has 3 iterations',
  ],
  [
    { pruneTo: "1ep1it" },
    'pruneTo: must be at least pruneEvery (3it) after pruneFrom (1ep), and before the end of training (6ep), got "1ep1it". An epoch has 3 iterations',
  ],
])("%o is refused before anything is trained", (changes, message) => {
  expect(() => methodsPlan(spec(changes), dataset).next()).toThrow(expect.objectContaining({ code: "usage", message }));
});
