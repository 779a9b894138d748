import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { integer } from "../../study/option.ts";
import { addOption, addShared, flagNamed, flagOf } from "./options.ts";

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
