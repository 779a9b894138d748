/**
 * The runs of a store's folder: `runs/<id>/run.json` with the spec, written once, `sessions`, `rows.json` with the rows
 * finished so far, `keys`, `note.json`.
 */

import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { fail, TombolaError } from "../base/errors.ts";
import { hashJson } from "../base/hash.ts";
import { listNames, readTextIfThere, removeFolder, writeAtomic } from "./files.ts";
import { toJsonLines } from "./json.ts";
import { keyLists } from "./keys.ts";
import { noteStore } from "./notes.ts";
import type { Reader } from "./reader.ts";
import type { StoredFile } from "./seal.ts";
import { encodeSealed } from "./sealed-json.ts";
import { appendSession, readSessions, SESSION, STATUS, withSessions } from "./sessions.ts";
import type { Run, RunSession, RunStore } from "./store.ts";

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
  spec: z.record(z.string(), z.unknown()),
  task: z.object({ name: z.string(), measures: z.tuple([MEASURE], MEASURE) }).exactOptional(),
  plugins: z.array(z.object({ name: z.string(), sha256: z.string() })).exactOptional(),
  normalised: z
    .array(z.object({ data: z.string(), mean: NUMBERS, std: NUMBERS, pixels: z.literal("floats").exactOptional() }))
    .exactOptional(),
  outputNames: z.array(z.object({ data: z.string(), names: z.array(z.string()) })).exactOptional(),
  status: STATUS,
  leftOut: z.number().exactOptional(),
  updated: z.string(),
  sessions: z.array(SESSION).min(1),
});

/** Of studies and so of runs: safe as a folder's name. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;
/** What follows the study in an id. */
const HASH = /-([0-9a-f]{10})$/;
const REMEDY = "Delete it, then run the same command again: finished steps are kept";

/** The run half of a store in the folder `dir`, whose files `reader` reads; `onNote` learns of runs left out of a list. */
export function runStore(dir: string, reader: Reader, onNote: (note: string) => void): RunStore {
  const pathOf = (id: string, name: string) => join(dir, "runs", id, name);
  const fileOf = (kind: "run" | "rows", id: string): StoredFile => ({
    kind,
    key: id,
    path: pathOf(id, `${kind}.json`),
  });
  const sessionsOf = (id: string) => pathOf(id, "sessions");
  const readRun = async (id: string) => {
    const file = fileOf("run", id);
    const text = await readTextIfThere(file.path);
    if (text === null) return null;
    const run = parseRun(reader.run(text, file, REMEDY), file);
    return withSessions(run, await readSessions(id, sessionsOf(id)));
  };
  const find = async (id: string) =>
    (await readRun(id)) ?? fail("store", dir, { rule: "run must be in the store", got: id });
  /** The sessions that were begun here. */
  const begun = new Map<string, RunSession>();
  const idsOf = async () => (await listNames(join(dir, "runs"))).filter((name) => NAME.test(name));
  /** A damaged run must not hide the others. */
  const listRuns = async () => {
    const read = (id: string) =>
      readRun(id).catch((error) => {
        if (!(error instanceof TombolaError)) throw error;
        onNote(`${error.message}; it is left out`);
        return null;
      });
    const runs = await Promise.all((await idsOf()).map(read));
    return runs.filter((run) => run !== null).sort((a, b) => beganAt(b).localeCompare(beganAt(a)));
  };
  return {
    async createRun({ study, spec, task, plugins, normalised, outputNames, command, environment }) {
      const id = runId({ study, spec, ...(plugins && { plugins }) });
      const started = new Date().toISOString();
      const session = { command, environment, started, host: hostname(), pid: process.pid };
      const before = await readRun(id);
      await appendSession(id, sessionsOf(id), session);
      begun.set(id, session);
      if (before === null) {
        const file = fileOf("run", id);
        const run = {
          id,
          study,
          spec,
          ...(task && { task }),
          ...(plugins?.length && { plugins }),
          ...(normalised && { normalised }),
          ...(outputNames?.length && { outputNames }),
          status: "running",
          updated: started,
          sessions: [session],
        };
        await writeAtomic(file.path, encodeSealed(file, JSON.stringify(run, null, 2)));
      }
      return find(id);
    },
    async setRunStatus(id, status, leftOut) {
      const { started, host, pid } = begun.get(id) ?? (await find(id)).sessions.at(-1)!;
      const told = leftOut === undefined ? {} : { leftOut };
      await appendSession(id, sessionsOf(id), { started, host, pid, status, ...told, at: new Date().toISOString() });
      return find(id);
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
    ...noteStore((id) => pathOf(id, "note.json")),
    removeRun: (id) => removeFolder(join(dir, "runs", id)),
    listRuns,
    async readRun(name) {
      const ids = await idsOf();
      const isNamed = (id: string) => id.startsWith(name) || HASH.exec(id)?.[1]?.startsWith(name);
      const named = ids.includes(name) ? [name] : ids.filter(isNamed);
      const run = named.length === 1 ? await readRun(named[0]!) : null;
      return run ?? refuse(await listRuns(), name, { dir, named });
    },
  };
}

/** `<study>-<first 10 hexadecimal digits of the spec's hash>`: the same spec, of the same plug-ins, is the same run. */
function runId({ study, spec, plugins = [] }: Pick<Run, "study" | "spec" | "plugins">): string {
  if (!NAME.test(study)) {
    fail("usage", "study", { rule: "name must be of lower-case letters, digits and hyphens", got: study });
  }
  const whole = plugins.length > 0 ? { spec, plugins: plugins.map(({ sha256 }) => sha256).sort() } : spec;
  return `${study}-${hashJson(whole).slice(0, 10)}`;
}

function parseRun(json: unknown, { key, path }: StoredFile): Run {
  const { success, data, error } = RUN.safeParse(json);
  const [issue] = error?.issues ?? [];
  if (!success)
    return fail("store", path, {
      rule: `must describe a run (${issue?.path.join(".")}: ${issue?.message})`,
      remedy: REMEDY,
    });
  // Its folder is made of it: one that says otherwise would lead elsewhere.
  if (data.id !== key) fail("store", path, { rule: `must be the run ${key}`, got: data.id, remedy: REMEDY });
  return data;
}

function beganAt(run: Run): string {
  return run.sessions.at(-1)!.started;
}

function refuse(runs: readonly Run[], name: string, at: { dir: string; named: readonly string[] }): never {
  const found = runs.filter(({ id }) => at.named.includes(id));
  const ids = (found.length > 0 ? found : runs).map(({ id }) => id).join(", ");
  const rule = found.length > 0 ? `the name must be of one run, not of ${found.length}` : "no run has this name";
  fail("store", at.dir, { rule, got: name, remedy: ids ? `Choose of ${ids}` : "The store has no runs" });
}
