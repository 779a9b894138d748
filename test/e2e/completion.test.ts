/** The scripts of `tombola completion`, sourced by the shells that are here. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newFolder, tombola } from "./tombola.ts";

/** What bash offers for the last of some words. */
async function offered(words: readonly string[]): Promise<string[]> {
  const { stdout } = await tombola("completion bash");
  const asked = `COMP_WORDS=(tombola ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`;
  const told = `${stdout}\n${asked}; _tombola; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", told], { encoding: "utf8" }).trim().split("\n");
}

describe("bash completes", () => {
  test.each([
    [["ru"], ["run", "runs"]],
    [["run", "edge"], ["edge-popup"]],
    [
      ["run", "imp", "--rew"],
      ["--rewind", "--rewind-to"],
    ],
    [["run", "imp", "--store", "x", "--repl"], ["--replicates"]],
    [["explain", "lenet-300-100", "--dens"], ["--density"]],
    [["run", "im"], ["imp"]],
  ])("%j by %j", async (words, expected) => {
    expect(await offered(words)).toEqual(expected);
  });
});

test("every option of a study's help is offered", async () => {
  const help = (await tombola("run imp --help --all")).stdout;
  const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag!);
  expect(flags.length).toBeGreaterThan(20);
  expect((await offered(["run", "imp", "--"])).toSorted()).toEqual(expect.arrayContaining(flags.toSorted()));
});

/** Why a shell's script is not checked; undefined where it is. */
const absent = (shell: string) =>
  spawnSync(shell, ["-c", "true"]).status === 0 ? undefined : `there is no ${shell}: install it`;

test.for(["zsh", "fish"])("%s reads its script without a complaint", async (shell, { skip }) => {
  const reason = absent(shell);
  if (reason !== undefined) skip(reason);
  const path = join(newFolder(), "completion");
  writeFileSync(path, (await tombola(`completion ${shell}`)).stdout);
  const { status, stderr } = spawnSync(shell, ["-n", path], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("another shell is refused, with those that there are", async () => {
  const { code, stderr } = await tombola("completion fihs");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('completion: must be one of bash, zsh, fish, got "fihs". Did you mean fish?'),
  });
});
