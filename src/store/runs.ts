/** The runs of a store's folder: `runs/<id>/run.json` with spec and sessions, `rows.json` with the rows finished so far, `keys`. */

import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { fail } from "../base/errors.ts";
import { hashJson } from "../base/hash.ts";
import { isAlive, listNames, readTextIfThere, writeAtomic } from "./files.ts";
import { toJsonLines } from "./json.ts";
import { keyLists } from "./keys.ts";
import type { Reader } from "./reader.ts";
import { encodeSealed } from "./sealed-json.ts";
import type { Run, RunRequest, RunStore } from "./store.ts";

const record = z.record(z.string(), z.unknown());
const SESSION = z.object({
  command: z.string(),
  environment: record,
  started: z.string(),
  host: z.string(),
  pid: z.number(),
});
const MEASURE = z.object({
  name: z.string(),
  title: z.string(),
  unit: z.string().nullable(),
  direction: z.enum(["up", "down"]),
});
const NUMBERS = z.array(z.number());
const RUN = z.object({
  id: z.string(),
  study: z.string(),
  spec: record,
  task: z.object({ name: z.string(), measures: z.tuple([MEASURE], MEASURE) }).exactOptional(),
  normalised: z
    .array(z.object({ data: z.string(), mean: NUMBERS, std: NUMBERS, pixels: z.literal("floats").exactOptional() }))
    .exactOptional(),
  status: z.enum(["running", "complete", "interrupted"]),
  leftOut: z.number().exactOptional(),
  updated: z.string(),
  sessions: z.array(SESSION).min(1),
});

/** Of studies and so of runs: safe as a folder's name. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;
const REMEDY = "Delete it, then run the same command again: finished steps are kept";

/** The run half of a store in the folder `dir`, whose files `reader` reads. */
export function runStore(dir: string, reader: Reader): RunStore {
  const pathOf = (id: string, name: string) => join(dir, "runs", id, name);
  const fileOf = (kind: "run" | "rows", id: string) => ({ kind, key: id, path: pathOf(id, `${kind}.json`) });
  const read = async (id: string) => {
    const file = fileOf("run", id);
    const text = await readTextIfThere(file.path);
    return text === null ? null : parseRun(reader.run(text, file, REMEDY), file.path);
  };
  const write = async (run: Run) => {
    const file = fileOf("run", run.id);
    await writeAtomic(file.path, encodeSealed(file, JSON.stringify(run, null, 2)));
    return run;
  };
  const listRuns = async () => {
    const ids = (await listNames(join(dir, "runs"))).filter((name) => NAME.test(name));
    const runs = await Promise.all(ids.map(read));
    return runs.filter((run) => run !== null).sort((a, b) => begun(b).localeCompare(begun(a)));
  };
  return {
    async createRun(request) {
      const id = runId(request);
      return write(begin(id, request, await read(id)));
    },
    async setRunStatus(id, status, leftOut) {
      const run = (await read(id)) ?? fail("store", dir, { rule: "run must be in the store", got: id });
      const told = leftOut === undefined ? {} : { leftOut };
      return write({ ...run, status, ...told, updated: new Date().toISOString() });
    },
    async writeRows(id, rows) {
      const file = fileOf("rows", id);
      await writeAtomic(file.path, encodeSealed(file, toJsonLines(rows)));
    },
    async readRows(id) {
      const file = fileOf("rows", id);
      const text = await readTextIfThere(file.path);
      return text === null ? [] : reader.rows(text, file, REMEDY);
    },
    ...keyLists((id) => pathOf(id, "keys")),
    listRuns,
    readRun: async (idOrPrefix) => pick(await listRuns(), idOrPrefix, dir),
  };
}

/** `<study>-<first 10 hexadecimal digits of the spec's hash>`: the same spec is the same run. */
function runId({ study, spec }: Pick<Run, "study" | "spec">): string {
  if (!NAME.test(study)) {
    fail("usage", "study", { rule: "name must be of lower-case letters, digits and hyphens", got: study });
  }
  return `${study}-${hashJson(spec).slice(0, 10)}`;
}

function begin(
  id: string,
  { study, spec, task, normalised, command, environment }: RunRequest,
  previous: Run | null,
): Run {
  const started = new Date().toISOString();
  const session = { command, environment, started, host: hostname(), pid: process.pid };
  const sessions = [...(previous?.sessions ?? []), session];
  const data = { ...(task && { task }), ...(normalised && { normalised }) };
  return { id, study, spec, ...data, status: "running", updated: started, sessions };
}

function parseRun(json: unknown, path: string): Run {
  const { success, data, error } = RUN.safeParse(json);
  if (success) return { ...data, status: isAbandoned(data) ? "interrupted" : data.status };
  const [issue] = error.issues;
  return fail("store", path, {
    rule: `must describe a run (${issue?.path.join(".")}: ${issue?.message})`,
    remedy: REMEDY,
  });
}

/** A killed process cannot say that it was interrupted; on another machine there is no telling. */
function isAbandoned({ status, sessions }: z.infer<typeof RUN>): boolean {
  const { host, pid } = sessions.at(-1)!;
  return status === "running" && host === hostname() && !isAlive(pid);
}

function begun(run: Run): string {
  return run.sessions.at(-1)!.started;
}

function pick(runs: readonly Run[], name: string, dir: string): Run {
  const found = runs.filter(({ id, study }) => id.startsWith(name) || id.slice(study.length + 1).startsWith(name));
  const exact = found.find(({ id }) => id === name);
  if (exact) return exact;
  if (found.length === 1) return found[0]!;
  const ids = (found.length > 0 ? found : runs).map(({ id }) => id).join(", ");
  const rule = found.length > 0 ? `the name must be of one run, not of ${found.length}` : "no run has this name";
  return fail("store", dir, { rule, got: name, remedy: ids ? `Choose of ${ids}` : "The store has no runs" });
}
