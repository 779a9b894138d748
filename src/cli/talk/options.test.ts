import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { integer, listOf, number, oneOf, steps } from "../../study/option.ts";
import { addOption, addShared, flagNamed, flagOf } from "./options.ts";

describe("readers", () => {
  test.each([
    ["7", 7],
    ["0", 0],
    ["1e2", 100],
  ])("an integer %s", (text, value) => expect(integer(0, 100)(text, "--n")).toBe(value));

  test.each(["", " ", "x", "1.5", "-1", "101", "NaN", "Infinity"])("no integer from 0 to 100: %j", (text) => {
    expect(() => integer(0, 100)(text, "--n")).toThrow(
      `--n: must be an integer from 0 to 100, got ${JSON.stringify(text)}`,
    );
  });

  test("a number says its own rule", () => {
    const positive = number({ rule: "a number above 0", holds: (value) => value > 0 });
    expect(positive("1.2e-3", "--lr")).toBe(0.0012);
    expect(() => positive("0", "--lr")).toThrow('--lr: must be a number above 0, got "0"');
  });

  test.each([
    ["0it", "0"],
    ["0ep5it", "5it"],
    ["2ep50it", "2ep50it"],
  ])("steps %s have one spelling, %s", (text, spelling) => expect(steps(text, "--steps")).toBe(spelling));

  test("steps without units name the option and the remedy", () => {
    const read = () => steps("100", "--steps");
    expect(read).toThrow('--steps: a length of training needs its units, got "100". Write 100it or 100ep');
    expect(read).toThrow(expect.objectContaining({ code: "usage" }));
  });

  test("a list keeps each word once, and refuses others", () => {
    const read = listOf(oneOf(["a", "b"]));
    expect(read("b, a,b", "--x")).toEqual(["b", "a"]);
    expect(() => read("a,c", "--x")).toThrow('--x: must be one of a, b, got "c"');
    expect(() => read("", "--x")).toThrow("--x: must be one of a, b");
  });
});

describe("options", () => {
  const parse = (...words: string[]) => {
    const command = addShared(addOption(new Command(), "--levels <n>", "", integer(0)), "workers", "json");
    return command.parse(words, { from: "user" }).opts();
  };

  test("what was not given is not there", () => expect(parse()).toEqual({}));
  test("values are read", () => {
    expect(parse("--levels", "3", "--workers", "2", "--json")).toEqual({ levels: 3, workers: 2, json: true });
  });
  test("an error names its field, which has a flag", () => {
    expect(() => parse("--workers", "none")).toThrow("workers: must be an integer");
    expect(() => parse("--workers", "none")).toThrow(expect.objectContaining({ where: "workers" }));
    expect([flagOf("workers"), flagOf("dataDir"), flagOf("nothing")]).toEqual(["--workers", undefined, undefined]);
    expect([flagNamed("rewindTo"), flagNamed("recompute", false)]).toEqual(["--rewind-to", "--no-recompute"]);
  });
});
