import { Command, CommanderError } from "commander";
import { afterEach, expect, test, vi } from "vitest";
import { type ErrorCode, TombolaError } from "../../base/errors.ts";
import { addOption } from "./options.ts";
import { printJson, report, say, visible, warning } from "./output.ts";
import { table } from "./table.ts";

const said = () =>
  vi
    .mocked(process.stderr.write)
    .mock.calls.map(([text]) => String(text))
    .join("");
const silence = () => vi.spyOn(process.stderr, "write").mockReturnValue(true);
afterEach(() => vi.restoreAllMocks());

test.each<[ErrorCode, number]>([
  ["usage", 2],
  ["data", 1],
  ["store", 1],
  ["engine", 1],
  ["diverged", 1],
])("%s is told in a sentence and exits with %i", (code, exit) => {
  silence();
  expect(report(new TombolaError(code, "a rule"))).toBe(exit);
  expect(said()).toBe("error: a rule\n");
});

test("an interruption is no error", () => {
  silence();
  expect(report(new TombolaError("interrupted", "saved"))).toBe(130);
  expect(said()).toBe("saved\n");
});

test("what was not foreseen shows where it happened", () => {
  silence();
  expect(report(new TypeError("oh"))).toBe(1);
  expect(said()).toMatch(/TypeError: oh\n +at .*output\.test/);
});

test("commander has told its errors itself; help is none", () => {
  silence();
  expect(report(new CommanderError(1, "commander.unknownOption", "unknown"))).toBe(2);
  expect(report(new CommanderError(0, "commander.helpDisplayed", "help"))).toBe(0);
  expect(said()).toBe("");
});

test("NaN becomes null in JSON", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  printJson({ testLoss: Number.NaN });
  expect(write).toHaveBeenCalledExactlyOnceWith('{"testLoss":null}\n');
});

test("fields become flags where an option gives them, in their place and as whole words", () => {
  const command = addOption(new Command(), "--rewind-to <length>", "");
  addOption(command, "--scope <name>", "");
  silence();
  report(
    new TombolaError("usage", "rewindTo: needs scope layer, not scopes", { where: "rewindTo", fields: ["scope"] }),
  );
  report(new TombolaError("usage", "panels.0: rewindTo", { where: "panels.0" }));
  expect(said()).toBe("error: --rewind-to: needs --scope layer, not scopes\nerror: panels.0: rewindTo\n");
});

test("names that come from files command no terminal", () => {
  silence();
  say("folder \u001b[2J\u001b]0;title\u0007 and \u202eback");
  expect(said()).toBe("folder \\u001b[2J\\u001b]0;title\\u0007 and \\u202eback\n");
  expect(visible("\u001b[33mwarning:\u001b[39m a\tb\nc")).toBe("\u001b[33mwarning:\u001b[39m a\tb\nc");
  expect(visible("a \u001b[31merror:\u001b[39m b")).toBe("a \\u001b[31merror:\\u001b[39m b");
});

test("nor do they end a line of an error, a warning or a table", () => {
  silence();
  report(new TombolaError("data", "folder x\n\u001b[32merror: none\u2028: must be a file"));
  say(warning("x\ny"));
  expect(said()).toBe("error: folder x\\u000a\\u001b[32merror: none\\u2028: must be a file\nwarning: x\\u000ay\n");
  expect(table(["a\nb"], [["c\r\n\u001b[31md"]])).toBe("a\\u000ab\nc\\u000d\\u000a\\u001b[31md");
});
