/** Another program's speed, measured in turn with ours: it prints a JSON line `{"case","threads","ms"}` for every case. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { fail } from "../base/errors.ts";
import type { BenchRow, Source } from "./rows.ts";

const LINE = z.object({ case: z.string(), threads: z.number(), ms: z.number() });

/** Which of the peer's rows are waited for, and how many threads they must have used. */
export interface PeerOptions {
  readonly cases: readonly string[];
  readonly threads: number;
}

/** The exit code of a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The engine name of a peer's rows. */
export const PEER = "peer";

/**
 * A source that runs a shell command until it has printed the wanted cases, then stops it.
 * Throws `usage` where it ends without them, prints something else, or uses another number of threads.
 */
export function peerSource(command: string, { cases, threads }: PeerOptions): Source {
  return async () => {
    // A group of its own, so that whatever the shell starts is stopped with it.
    const child = spawn(command, { shell: true, detached: true, stdio: ["ignore", "pipe", "inherit"] });
    const stop = () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    // In a group of its own it hears no Ctrl-C.
    const interrupt = () => {
      stop();
      process.exit(INTERRUPTED);
    };
    process.once("SIGINT", interrupt);
    try {
      return await wantedRows(createInterface({ input: child.stdout }), { cases, threads });
    } finally {
      process.off("SIGINT", interrupt);
      stop();
    }
  };
}

async function wantedRows(lines: AsyncIterable<string>, { cases, threads }: PeerOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for await (const line of lines) {
    const row = parse(line);
    if (!cases.includes(row.case)) continue;
    if (row.threads !== threads) fail("usage", "peer", { rule: `must run on ${threads} threads`, got: row.threads });
    rows.push({ ...row, engine: PEER, density: 1 });
    if (rows.length === cases.length) return rows;
  }
  const missing = cases.filter((name) => !rows.some((row) => row.case === name));
  return fail("usage", "peer", { rule: "must print every case", got: `no ${missing.join(", no ")}` });
}

function parse(line: string): z.infer<typeof LINE> {
  try {
    return LINE.parse(JSON.parse(line));
  } catch {
    return fail("usage", "peer", { rule: 'must print lines like {"case":"...","threads":1,"ms":1.5}', got: line });
  }
}
