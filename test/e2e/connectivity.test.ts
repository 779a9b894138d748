/** Paths, planes, levels and trajectories from the command line, on the stores of two small runs. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { permutationGroups, permute } from "../../src/connectivity/permutations.ts";
import { parseModel } from "../../src/model/registry.ts";
import { networkFromSafetensors, networkToSafetensors } from "../../src/model/tensors.ts";
import type { PairRow } from "../../src/study/connectivity/pair.ts";
import type { Row } from "../../src/study/networks/row.ts";
import { newFolder, type Outcome, tombola } from "./tombola.ts";

const MODEL = "--model resnet-8-4 --data synthetic-rgb";
const COPIES = "run instability --preset smoke --at 0,20it --arms dense --no-recompute";
const TICKETS = "run smoke --model mlp-24-16 --arms ticket --replicates 1 --levels 2";
const MEASURES = ["testError", "testLoss", "trainError", "trainLoss"];

const cwd = newFolder(afterAll);
const json = async (words: string) => JSON.parse((await tombola(`${words} --json`, { cwd })).stdout);
const inputsOf = async (key: string): Promise<Record<string, string>> => (await json(`show ${key}`)).inputs;
const filesIn = (folder: string) => readdirSync(join(cwd, folder), { recursive: true }).map(String);

let pairs: PairRow[];
let tickets: Row[];
/** Keys: copies A and B that parted at initialisation O, the dense network T at iteration 20, a ticket L and its MASK. */
let keys: Record<string, string>;
const named = (words: string) => words.replace(/\b(A|B|O|T|L|MASK|LINE)\b/g, (name) => keys[name]!);

/** Writes a network again with the channels of every group in the opposite order. */
function reverse(from: string, to: string): void {
  const model = parseModel("resnet-8-4", { shape: [3, 32, 32], outputs: 10 });
  const { parameters } = model;
  const network = networkFromSafetensors(readFileSync(join(cwd, from)), parameters);
  const orders = permutationGroups(model).map(({ size }) => Int32Array.from({ length: size }, (_, i) => size - 1 - i));
  writeFileSync(join(cwd, to), networkToSafetensors(permute(model, network, orders), parameters));
}

beforeAll(async () => {
  pairs = (await json(COPIES)).rows;
  tickets = (await json(TICKETS)).rows;
  const [line, later, ticket] = [pairs[0]!, pairs[1]!, tickets.at(-1)!].map(({ artifact }) => artifact);
  const { a: A, b: B, origin: O } = await inputsOf(line!);
  const { origin: T } = await inputsOf(later!);
  const { mask: MASK } = await inputsOf(ticket!);
  keys = { A: A!, B: B!.slice(0, 12), O: O!, T: T!, L: ticket!, MASK: MASK!, LINE: line! };
  for (const [end, file] of ["Aa", "Bb"])
    await tombola(named(`export ${end} --format safetensors --to ${file}.safetensors`), { cwd });
}, 120_000);

describe("interpolate", () => {
  test("scores the line between artifacts, ends as they were stored", async () => {
    const path = await json(named("interpolate A B --points 5 --train-images 500"));
    expect(Object.keys(path)).toEqual(["alphas", ...MEASURES, "lii", "floor", "recomputed"]);
    expect(Object.keys(path.lii)).toEqual(MEASURES);
    expect(Object.keys(path.recomputed)).toEqual(["alphas", ...MEASURES, "lii", "floor"]);
    expect(path.alphas).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const [a, b] = pairs[0]!.ends;
    expect([path.testError.at(-1), path.testError[0]]).toEqual([1 - a, 1 - b]);
    expect(path.testError).toEqual(pairs[0]!.path.testError);
    expect(path.lii.testError).toBe(Math.max(...path.testError) - (path.testError[0] + path.testError[4]) / 2);
  });

  test("finds the same between files", async () => {
    const words = "--points 3 --train-images 500";
    const path = await json(named(`interpolate A B ${words}`));
    expect(await json(`interpolate a.safetensors b.safetensors ${MODEL} ${words}`)).toEqual(path);
    expect(await json(named(`interpolate A b.safetensors ${words}`))).toEqual(path);
  });

  test("is flat between a network and itself", async () => {
    const path = await json(named("interpolate A A --points 4 --train-images 500"));
    for (const { lii, testLoss } of [path, path.recomputed]) {
      expect(lii).toEqual(Object.fromEntries(MEASURES.map((measure) => [measure, 0])));
      expect(new Set(testLoss).size).toBe(1);
    }
  });

  test.each(["weights", "activations"])(
    "aligned by %s, a renaming of the network itself lies beside it",
    async (how) => {
      reverse("a.safetensors", "reversed.safetensors");
      const words = named("interpolate A reversed.safetensors --points 5 --train-images 500 --no-recompute");
      const [path, aligned] = [await json(words), await json(`${words} --align ${how}`)];
      const end = expect.closeTo(1 - pairs[0]!.ends[0], 3);
      expect([path.testError[0], path.testError[4]]).toEqual([end, end]);
      expect(path.lii.testError).toBeGreaterThan(0.2);
      expect(aligned.lii.testError).toBeLessThan(0.001);
      expect(aligned.recomputed).toBeNull();
    },
  );

  test("draws the path where it is told to", async () => {
    const { code } = await tombola(named("interpolate A B --points 3 --train-images 500 --to line"), { cwd });
    expect(code).toBe(0);
    expect(filesIn("line").sort()).toEqual(["line.csv", "line.png", "line.svg"]);
  });

  test("without --json is a table with a verdict", async () => {
    const { code, stdout, stderr } = await tombola(named("interpolate A B --points 2 --train-images 500"), { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^alpha +test error % .*\n0\.000 .*\n1\.000 /);
    expect(stdout).toMatch(/^LII {3}test error \d+\.\d\d %.*stable/m);
  });
});

describe("plane", () => {
  test("writes a map of three networks, whose corners it names", async () => {
    const { code, stdout } = await tombola(named("plane O A B --points 3 --train-images 500 --to map"), { cwd });
    expect([code, stdout.trim().split("\n").length]).toEqual([0, 3]);
    expect(filesIn("map").sort()).toEqual(["plane.csv", "plane.png", "plane.svg"]);
  });

  test("has the corners' errors where they lie", async () => {
    const words = "plane B A O --points 2 --margin 0 --train-images 500 --to corners --quiet";
    const { xs, ys, places, testError } = await json(named(words));
    expect([xs[0], ys[0]]).toEqual(places.a);
    expect(testError[0][0]).toBe(1 - pairs[0]!.ends[1]);
    expect(places.b).toEqual([expect.closeTo(pairs[0]!.separation.distance, 3), 0]);
  });
});

test("trajectory measures the way through networks", async () => {
  const { lengths, distances, cosines, angles, rotations } = await json(named("trajectory O T A"));
  expect([lengths, distances, cosines, angles, rotations].map(({ length }) => length)).toEqual([2, 3, 1, 1, 3]);
  expect([distances[0], distances[1]]).toEqual([0, lengths[0]]);
  const { stdout } = await tombola(named("trajectory O a.safetensors b.safetensors"), { cwd });
  expect(stdout).toMatch(/^network +distance +rotation ° +update +cosine +angle °\n/);
  expect(stdout).toMatch(/^b\.safetensors +\d+\.\d{4} /m);
});

describe("levels", () => {
  let id: string;
  let first: Outcome;
  beforeAll(async () => {
    id = readdirSync(join(cwd, "tombola-store", "runs")).find((name) => name.startsWith("imp-"))!;
    first = await tombola(`levels ${id} --points 3 --json`, { cwd });
  });

  test("scores the line from every level to the next", () => {
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject([
      { arm: "ticket", from: 0, to: 1, replicate: 0, recomputedInstability: null },
      { from: 1, to: 2, replicate: 0, instability: { testError: expect.any(Number) } },
    ]);
    expect(filesIn(`tombola-store/runs/${id}/figures`)).toEqual(
      expect.arrayContaining(["levels.csv", "levels.png", "levels.svg"]),
    );
  });

  test("stores them: the second time nothing is computed", async () => {
    const before = filesIn("tombola-store/artifacts");
    const again = await tombola(`levels ${id} --points 3 --json --quiet`, { cwd });
    expect(again).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
    expect(filesIn("tombola-store/artifacts")).toEqual(before);
    const { stdout } = await tombola(`levels ${id} --points 3 --quiet`, { cwd });
    expect(stdout).toMatch(/^ticket +0 to 1 +-?\d+\.\d\d /m);
  });

  test("needs two levels of the arm", async () => {
    const { code, stderr } = await tombola(`levels ${id} --arms rewound`, { cwd });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'must have two levels of the arm in one replicate, got "rewound". Its arms are ticket',
      ),
    });
  });
});

test.each([
  ["interpolate A L", 2, /both networks must have the same model; \w+ has resnet-8-4, got "mlp-24-16"/],
  ["interpolate A a.safetensors --model resnet-8-8", 2, /--model: both networks must have the same model/],
  ["interpolate L MASK", 2, /artifact: must be a network, got "the result of prune"/],
  ["interpolate A LINE", 2, /artifact: must be a network, got "the result of interpolate"/],
  [
    "interpolate A missing.safetensors",
    1,
    /missing\.safetensors: the file must exist\. An artifact of a store is named/,
  ],
  ["interpolate A ffffffff", 1, /no artifact has this name, got "ffffffff"/],
  ["interpolate a.safetensors b.safetensors --model resnet-8-4", 2, /--data: is needed: files do not name a data set/],
  [
    "interpolate a.safetensors b.safetensors --model mlp-8 --data synthetic",
    2,
    /--model: both networks must have the same model; a.safetensors has resnet-8-4, got "mlp-8"/,
  ],
  ["interpolate A B --points 1", 2, /--points: must be an integer from 2/],
  ["interpolate A B --align names", 2, /--align: must be one of weights, activations, got "names"/],
  ["interpolate A B --train-images 4000", 2, /train images: must be an integer from 1 to 1000, got 4000/],
  ["plane A B A", 2, /plane: the three networks must not lie on one line/],
  ["trajectory A", 2, /trajectory: needs two networks, got 1/],
] as const)("refuses: %s", async (words, code, message) => {
  const outcome = await tombola(named(words), { cwd });
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(outcome.stderr).toMatch(message);
});
