/** Which networks a study trains, for any specification: laws that hold without training one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { trainings } from "../../step/fixtures/steps.ts";
import { keyOf, type StepInput, type StepRequest } from "../../step/request.ts";
import { dataset } from "../../train/fixtures/tasks.ts";
import { plannedRequests, tinySpec } from "../fixtures/studies.ts";
import { ARMS, type Arm } from "../networks/row.ts";
import { stepsOfPlan } from "../plan.ts";
import type { PruningSpec } from "../shared/spec.ts";
import { imp } from "./kind.ts";
import { pruningPlan } from "./plan.ts";

const anySpec = fc
  .record({
    study: fc.constantFrom("imp" as const, "oneshot" as const),
    arms: fc.shuffledSubarray([...ARMS], { minLength: 1 }),
    levels: fc.nat(4),
    replicates: fc.integer({ min: 1, max: 3 }),
    rewind: fc.constantFrom("0", "0it", "2it", "1ep1it", "3ep"),
    rewindTo: fc.constantFrom("0", "4it", "1ep2it"),
  })
  .map(tinySpec);

async function walk(spec: PruningSpec) {
  const name = ({ arm, replicate, level }: { arm: Arm; replicate: number; level: number }) =>
    `${arm} ${replicate} ${level}`;
  const tasks = [...stepsOfPlan(pruningPlan(spec, dataset), "fused")];
  const result = async () => ({ weights: 1, prunable: 2, measure: { name: "accuracy", value: 1 } });
  const artifacts = { key: (input: StepInput) => keyOf(input, "fused"), result };
  const finished = tasks.map((task) => ({ label: "", ...task }));
  const rows = (await imp.rows(spec, finished, artifacts)).map(name);
  const alone = await Promise.all(finished.map((each) => imp.rows(spec, [each], artifacts)));
  return { requests: requestsOf(spec), rows, seen: alone.flat().map(name) };
}

/** The requests of a study, each key once. */
function requestsOf(spec: PruningSpec): StepRequest[] {
  return [...plannedRequests(imp, spec).values()];
}

test("there is a row for every arm, replicate and level, in this order, made alone or together; dense networks have level 0 alone", async () => {
  await fc.assert(
    fc.asyncProperty(anySpec, async (spec) => {
      const { rows, seen } = await walk(spec);
      const levelsOf = (arm: Arm) => Array.from({ length: arm === "dense" ? 1 : spec.levels + 1 }, (_, level) => level);
      const expected = spec.arms.flatMap((arm) =>
        Array.from({ length: spec.replicates }, (_, replicate) =>
          levelsOf(arm).map((level) => `${arm} ${replicate} ${level}`),
        ).flat(),
      );
      expect(rows).toEqual(expected);
      expect(seen.sort()).toEqual(expected.sort());
    }),
  );
});

const CONTROLS = ["reinit", "scratch-b", "random", "shuffle", "nested-random"] as const;

/** Of an epoch of three iterations. */
function stepOf(text: string): number {
  const steps: Record<string, number> = { "0": 0, "0it": 0, "2it": 2, "4it": 4, "1ep1it": 4, "1ep2it": 5, "3ep": 9 };
  return steps[text]!;
}

/** Trainings by hand: what is shared is counted once. */
function expectedTrainings({ study, arms, levels, replicates, ...starts }: PruningSpec): number {
  const has = (arm: PruningSpec["arms"][number]) => arms.includes(arm);
  const rewind = stepOf(starts.rewind);
  const rewindTo = stepOf(starts.rewindTo!);
  const start = rewind > 0 ? 1 : 0;
  const prunes = has("ticket") || CONTROLS.some(has) ? levels : 0;
  // The last level's ticket prunes nothing; without the arm it is left out, and with one shot so are all.
  const tickets = has("ticket") ? levels : study === "imp" ? Math.max(0, prunes - 1) : 0;
  // Arms of fresh weights share networks, one for every level, each with a rewind point, which scratch-b has no use for.
  const points = has("reinit") || has("random") ? start * levels : 0;
  const fresh = has("scratch-b") || has("reinit") || has("random") ? 1 + start + points : 0;
  const controls = CONTROLS.filter(has).length * levels;
  // The dense network passes through the rewind point, which is trained to again to be kept.
  const point = (has("rewound") || has("oneshot")) && levels > 0 && rewindTo > 0 && rewindTo !== rewind ? 1 : 0;
  // From the same point, the first rewound network is the first ticket, and so on up.
  const same = has("rewound") && rewindTo === rewind ? Math.min(levels, tickets) : 0;
  const chains = (["rewound", "lr-rewind", "finetune"] as const).filter(has).length * levels - same;
  // A mask at once is that of the first round, and in a study of such masks that of every level.
  const known =
    has("rewound") || (rewindTo === rewind && tickets > 0) ? (study === "imp" ? Math.min(1, levels) : levels) : 0;
  const atOnce = has("oneshot") ? levels - known : 0;
  return replicates * (start + 1 + tickets + fresh + controls + point + chains + atOnce);
}

test("no network is trained twice, and none that no row and no mask needs", async () => {
  await fc.assert(
    fc.asyncProperty(anySpec, async (spec) => {
      const { requests } = await walk(spec);
      expect(trainings(requests).length).toBe(expectedTrainings(spec));
    }),
  );
});

test("networks are trained from a rewind point to the end, rewind points from the start to there, and finetune beyond", async () => {
  await fc.assert(
    fc.asyncProperty(anySpec, async (spec) => {
      const [rewind, rewindTo] = [stepOf(spec.rewind), stepOf(spec.rewindTo!)];
      const stretches = [`0 ${rewind}`, `${rewind} 9`, `0 ${rewindTo}`, `${rewindTo} 9`, `9 ${18 - rewindTo}`];
      for (const { from, to, stretch } of trainings((await walk(spec)).requests))
        expect(stretch === undefined ? stretches : ["0 9"]).toContain(`${from} ${to}`);
    }),
  );
});

test("more arms or levels ask for everything that fewer asked for", () => {
  const keys = (changes: Partial<PruningSpec>) =>
    new Set(plannedRequests(imp, tinySpec({ rewind: "2it", rewindTo: "4it", ...changes })).keys());
  const [few, many] = [keys({ arms: ["ticket"], levels: 1 }), keys({ arms: [...ARMS], levels: 3 })];
  expect([...few].every((key) => many.has(key))).toBe(true);
  expect([...keys({ seed: 2 })].some((key) => few.has(key))).toBe(false);
});

test("lengths become iterations: epochs of the training split, whose last batch counts", () => {
  const schedule: PruningSpec["schedule"] = { name: "step", milestones: ["1ep", "2ep1it"], factor: 0.1 };
  for (const training of trainings(requestsOf(tinySpec({ schedule, warmup: "1ep", evaluateEvery: "0" })))) {
    expect(training.to).toBe(9);
    expect(training.schedule).toEqual({
      rate: 0.01,
      warmup: 3,
      shape: { name: "step", milestones: [3, 7], factor: 0.1 },
    });
    expect(training.evaluateEvery).toBe(1);
  }
});

test("finetune goes on at the last rate, lr-rewind replays the schedule, each from the network that was pruned", () => {
  const schedule: PruningSpec["schedule"] = { name: "step", milestones: ["1ep", "2ep"], factor: 0.5 };
  const arms: PruningSpec["arms"] = ["lr-rewind", "finetune"];
  const requests = requestsOf(tinySpec({ arms, schedule, rewindTo: "4it" }));
  const own = { rate: 0.01, warmup: 0, shape: { name: "step", milestones: [3, 6], factor: 0.5 } };
  const last = { rate: 0.0025, warmup: 0, shape: { name: "constant" } };
  expect(trainings(requests).map(({ from, to, schedule }) => ({ from, to, schedule }))).toEqual([
    { from: 0, to: 9, schedule: own },
    { from: 4, to: 9, schedule: own },
    { from: 4, to: 9, schedule: own },
    { from: 9, to: 14, schedule: last },
    { from: 9, to: 14, schedule: last },
  ]);
});

test("a subset and its augmentation are parameters of every training, and absent where there are none", () => {
  const params = (changes: Partial<PruningSpec>) => trainings(requestsOf(tinySpec(changes)));
  const augment = { crop: 2, flip: true };
  for (const training of params({ trainSize: 50, augment }))
    expect(training).toMatchObject({ to: 6, trainSize: 50, augment });
  for (const training of params({})) expect(Object.keys(training)).not.toEqual(expect.arrayContaining(["trainSize"]));
});

test("a cosine ends with training", () => {
  for (const training of trainings(requestsOf(tinySpec({ schedule: { name: "cosine" } }))))
    expect(training.schedule.shape).toEqual({ name: "cosine", end: 9 });
});

test.each<[Partial<PruningSpec>, string]>([
  [
    { rewind: "10it" },
    'rewind: must not be later than the end of training, 3ep, got "10it". An epoch has 3 iterations',
  ],
  [
    { arms: ["rewound"], rewindTo: "9it" },
    'rewindTo: must come before the end of training, 3ep, got "9it". An epoch has 3 iterations',
  ],
  [
    { validation: 130 },
    "validation: must be a whole number of rows from 0 on or a fraction below 1, and leave a row to train on, got 130. There are 130 training rows",
  ],
  [{ steps: "4000000000ep" }, "4000000000ep in iterations: must be an integer from 0 to 4294967295, got 12000000000"],
])("%o is refused before anything is trained", (changes, message) => {
  const first = () => pruningPlan(tinySpec(changes), dataset).next();
  expect(first).toThrow(expect.objectContaining({ code: "usage", message }));
});
