/** Registered claims: what a registration must be, what its terms add up to, and what comes of it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studyNamed } from "../../study/registry.ts";
import { ACCURACY } from "../../task/words.ts";
import { type Compared, contrastOf } from "./contrast.ts";
import { judge } from "./judge.ts";
import { parseRegistered, type Registered } from "./registered.ts";

const claim = {
  name: "H1",
  statement: "tickets are better",
  plus: [{ arm: "ticket" }],
  minus: [{ arm: "reinit" }],
  at: [1, 2],
  over: "mean",
  side: "greater",
};
const file = {
  page: "page",
  registered: "before",
  n: 6,
  runs: { main: { command: "run", spec: {} } },
  claims: [claim],
};
const parse = (changes: object, own: object = {}) =>
  parseRegistered({ ...file, claims: [{ ...claim, ...own }], ...changes }, "file.json");

/** Rows of networks: `value(arm, level, replicate)` in %. */
function networks(value: (arm: string, level: number, replicate: number) => number, replicates = 6): Compared {
  const arms = ["ticket", "reinit"];
  const rows = arms.flatMap((arm) =>
    [0, 1, 2].flatMap((level) =>
      Array.from({ length: replicates }, (_, replicate) => {
        const accuracy = value(arm, level, replicate) / 100;
        const measured = { measure: { name: "accuracy", value: accuracy }, testLoss: 1, seconds: 2 };
        return {
          arm,
          level,
          replicate,
          artifact: "",
          earlyStop: { step: 100 * (level + 1), value: accuracy },
          ...measured,
        };
      }),
    ),
  );
  return { rows, measure: ACCURACY, comparison: studyNamed("imp").comparison as Compared["comparison"] };
}

const results = new URL("../../../docs/results/", import.meta.url);
const pages = readdirSync(results).filter((page) => existsSync(new URL(`${page}/registered.json`, results)));

describe("a registration", () => {
  test("of every page can be tested, and is of a run that its command asks for", () => {
    expect(pages.length).toBeGreaterThan(4);
    for (const page of pages) {
      const found = new URL(`${page}/registered.json`, results);
      const { runs } = parseRegistered(JSON.parse(readFileSync(found, "utf8")), page);
      for (const { command, spec } of Object.values(runs)) expect(command).toContain(`tombola run ${spec.study}`);
    }
  });

  test.each([
    [
      "a side and an equivalence",
      {},
      { equivalence: { margin: 1, reason: "so" } },
      "must have a side or an equivalence",
    ],
    ["neither", {}, { side: undefined }, "must have a side or an equivalence, and not both"],
    ["a run that it does not name", {}, { plus: [{ arm: "ticket", run: "other" }] }, "run: must be of main"],
    [
      "places that do not fit",
      {},
      { plus: [{ arm: "ticket", at: [1] }] },
      "at: must name 2 places, as the claim does, got 1",
    ],
    ["a misspelt field", {}, { sides: "greater" }, 'claims.0: Unrecognized key: "sides"'],
    [
      "an equivalence without a reason",
      {},
      { side: undefined, equivalence: { margin: 1, reason: "" } },
      "claims.0.equivalence",
    ],
  ])("is refused with %s", (_, changes, own, message) => {
    expect(() => parse(changes, own)).toThrow(message);
  });

  test.each([
    ["three with a direction", 6, ["greater", "less", "greater"], true],
    ["four with a direction", 6, ["greater", "less", "greater", "less"], false],
    ["one without", 6, ["two-sided"], true],
    ["two without", 6, ["two-sided", "two-sided"], false],
    ["four of eight replicates", 8, ["greater", "less", "greater", "two-sided"], true],
  ])("at n can establish %s, or is refused", (_, n, sides, holds) => {
    const claims = sides.map((side, i) => ({ ...claim, name: `H${i}`, side }));
    const parsing = expect(() => parseRegistered({ ...file, n, claims }, "file.json"));
    if (holds) parsing.not.toThrow();
    else parsing.toThrow(`could not be established with n = ${n}`);
  });
});

describe("a claim", () => {
  const parsed = parse({});
  test("is of differences paired by replicate, averaged over its places", () => {
    const rows = networks((arm, level, replicate) => 50 + replicate + (arm === "ticket" ? level : 0));
    expect(contrastOf(parsed.claims[0]!, () => rows).values.map((at) => at.map((x) => Number(x.toFixed(9))))).toEqual([
      [1, 1, 1, 1, 1, 1],
      [2, 2, 2, 2, 2, 2],
    ]);
    const [found] = judge(parsed, () => rows);
    expect(found).toMatchObject({ n: 6, p: 1 / 64, adjusted: 1 / 64, verdict: "established", unit: "points" });
    expect(found!.mean).toBeCloseTo(1.5, 9);
  });

  test("sets the dense network of each replicate against any level, and takes a number away", () => {
    const rows = networks((arm, level, replicate) => 50 + replicate + (arm === "ticket" ? 3 * level : 100));
    const asked = parse({}, { minus: [{ arm: "dense" }], less: 2, at: [2] });
    expect(judge(asked, () => rows)[0]!.mean).toBeCloseTo(4, 9);
  });

  test("of the best place pays for the choice, and one of all places is as weak as its weakest", () => {
    const value = (arm: string, level: number, replicate: number) =>
      50 + (arm === "ticket" ? (level === 2 ? 1 : replicate < 3 ? 1 : -1) : 0);
    const rows = networks(value);
    const of = (over: string) => judge(parse({}, { over }), () => rows)[0]!;
    expect(of("best")).toMatchObject({ at: 2, verdict: "established" });
    expect(of("all")).toMatchObject({ at: 1, verdict: "not established" });
  });

  test("of logarithms is told as a ratio, and of an equivalence by its own test", () => {
    const rows = networks(() => 50);
    const asked = parse(
      {},
      {
        value: "stop-ratio",
        plus: [{ arm: "ticket", at: [0, 0] }],
        minus: [{ arm: "ticket", at: [1, 1] }],
        side: "less",
      },
    );
    expect(judge(asked, () => rows)[0]).toMatchObject({ unit: "ratio of iterations", verdict: "established" });
    expect(judge(asked, () => rows)[0]!.mean).toBeCloseTo(0.5, 9);
    const same = parse({}, { side: undefined, equivalence: { margin: 1, reason: "as an example" } });
    expect(judge(same, () => rows)[0]!.words).toBe("no different within 1");
  });

  test("gets no verdict of another number of replicates, after a look, or where a network diverged", () => {
    const five = networks((arm) => (arm === "ticket" ? 51 : 50), 5);
    expect(judge(parsed, () => five)[0]!.words).toBe("no verdict (n is 5, registered were 6)");
    const six = networks((arm) => (arm === "ticket" ? 51 : 50));
    expect(judge(parse({ looked: "extended after a look" }), () => six)[0]!.verdict).toBe("no verdict");
    const lost = networks((arm, level, replicate) =>
      replicate === 1 && level === 2 ? Number.NaN : arm === "ticket" ? 51 : 50,
    );
    expect(judge(parsed, () => lost)[0]!.words).toBe("no verdict (diverged in 1 of 6 replicates)");
  });

  test("names what a run lacks", () => {
    const rows = networks(() => 50);
    expect(() => judge(parse({}, { plus: [{ arm: "random" }] }), () => rows)).toThrow(
      "H1: has no row of random at level 1, replicate 0. Carry the run out to its end, or name what it has",
    );
    expect(() => judge(parse({}, { value: "speed" }), () => rows)).toThrow(
      'H1: value: must be of measure, early-stop, stop-ratio, seconds, got "speed"',
    );
  });

  test("turned round is established the other way", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 6, maxLength: 6 }), (gains) => {
        const rows = networks((arm, _, replicate) => 50 + (arm === "ticket" ? gains[replicate]! : 0));
        const words = (own: object) => judge(parse({}, own) as Registered, () => rows)[0]!.words;
        expect(words({})).toBe("established");
        expect(words({ side: "less" })).toBe("established, the other way");
        expect(words({ plus: claim.minus, minus: claim.plus })).toBe("established, the other way");
      }),
      { numRuns: 20 },
    );
  });
});
