/**
 * What kills cost, and whether two processes on one store do work twice: `npm run build && node test/resume/kills.mjs`.
 * A study is carried out by one process, by two at once, and by two that are killed (SIGKILL) at moments drawn from a seed
 * and started again; each time in a store of its own, the last in as many as the kills take. CPU time is user and system
 * time of all threads, as Linux counts it. Prints one line of JSON; exits with 1 where a bit differs.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { randomStream } from "../../dist/base/random.js";
import { openStore } from "../../dist/store/open.js";
import { verifyStore } from "../../dist/store/verify.js";
import { PAUSE_EVERY } from "../../dist/train/train.js";

const LENET = { data: "mnist", levels: 1, replicates: 2, steps: "4000it", arms: ["ticket"], evaluateEvery: "1000it" };
const { values: asked } = parseArgs({
  options: {
    study: { type: "string", default: "imp" },
    /** Of the study, as JSON. */
    options: { type: "string", default: JSON.stringify(LENET) },
    kills: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    /** Whether they run side by side, which a busy machine may take more quickly. */
    "at-once": { type: "boolean", default: false },
    /** CPU time that a process has taken when it is killed, in seconds: drawn evenly from 0 to twice as many. */
    between: { type: "string", default: "6" },
  },
});
const study = { study: asked.study, options: JSON.parse(asked.options) };
/** Disturbed studies that may run side by side. */
const LANES = 3;
const PROCESS = fileURLToPath(new URL("kills-process.mjs", import.meta.url));
/** bash tells what the kernel counted for a child that was killed, too. */
const COUNTED = '"$@" & echo "pid $!" >&2; wait $!; code=$?; times >&2; exit $code';

const say = (text) => process.stderr.write(`${text}\n`);

/** Starts a process on a store. `ended` resolves to its exit code, its CPU time and the lines that it told. */
function begin(store) {
  const words = [process.execPath, PROCESS, JSON.stringify({ ...study, store })];
  const shell = spawn("bash", ["-c", COUNTED, "bash", ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const lines = [];
  let talk = "";
  createInterface({ input: shell.stdout }).on("line", (line) => lines.push(readLine(line)));
  shell.stderr.on("data", (text) => {
    talk += text;
  });
  const ended = new Promise((resolve) => {
    shell.on("close", (code) => resolve({ code, cpu: secondsOf(talk), lines: lines.filter(Boolean), talk }));
  });
  const pid = () => Number(/^pid (\d+)$/m.exec(talk)?.[1] ?? 0);
  const runs = () => shell.exitCode === null;
  const kill = async () => {
    try {
      if (pid() > 0) process.kill(pid(), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    return ended;
  };
  return { ended, kill, pid, runs };
}

/** A line that a kill tore is none. */
function readLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** User and system time of bash's children: the second line of `times`. */
function secondsOf(talk) {
  const [, children] = [...talk.matchAll(/^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm)];
  const [user, userSeconds, system, systemSeconds] = children.slice(1).map(Number);
  return 60 * (user + system) + userSeconds + systemSeconds;
}

/** Iterations that processes trained; each tells of every pause, of which the first comes after as many as between two. */
function iterationsOf(processes) {
  let trained = 0;
  for (const { lines } of processes) {
    const last = new Map();
    for (const { label, step } of lines) {
      if (label === undefined) continue;
      trained += last.has(label) ? step - last.get(label) : PAUSE_EVERY;
      last.set(label, step);
    }
  }
  return trained;
}

const cpuOf = (processes) => processes.reduce((sum, { cpu }) => sum + cpu, 0);

async function ending(processes) {
  const ended = await Promise.all(processes.map((each) => each.ended));
  const failed = ended.find(({ code }) => code !== 0);
  if (failed) throw new Error(`a process ended with ${failed.code}: ${failed.talk}`);
  return ended;
}

/** CPU time of a process that runs, in seconds over all threads: the kernel counts in hundredths. */
function cpuSoFar(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/**
 * Two processes, each of which is killed once it has taken as much CPU time as was drawn for it, and started again, until
 * the study ends or there were enough kills. In the order of their ends, so that what went on from a state comes later.
 */
async function disturb(store, kills, random) {
  const processes = [];
  let left = kills;
  const keepBusy = async () => {
    while (left > 0) {
      const running = begin(store);
      const most = 2 * Number(asked.between) * random.uniform();
      while (left > 0 && running.runs() && cpuSoFar(running.pid()) < most) await sleep(50);
      if (left <= 0) return processes.push(...(await ending([running])));
      left--;
      const ended = await running.kill();
      if (ended.code !== 137 && ended.code !== 0) throw new Error(`a process ended with ${ended.code}: ${ended.talk}`);
      processes.push({ ...ended, killed: ended.code === 137 });
      if (ended.code === 0) {
        left = 0;
        return;
      }
      say(`killed after ${ended.cpu.toFixed(1)} s of CPU`);
    }
    processes.push(...(await ending([begin(store)])));
  };
  await Promise.all([keepBusy(), keepBusy()]);
  return processes;
}

/** Studies in stores of their own, disturbed one after the other until there were `kills`; the seeds of lanes differ. */
async function disturbAll(folder, kills, lane) {
  const random = randomStream({ seed: Number(asked.seed), stream: "noise", replicate: lane, step: 0, item: 0 });
  const studies = [];
  for (let left = kills; left > 0; ) {
    const store = join(folder, `disturbed-${lane}-${studies.length}`);
    const processes = await disturb(store, left, random);
    left -= processes.filter(({ killed }) => killed).length;
    studies.push({ store, processes });
    say(`${kills - left} of ${kills} kills`);
  }
  return studies;
}

/**
 * CPU time that a kill cost: what the process had taken since the state that the step went on from, or since its start
 * where it ran no step, and what the process in its place took until it ran one.
 */
function costOf(processes, at) {
  const { cpu, lines } = processes[at];
  const begun = lines.findLastIndex(({ start }) => start !== undefined);
  const open = lines[begun] && !lines.slice(begun).some(({ end }) => end === lines[begun].start);
  const startUp = lines.length > 0 ? lines[0].cpu : cpu;
  if (!open) return lines.length > 0 ? startUp + (cpu - lines.at(-1).cpu) : cpu;
  const label = lines[begun].start;
  const later = processes.slice(at + 1).flatMap((each) => each.lines.filter((line) => line.label === label));
  const from = (later[0]?.step ?? PAUSE_EVERY) - PAUSE_EVERY;
  const saved = lines.findLast((line) => line.label === label && line.step <= from);
  return startUp + cpu - (saved ?? lines[begun]).cpu;
}

/** What a store holds, without what depends on the moment: every artifact's tensors, result and curve. */
async function bitsOf(folder) {
  const store = await openStore(folder, { readOnly: true });
  const { damage } = await verifyStore(store);
  if (damage.length > 0) throw new Error(JSON.stringify(damage));
  const bits = new Map();
  for (const { id } of await store.listRuns())
    for (const key of await store.readKeys(id)) {
      const { meta, tensors } = await store.read(key);
      const { seconds: _, ...result } = meta.result;
      const curve = (await store.readMetrics(key)).map(({ seconds, ...point }) => point);
      const hash = createHash("sha256").update(JSON.stringify({ result, curve }));
      for (const [name, { data }] of tensors) hash.update(name).update(data);
      bits.set(key, hash.digest("hex"));
    }
  return bits;
}

const equal = (a, b) => a.size > 0 && a.size === b.size && [...a].every(([key, bits]) => b.get(key) === bits);

/** Things done one after the other, or side by side. */
async function all(things) {
  if (asked["at-once"]) return Promise.all(things.map((each) => each()));
  const done = [];
  for (const each of things) done.push(await each());
  return done;
}

async function undisturbed(store, count) {
  const processes = await ending(Array.from({ length: count }, () => begin(store)));
  say(`${count} undisturbed: ${cpuOf(processes).toFixed(1)} s of CPU`);
  return processes;
}

const folder = mkdtempSync(join(tmpdir(), "tombola-kills-"));
try {
  const [alone, together] = ["alone", "together"].map((name) => join(folder, name));
  const lanes = Array.from({ length: LANES }, (_, lane) => Math.floor((Number(asked.kills) + lane) / LANES));
  const [one, two, disturbedLanes] = await all([
    () => undisturbed(alone, 1),
    () => undisturbed(together, 2),
    () => all(lanes.map((kills, lane) => () => disturbAll(folder, kills, lane))),
  ]);
  const studies = disturbedLanes.flat();
  const bits = await bitsOf(alone);
  const same = [together, ...studies.map(({ store }) => store)].map(async (store) => equal(bits, await bitsOf(store)));
  const differ = (await Promise.all(same)).filter((each) => !each).length;
  const iterations = iterationsOf(one);
  const disturbed = studies.flatMap(({ processes }) => processes);
  const costs = studies.flatMap(({ processes }) =>
    processes.flatMap(({ killed }, at) => (killed ? [costOf(processes, at)] : [])),
  );
  const told = {
    artifacts: bits.size,
    stores: 2 + studies.length,
    differ,
    twice: iterationsOf(two) / iterations - 1,
    iterations: { alone: iterations, together: iterationsOf(two), disturbed: iterationsOf(disturbed) },
    cpu: { alone: cpuOf(one), together: cpuOf(two), disturbed: cpuOf(disturbed) },
    kills: costs.length,
    ...(costs.length > 0 && {
      cpuPerKill: {
        byTotal: (cpuOf(disturbed) - studies.length * cpuOf(two)) / costs.length,
        mean: costs.reduce((sum, cost) => sum + cost, 0) / costs.length,
        most: Math.max(...costs),
      },
    }),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  if (differ > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
