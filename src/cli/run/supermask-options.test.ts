/** The command line of the study `supermask`, and what pixels are normalised by on that of all studies. */
import { describe, expect, test } from "vitest";
import { SUPERMASK_PRESETS } from "../../study/supermask/presets.ts";
import { parseSupermaskSpec } from "../../study/supermask/spec.ts";
import { specOf } from "./fixtures/words.ts";

const spec = (words = "") => specOf("supermask", words);

test("without options it is LeNet's set-up on pixels from 0 to 1, all criteria and all actions", () => {
  const found = spec();
  expect(found).toMatchObject({
    ...{ study: "supermask", model: "lenet-300-100", data: "mnist?mean=0&std=1", outputCutFactor: 0.5 },
    ...{ scope: "layer", lr: 0.0012, validation: 5000, masks: "iterative" },
  });
  expect([found.arms.length, found.untrained.length]).toEqual([9 + 19, 2 * 29]);
});

test("arms are named, or stand for several", () => {
  expect(spec("--arms large_final,large_final+rewind,random+reinit --untrained none")).toMatchObject({
    arms: ["large_final", "random+reinit"],
    untrained: [],
  });
  expect(spec("--arms none --levels 3")).toMatchObject({ arms: [], levels: 3 });
});

test("pixels are normalised as asked", () => {
  expect(spec("--mean 0.1307 --std 0.3081").data).toBe("mnist");
  expect(spec("--data cifar10 --mean 0.4,0.5,0.6").data).toBe("cifar10?mean=0.4,0.5,0.6&std=1");
  expect(spec("--data csv:a.csv --target b").data).toBe("csv:a.csv?target=b&task=classification");
});

test.each(SUPERMASK_PRESETS)("preset $name is a specification", ({ name }) => {
  const found = spec(`--preset ${name}`);
  expect(parseSupermaskSpec(JSON.parse(JSON.stringify(found)))).toEqual(found);
});

test("learned masks are a part of their own, with the recipe's length and rate where none is given", () => {
  const all = ["learned", "learned-rescaled", "learned-constant", "learned-rescaled-constant", "signed"];
  const own = { steps: "100ep", batch: 128, rate: 100 };
  expect(spec("--preset learned")).toMatchObject({ arms: [], untrained: [], learned: { arms: all, ...own } });
  expect(spec("--learned signed --learned-steps 2ep --learned-batch 250 --learned-rate 50").learned).toEqual({
    ...{ arms: ["signed"], steps: "2ep", batch: 250, rate: 50 },
  });
  expect(spec("--preset learned --learned none")).not.toHaveProperty("learned");
});

test.each([
  ["--learned-steps 2ep", "--learned-steps: does nothing without --learned other than none"],
  ["--learned lerned", "--learned: must be one of learned"],
  ["--arms large_finl", 'got "large_finl". Did you mean large_final?'],
  ["--arms none --untrained none --levels 3", "--levels: does nothing without an arm to train or to score, got 3"],
  ["--masks once", "--masks: must be one of iterative, oneshot"],
  ["--std 0", '--std: must be a number from 1e-10 to 10000000000, or one for each channel, got "0"'],
  ["--learned none,learned", '--learned: must be none alone, or masks, got "none,learned". Leave none out'],
  ["--rewind 1ep", "unknown option '--rewind'"],
  ["--data csv:a.csv --target b --mean 0", "--mean: does nothing without --data of images, got 0"],
])("%s is refused", (command, message) => {
  expect(() => spec(command)).toThrow(message);
});

describe("other studies", () => {
  test("take the published statistics unless asked, which no name says", () => {
    expect(specOf("imp").data).toBe("mnist");
    expect(specOf("imp", "--mean 0 --std 1").data).toBe("mnist?mean=0&std=1");
    expect(specOf("imp", "--data mnist?std=1&mean=0").data).toBe("mnist?mean=0&std=1");
  });

  test("hold out as many rows and vary images as they do of the same data", () => {
    const [published, raw] = ["", "--mean 0 --std 1"].map((words) => specOf("imp", `--model resnet-20 ${words}`));
    expect(raw).toEqual({ ...published, data: "cifar10?mean=0&std=1" });
  });
});
