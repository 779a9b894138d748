import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { integer } from "../../study/option.ts";
import { classification } from "../../task/classification.ts";
import { registerTask } from "../../task/registry.ts";
import { addOption, addShared, askedData, flagNamed, flagOf } from "./options.ts";

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

test("a task that is brought may be asked for of data whose targets do not depend on it", () => {
  registerTask({ ...classification, name: "own" }, "1");
  expect(askedData({ data: "mnist", task: "own" })).toBe("mnist?task=own@1");
  expect(askedData({ data: "folder:x", task: "own@1" })).toBe("folder:x@32?task=own@1");
  expect(askedData({ data: "npz:a.npz", task: "regression" })).toBe("npz:a.npz?task=regression");
  expect(() => askedData({ data: "npz:a.npz", task: "own" })).toThrow("task: of a table must be one of classification");
  expect(() => askedData({ data: "mnist", task: "regression" })).toThrow(
    "task: does nothing without data csv:PATH or npz:PATH or npy:PATH or texts:PATH, or a task that is brought",
  );
  expect(() => askedData({ task: "own" })).toThrow("task: does nothing without data");
});
