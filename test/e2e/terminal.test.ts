/** A terminal that is closed, or a reader that has gone, ends no run; `verify` finds its store whole. */
import { appendFileSync, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { newFolder, start, tombola } from "./tombola.ts";

const RUN = "run smoke --model mlp-16 --arms ticket --replicates 2 --levels 2";

describe("a run", { timeout: 60_000 }, () => {
  test("whose stderr is closed and whose terminal hangs up goes on to its end", async () => {
    const cwd = newFolder();
    const { child, outcome } = start(RUN.split(" "), { cwd });
    child.stderr!.on("data", (text) => {
      if (!String(text).includes("[1/")) return;
      child.stderr!.destroy();
      child.kill("SIGHUP");
    });
    expect((await outcome).code).toBe(0);
    const { stdout } = await tombola("runs --json", { cwd });
    expect(JSON.parse(stdout).runs).toMatchObject([{ study: "imp", status: "complete" }]);
    const verified = await tombola("verify --json", { cwd });
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ damage: [] });
  });

  test("whose stderr is a full disk, and whose stdout nobody reads, completes, and fails for what it could not print", async () => {
    const cwd = newFolder();
    const full = openSync("/dev/full", "w");
    const { child, outcome } = start(RUN.split(" "), { cwd, stderr: full });
    child.stdout!.destroy();
    expect((await outcome).code).toBe(1);
    const { stdout } = await tombola("runs --json", { cwd });
    expect(JSON.parse(stdout).runs).toMatchObject([{ status: "complete" }]);
  });

  test.each([
    ["a full disk", openSync("/dev/full", "w"), /^error: stdout: not all .* no space is left on the disk\. Print/m],
    ["a reader that has gone", undefined, /^error: stdout: not all .* its reader has gone\. Print/m],
  ])("whose stdout is %s says so once it is done", async (_, stdout, message) => {
    const cwd = newFolder();
    const { child, outcome } = start(RUN.split(" "), { cwd, stdout });
    child.stdout?.destroy();
    const { code, stderr } = await outcome;
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(JSON.parse((await tombola("runs --json", { cwd })).stdout).runs).toMatchObject([{ status: "complete" }]);
  });

  test("verify tells of damage, and of a folder that is no store", async () => {
    const cwd = newFolder();
    await tombola(RUN, { cwd });
    const shown = JSON.parse((await tombola("runs --json", { cwd })).stdout).runs[0].id as string;
    appendFileSync(`${cwd}/tombola-store/runs/${shown}/rows.json`, " ");
    const found = await tombola("verify", { cwd });
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(
      /^runs\/imp-.*\/rows\.json: .*the file is damaged .*\n\d+ files read, 1 damaged or out/,
    );
    expect((await tombola("verify --store elsewhere", { cwd })).code).toBe(1);
  });
});
