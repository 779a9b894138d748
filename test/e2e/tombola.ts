/** Running the built command as a user does, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** What a command left behind; `code` is null where a signal ended it. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that may still be running. */
export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

interface StartOptions {
  readonly env?: object;
  readonly cwd?: string;
  readonly stdout?: number | undefined;
  readonly stderr?: number | undefined;
}

/** Starts `tombola` with these words; `env` is added to a clean environment's, `stdout` and `stderr` are open files in the pipes' places. */
export function start(
  words: readonly string[],
  { env = {}, cwd = tmpdir(), stdout: data, stderr: talk }: StartOptions = {},
): Running {
  const { TOMBOLA_STORE: _, TOMBOLA_DATA: __, ...clean } = process.env;
  const child = spawn(process.execPath, [MAIN, ...words], {
    ...{ cwd, env: { ...clean, NO_COLOR: "1", ...env } },
    stdio: ["pipe", data ?? "pipe", talk ?? "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (text) => (stdout += text));
  child.stderr?.on("data", (text) => (stderr += text));
  const outcome = new Promise<Outcome>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  return { child, outcome };
}

/** Runs `tombola` with these words to its end. */
export function tombola(words: string, options?: Parameters<typeof start>[1]): Promise<Outcome> {
  return start(words.split(" "), options).outcome;
}

/** A new folder, removed when the test, or where called from `beforeAll` the file's `remove`, is done. */
export function newFolder(remove: (clean: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "tombola-"));
  remove(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
