/**
 * Times a whole run of iterative magnitude pruning, levels 0 to 15, with sparse kernels and with them switched off, level
 * by level in turn, and writes docs/results/imp-speed.md. On an idle machine, two minutes:
 *
 *     npm run build && node bench/imp-speed.mjs [iterations of a level, 40 by default]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { benchDataset } from "../dist/bench/data.js";
import { impRun } from "../dist/bench/imp.js";
import { markdown } from "../dist/bench/markdown.js";
import { createEngine } from "../dist/engine/choose.js";
import { toCsv } from "../dist/figure/draw/csv.js";
import { parseModel } from "../dist/model/registry.js";
import { CROSSOVER, NEVER_SPARSE } from "../dist/program/choose.js";

const iterations = Number(process.argv[2] ?? 40);
const dataset = benchDataset("cifar10");
const model = parseModel("resnet-20-8", dataset);
const engine = await createEngine("native", { threads: 2 });
const task = { model, dataset, batch: 128, iterations, levels: 15, cut: 0.2 };

const total = ({ compile, train, evaluate, prune }) => compile + train + evaluate + prune;
const [sparse, dense] = [CROSSOVER, NEVER_SPARSE].map((crossover) => impRun(engine, task, crossover));
const pairs = [];
for (let level = 0; level <= task.levels; level++) {
  pairs.push([(await sparse.next()).value, (await dense.next()).value]);
  console.error(`level ${level}: ${pairs[level].map((time) => (total(time) / 1000).toFixed(2)).join(" s, dense ")} s`);
}

const sum = (kind, part) => pairs.reduce((all, pair) => all + part(pair[kind]), 0);
const seconds = (ms) => (ms / 1000).toFixed(2);
const line = (name, part) => {
  const [own, other] = [sum(0, part), sum(1, part)];
  return [name, seconds(own), seconds(other), (own / other).toFixed(3)];
};
const parts = ["train", "evaluate", "compile", "prune"];
const sums = [...parts.map((part) => line(part, (time) => time[part])), line("all", total)];
const levels = pairs.map(([own, other]) => {
  const cells = [own.train, other.train].map((ms) => (ms / iterations).toFixed(1));
  return [String(own.level), (100 * own.density).toFixed(1), ...cells, (own.train / other.train).toFixed(3)];
});

const results = fileURLToPath(new URL("../docs/results/", import.meta.url));
mkdirSync(`${results}imp-speed`, { recursive: true });
const records = pairs.flatMap(([own, other]) => [
  { kernels: "sparse", ...own },
  { kernels: "dense", ...other },
]);
writeFileSync(`${results}imp-speed/levels.csv`, toCsv(records));
writeFileSync(
  `${results}imp-speed.md`,
  `# What sparse kernels save in a whole run

Iterative magnitude pruning of ResNet-20 at width 8: levels 0 to 15, a fifth of all weights cut after each, rewound to
the first weights, ${iterations} batches of 128 images of 3x32x32 a level, ${dataset.test.count} test images scored at its
end. ${engine.name} with two threads. "dense" is the same run with sparse kernels switched off: pruned weights are
stored compactly there too, and every step expands them. Both runs took turns, level by level; a level's
training is its median step times its iterations, since the machine's moods outlast a level; made by
\`node bench/imp-speed.mjs ${iterations}\`. Times alone: so few batches train no network. Numbers, in milliseconds:
[imp-speed/levels.csv](imp-speed/levels.csv).

${markdown(["seconds of", "sparse kernels", "dense", "share"], sums)}

Compiling and pruning are once a level: a level of a real study trains for thousands of batches.

${markdown(["level", "density %", "ms a step", "dense", "share"], levels)}
`,
);
process.exit();
