/** The command line of the study `methods`. */
import { Command } from "commander";
import { expect, test } from "vitest";
import { parseMethodsSpec } from "../study/methods-spec.ts";
import { PRESETS } from "../study/presets.ts";
import { courseOf } from "./plan-method.ts";
import { addPruningOptions } from "./pruning-options.ts";
import { type StudyOptions, specOf } from "./study-spec.ts";

const spec = (command = "", study = "methods") => {
  const words = command.split(" ").filter(Boolean);
  return specOf(study, addPruningOptions(new Command()).parse(words, { from: "user" }).opts<StudyOptions>());
};

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

test.each(PRESETS.filter(({ study }) => study === "methods"))("preset $name is a specification", ({ name }) => {
  const found = spec(`--preset ${name}`);
  expect(parseMethodsSpec(JSON.parse(JSON.stringify(found)))).toEqual(found);
});

test.each([
  ["--prune-to 5ep", "imp", '--prune-to: does nothing without the study methods, got "5ep". Leave it out or add that'],
  [
    "--arms gradual,dense --l0-rates 1,2",
    "methods",
    '--l0-rates: does nothing without the study methods and its arm l0, got "1,2". Leave it out or add that',
  ],
  [
    "--rewind 1ep",
    "methods",
    '--rewind: does nothing without a study other than methods, got "1ep". Leave it out or add that',
  ],
  ["--variational-rates 1,0", "methods", '--variational-rates: must be a number above 0, got "0"'],
])("%s in %s is refused", (command, study, message) => {
  expect(() => spec(command, study)).toThrow(message.replace('"1,2"', "1,2"));
});

test("a plan knows how dense gradual pruning is on average, a quarter of the way over its updates, and at its end", () => {
  const cut = { cut: 0.5, outputCutFactor: 1, scope: "layer" } as const;
  const method = { name: "gradual", by: "magnitude", begin: 100, every: 50, updates: 8, cut, rounds: 2 } as const;
  expect(courseOf({ method, from: 0, to: 1000 }, 1)).toEqual({ mean: 0.25 + 0.75 * 0.2, last: 0.25, work: 1 });
  expect(courseOf({ from: 0, to: 1000 }, 0.3)).toEqual({ mean: 0.3, last: 0.3, work: 1 });
});
