/** Fetches a package as npm does: from the registry and with the settings of the user's own npm. */

import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Has npm put the archive of the package `spec`, such as `name@1.2.3`, into `folder`; gives its path, throws npm's error. */
export async function npmPack(spec: string, folder: string): Promise<string> {
  await run("npm", ["pack", spec, "--ignore-scripts", "--loglevel=error", "--pack-destination", folder]);
  const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (!archive) throw new Error("npm has left no archive");
  return join(folder, archive);
}

function run(command: string, words: readonly string[]): Promise<void> {
  // On Windows npm is a script, which only a shell runs.
  const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"], shell: process.platform === "win32" });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(summary(said)))));
  });
}

/** npm says one thing a line, each behind `npm error`, and names its log last. */
function summary(said: string): string {
  const lines = said.split("\n").flatMap((line) => /^npm (?:error|ERR!) (?!A complete log)(.+)/.exec(line)?.[1] ?? []);
  return lines.slice(0, 3).join(", ") || "npm has failed";
}
