/**
 * Measures everything that docs/benchmarks.md shows and writes it there, between its markers. On an idle machine:
 *
 *     npm run build && node bench/report.mjs "OMP_NUM_THREADS={threads} python3 torch_step.py {threads}"
 *
 * bench/sequences_torch.py is the peer of language models and of BERT.
 *
 * The argument is the peer: a shell command that prints a line {"case":"lenet-300-100 b60","threads":1,"ms":2.0} for
 * each step on so many threads. What follows it goes to `tombola bench`, such as `--quick --models resnet-20`: the tables
 * are then of these networks, and those of LeNet alone stay as they are.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isCeiling } from "../dist/bench/ceilings.js";
import { FAMILIES, familyName } from "../dist/bench/families.js";
import { kernelTable } from "../dist/bench/kernel-table.js";
import { markdown } from "../dist/bench/markdown.js";
import { crossoverTables, evaluationTable, memoryTable, stepTable } from "../dist/bench/tables.js";
import { fillBenchmarks } from "./fill.mjs";

const PRUNED = FAMILIES.filter(({ method }) => !method).map(familyName);
const LENET = ["--engines", "native", "--models", "lenet-300-100"];
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const [peer, ...pace] = process.argv.slice(2);

/** The rows that `tombola bench` prints with these words. */
function bench(...words) {
  const command = [path("dist/cli/main.js"), "bench", "--json", ...pace, ...words];
  const text = execFileSync(process.execPath, command, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What a step may take at most, as a share of the peer's time, by density. */
const BARS = {
  "lenet-300-100": { 1: 1, 0.2: 0.35, 0.05: 0.15, 0.012: 0.08 },
  "conv-2": { 1: 0.8, 0.2: 0.35, 0.05: 0.2, 0.02: 0.15 },
  "resnet-20": { 1: 0.65, 0.2: 0.33, 0.05: 0.22, 0.02: 0.18 },
  "vgg-16": { 1: 0.9, 0.2: 0.3, 0.05: 0.15, 0.02: 0.1 },
  "lstm-2-256-tied": { 1: 0.95, 0.2: 0.45, 0.1: 0.3 },
  "bert-4x128": { 1: 0.8, 0.2: 0.42, 0.1: 0.28 },
  "bert-6x384x12": { 1: 0.8, 0.2: 0.42, 0.1: 0.28 },
};

function barTable(rows) {
  const peers = new Map(rows.filter(({ engine }) => engine === "peer").map((row) => [row.case, row.ms]));
  const native = rows.filter((row) => row.engine.startsWith("native") && peers.has(row.case));
  const lines = native.map(({ case: name, threads, density, ms }) => {
    const other = peers.get(name);
    // No bar where none is promised.
    const bar = BARS[name.split(" ")[0]]?.[density] ?? "";
    const times = [ms, other].map((time) => time.toPrecision(4));
    return [name, String(threads), String(density), ...times, (ms / other).toFixed(3), String(bar)];
  });
  return markdown(["training step", "threads", "density", "native ms", "PyTorch ms", "ratio", "at most"], lines);
}

/** What registers alone allow: the rate of bench/peak.cpp on one thread and on two. */
function peakTable() {
  const program = join(tmpdir(), `tombola-peak-${process.pid}`);
  execFileSync("g++", ["-O3", "-march=native", "-pthread", "-o", program, path("bench/peak.cpp")]);
  const rate = (threads) => execFileSync(program, [String(threads)], { encoding: "utf8" }).split(" ")[0];
  const lines = [1, 2].map((threads) => [String(threads), rate(threads)]);
  rmSync(program);
  return markdown(["threads", "GFLOP/s in registers"], lines);
}

const isLenet = ({ of }) => of?.startsWith("lenet");

/** Kernels of LeNet or of the others, with the ceilings of as many threads. */
function kernels(rows, belongs) {
  const own = rows.filter((row) => row.engine.startsWith("native") && row.of !== undefined && belongs(row));
  const threads = new Set(own.map((row) => row.threads));
  const ceilings = rows.filter((row) => row.engine.startsWith("native") && isCeiling(row) && threads.has(row.threads));
  return kernelTable([...ceilings, ...own]);
}

// Those that are asked for win, being named last.
const rows = bench("--models", PRUNED.join(","), ...pace, "--peer", peer);
const lenet = rows.some(isLenet);
fillBenchmarks({
  bars: barTable(rows),
  steps: stepTable(rows),
  rest: [evaluationTable(rows), memoryTable(rows)].filter(Boolean).join("\n\n"),
  peak: peakTable(),
  ...(lenet && { kernels: kernels(rows, isLenet), crossover: crossoverTables(bench("--crossover", ...LENET)) }),
  "kernels-images": kernels(rows, (row) => !isLenet(row)),
});
