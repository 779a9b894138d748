/** The command line of the study `methods`. */
import { expect, test } from "vitest";
import { courseOf } from "../../app/course.ts";
import { METHODS_PRESETS } from "../../study/methods/presets.ts";
import { parseMethodsSpec } from "../../study/methods/spec.ts";
import { specOf } from "./fixtures/words.ts";

const spec = (words = "") => specOf("methods", words);

test("without options it is LeNet's set-up, all arms, and masks in the first seven tenths", () => {
  const found = spec();
  expect(found).toMatchObject({
    ...{ study: "methods", model: "lenet-300-100", outputCutFactor: 0.5, scope: "layer", lr: 0.0012 },
    arms: ["gradual", "gradual-random", "variational", "l0", "ticket", "reinit", "scratch-b", "dense"],
    ...{ pruneFrom: "5000it", pruneTo: "35000it", pruneEvery: "1000it" },
    variationalRates: [0.3, 1, 3, 10, 30],
  });
  expect(found).not.toHaveProperty("rewind");
});

test("lengths follow --steps in its own units, at least one of them", () => {
  expect(spec("--steps 160ep")).toMatchObject({ pruneFrom: "16ep", pruneTo: "112ep", pruneEvery: "3ep" });
  expect(spec("--steps 10ep")).toMatchObject({ pruneFrom: "1ep", pruneTo: "7ep", pruneEvery: "1ep" });
  expect(spec("--steps 20it --prune-to 9it")).toMatchObject({ pruneFrom: "2it", pruneTo: "9it", pruneEvery: "1it" });
});

test.each(METHODS_PRESETS)("preset $name is a specification", ({ name }) => {
  const found = spec(`--preset ${name}`);
  expect(parseMethodsSpec(JSON.parse(JSON.stringify(found)))).toEqual(found);
});

test.each([
  [
    "--arms gradual,dense --l0-rates 1,2",
    "--l0-rates: does nothing without the arm l0, got 1,2. Leave it out or add that",
  ],
  ["--variational-rates 1,0", '--variational-rates: must be a number above 0, got "0"'],
  ["--rewind 1ep", "unknown option '--rewind'"],
  ["--unit filter", "unknown option '--unit'"],
])("%s is refused", (command, message) => {
  expect(() => spec(command)).toThrow(message);
});

test("a plan knows how dense gradual pruning is on average, a quarter of the way over its updates, and at its end", () => {
  const cut = { cut: 0.5, outputCutFactor: 1, scope: "layer" } as const;
  const method = { name: "gradual", by: "magnitude", begin: 100, every: 50, updates: 8, cut, rounds: 2 } as const;
  expect(courseOf({ method, from: 0, to: 1000 }, 1)).toEqual({ mean: 0.25 + 0.75 * 0.2, last: 0.25, work: 1 });
  expect(courseOf({ from: 0, to: 1000 }, 0.3)).toEqual({ mean: 0.3, last: 0.3, work: 1 });
});
