/** What a run was made with: versions, machine, engine and the command itself. */

import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const PACKAGE = new URL("../../../package.json", import.meta.url);

/** The version of this package. */
export function version(): string {
  return (JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string }).version;
}

/** Versions and machine as plain JSON, with `more` of what the verb knows. */
export function environment(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    tombola: version(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    ...more,
  };
}

/** The command as it was typed, quoted where a shell needs it. */
export function commandLine(): string {
  const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return ["tombola", ...process.argv.slice(2).map(quote)].join(" ");
}
