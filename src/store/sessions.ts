/**
 * `runs/<id>/sessions`: every start of a run's command and how it went on, one record a line, only appended to, so that of
 * several processes none overwrites another's. A line begins with its checksum; one that a kill tore is no record.
 */

import { hostname } from "node:os";
import { z } from "zod";
import { appendFlushed, isAlive, readTextIfThere } from "./files.ts";
import { fromJson } from "./json.ts";
import { beginSeal } from "./seal.ts";
import type { Run, RunSession, RunStatus } from "./store.ts";

/** One start of a run's command. */
export const SESSION = z.object({
  command: z.string(),
  environment: z.record(z.string(), z.unknown()),
  started: z.string(),
  host: z.string(),
  pid: z.number(),
});
export const STATUS = z.enum(["running", "complete", "interrupted"]);
const STATE = SESSION.pick({ started: true, host: true, pid: true }).extend({
  status: STATUS,
  leftOut: z.number().exactOptional(),
  at: z.string(),
});
const RECORD = z.union([SESSION, STATE]);

/** How a session went on; it is named by when, where and as which process it started. */
export type SessionState = z.infer<typeof STATE>;
type SessionRecord = RunSession | SessionState;

/** The records of a run's file that are whole, in the order of writing. */
export async function readSessions(id: string, path: string): Promise<SessionRecord[]> {
  const lines = ((await readTextIfThere(path)) ?? "").split("\n");
  const whole = lines.filter((line) => line === sealed(id, line.slice(65)));
  return whole.map((line) => RECORD.parse(fromJson(line.slice(65), path, "")));
}

/** Appends a record. */
export async function appendSession(id: string, path: string, record: SessionRecord): Promise<void> {
  // A line that a kill left open ends here, and is none.
  const text = (await readTextIfThere(path)) ?? "";
  await appendFlushed(path, `${text === "" || text.endsWith("\n") ? "" : "\n"}${sealed(id, JSON.stringify(record))}\n`);
}

/**
 * A run with what its sessions say: it is complete where one of them came to the end, running while one is under way, and
 * else interrupted. A process that was killed cannot say so; on another machine there is no telling.
 */
export function withSessions(run: Run, records: readonly SessionRecord[]): Run {
  const begun = [...run.sessions, ...records.filter((record) => "command" in record)];
  const sessions = begun.filter((session, i) => begun.findIndex((each) => isSame(each, session)) === i);
  const states = records.filter((record) => "status" in record);
  const statuses = sessions.map((session, i): RunStatus => {
    const own = states.findLast((state) => isSame(state, session))?.status;
    // The run's own file tells of the last session that it lists.
    const before = i < run.sessions.length - 1 ? "interrupted" : i < run.sessions.length ? run.status : "running";
    const status = own ?? before;
    return status === "running" && isDead(session) ? "interrupted" : status;
  });
  const leftOut = states.findLast((state) => state.leftOut !== undefined)?.leftOut ?? run.leftOut;
  const last = records.at(-1);
  return {
    ...run,
    sessions,
    status: (["complete", "running"] as const).find((status) => statuses.includes(status)) ?? "interrupted",
    ...(leftOut !== undefined && { leftOut }),
    updated: last === undefined ? run.updated : "at" in last ? last.at : last.started,
  };
}

type Named = Pick<RunSession, "started" | "host" | "pid">;

function isSame(one: Named, other: Named): boolean {
  return one.started === other.started && one.host === other.host && one.pid === other.pid;
}

/** Whether the process of a session has ended; of another machine's there is no telling. */
function isDead({ host, pid }: Named): boolean {
  return host === hostname() && !isAlive(pid);
}

function sealed(id: string, json: string): string {
  return `${beginSeal({ kind: "session", key: id }).update(json).digest("hex")} ${json}`;
}
