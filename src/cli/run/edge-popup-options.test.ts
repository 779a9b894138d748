/** The command line of the study `edge-popup`. */
import { expect, test } from "vitest";
import { POPUP_PRESETS } from "../../study/edge-popup/presets.ts";
import { parsePopupSpec } from "../../study/edge-popup/spec.ts";
import { specOf } from "./fixtures/words.ts";

const spec = (words = "") => specOf("edge-popup", words);

test("without options it is the paper's recipe on LeNet, all arms, on all training images", () => {
  const found = spec();
  expect(found).toMatchObject({
    ...{ study: "edge-popup", model: "lenet-300-100-nobias", lr: 0.1, batch: 128, validation: 0, steps: "100ep" },
    ...{ kept: [0.1, 0.3, 0.5, 0.7, 0.9], weights: "signed-constant", scaled: false, scope: "layer" },
    arms: ["edge-popup", "random", "learned", "dense"],
    optimizer: { name: "sgd", momentum: 0.9, weightDecay: 1e-4, nesterov: false },
    schedule: { name: "cosine" },
  });
  for (const field of ["init", "levels", "cut", "outputCutFactor"]) expect(found).not.toHaveProperty(field);
});

test.each(POPUP_PRESETS)("preset $name is a specification", ({ name }) => {
  const found = spec(`--preset ${name}`);
  expect(parsePopupSpec(JSON.parse(JSON.stringify(found)))).toEqual(found);
});

test("fractions come in rising order", () => {
  expect(spec("--kept 0.5,0.05")).toMatchObject({ kept: [0.05, 0.5] });
});

test("widths and freezing are there where they are asked for", () => {
  expect(spec("--preset widths")).toMatchObject({ widths: [0.25, 0.5, 1], kept: [0.5], arms: ["edge-popup", "dense"] });
  expect(spec("--preset gem-miner")).toMatchObject({ freezeEvery: "1ep" });
  for (const field of ["widths", "freezeEvery"]) expect(spec()).not.toHaveProperty(field);
});

test.each([
  ["--freeze-every 1ep", "--freeze-every: does nothing without an arm gem-"],
  ["--kept 0,0.5", '--kept: must be a number above 0 and at most 1, got "0"'],
  ["--kept 50", '--kept: must be a number above 0 and at most 1, got "50"'],
  ["--arms edge-popup --dense-lr 0.1", "--dense-lr: does nothing without the arm dense, got 0.1"],
  ["--init uniform", "unknown option '--init'"],
])("%s is refused", (command, message) => {
  expect(() => spec(command)).toThrow(message);
});
