import { describe, expect, test } from "vitest";
import { integer, listOf, number, type Option, oneOf, refuseUnused, steps, text } from "./option.ts";

describe("readers", () => {
  test.each([
    ["7", 7],
    ["0", 0],
    ["1e2", 100],
  ])("an integer %s", (text, value) => expect(integer(0, 100)(text, "n")).toBe(value));

  test.each(["", " ", "x", "1.5", "-1", "101", "NaN", "Infinity"])("no integer from 0 to 100: %j", (text) => {
    expect(() => integer(0, 100)(text, "n")).toThrow(
      `n: must be an integer from 0 to 100, got ${JSON.stringify(text)}`,
    );
  });

  test("a number says its own rule", () => {
    const positive = number({ rule: "a number above 0", holds: (value) => value > 0 });
    expect(positive("1.2e-3", "lr")).toBe(0.0012);
    expect(() => positive("0", "lr")).toThrow('lr: must be a number above 0, got "0"');
  });

  test.each([
    ["0it", "0"],
    ["0ep5it", "5it"],
    ["2ep50it", "2ep50it"],
  ])("steps %s have one spelling, %s", (text, spelling) => expect(steps(text, "steps")).toBe(spelling));

  test("steps without units name the field and the remedy", () => {
    const read = () => steps("100", "to");
    expect(read).toThrow('to: a length of training needs its units, got "100". Write 100it or 100ep');
    expect(read).toThrow(expect.objectContaining({ code: "usage", where: "to" }));
  });

  test("a list keeps each word once, and refuses others", () => {
    const read = listOf(oneOf(["a", "b"]));
    expect(read("b, a,b", "x")).toEqual(["b", "a"]);
    expect(() => read("a,c", "x")).toThrow('x: must be one of a, b, got "c"');
    expect(() => read("", "x")).toThrow("x: must be one of a, b");
  });
});

test("an option that was given and would do nothing is refused, with what it needs and the fields that names", () => {
  const need = {
    words: "optimizer sgd",
    fields: ["optimizer"],
    met: ({ optimizer }: object & { optimizer?: unknown }) => optimizer === "sgd",
  };
  const options: Option[] = [
    { name: "momentum", value: "m", description: "", read: text, need },
    { name: "optimizer", description: "" },
  ];
  const refuse = (given: object, all = given) => refuseUnused(options, { ...given }, { ...all });
  expect(() => refuse({ momentum: 0.9 }, { momentum: 0.9, optimizer: "adam" })).toThrow(
    expect.objectContaining({
      ...{ code: "usage", where: "momentum", fields: ["optimizer"] },
      message: "momentum: does nothing without optimizer sgd, got 0.9. Leave it out or add that",
    }),
  );
  refuse({ momentum: 0.9, optimizer: "sgd" });
  refuse({}, { optimizer: "adam", momentum: 0 });
});
