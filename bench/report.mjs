/**
 * Measures everything that docs/benchmarks.md shows and writes it there, between its markers. On an idle machine:
 *
 *     npm run build && node bench/report.mjs "OMP_NUM_THREADS=1 python3 torch_step.py 1"
 *
 * The argument is the peer: a shell command that prints a line {"case":"lenet-300-100 b60","threads":1,"ms":2.0} for
 * each of both batches.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  crossoverTables,
  evaluationTable,
  kernelTable,
  markdown,
  memoryTable,
  stepTable,
} from "../dist/cli/bench-tables.js";

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

/** What a step may take at most, as a share of the peer's time. */
const BARS = new Map([
  [1, 1],
  [0.2, 0.35],
  [0.05, 0.15],
  [0.012, 0.08],
]);

function barTable(rows) {
  const peers = new Map(rows.filter(({ engine }) => engine === "peer").map((row) => [row.case, row.ms]));
  const native = rows.filter((row) => row.engine.startsWith("native") && peers.has(row.case));
  const lines = native.map(({ case: name, density, ms }) => {
    const other = peers.get(name);
    return [name, String(density), ms.toFixed(3), other.toFixed(3), (ms / other).toFixed(3), String(BARS.get(density))];
  });
  return markdown(["training step", "density", "native ms", "PyTorch ms", "ratio", "at most"], lines);
}

function fill(text, [name, body]) {
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!marked.test(text)) throw new Error(`docs/benchmarks.md: no place is marked <!-- ${name} -->`);
  return text.replace(marked, (_, start, end) => `${start}\n${body}\n\n${end}`);
}

const rows = bench("--peer", peer);
const points = bench("--crossover", "--engines", "native");
const parts = {
  bars: barTable(rows),
  steps: stepTable(rows),
  rest: `${evaluationTable(rows)}\n\n${memoryTable(rows)}`,
  kernels: kernelTable(rows.filter(({ engine }) => engine.startsWith("native"))),
  crossover: crossoverTables(points),
};
const target = path("docs/benchmarks.md");
writeFileSync(target, Object.entries(parts).reduce(fill, readFileSync(target, "utf8")));
