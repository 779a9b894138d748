/**
 * Measures time and memory of a ResNet-20 step, batch 128, two threads, at densities from 1 down to 0.8^20, beside a
 * peer, and writes docs/results/step-time.md with its figures. On an idle machine, four minutes:
 *
 *     npm run build && node bench/step-time.mjs "OMP_NUM_THREADS={threads} python3 torch_step.py {threads}"
 *
 * The peer is a shell command as of `tombola bench --peer`; it prints the case `resnet-20 b128`. `--quick` behind it
 * measures one short round.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { benchDataset } from "../dist/bench/data.js";
import { densitySource, SWEEP, stepBytes } from "../dist/bench/density.js";
import { stepMemoryFigure, stepTimeFigure } from "../dist/bench/density-figures.js";
import { markdown } from "../dist/bench/markdown.js";
import { PEER, peerSource } from "../dist/bench/peer.js";
import { interleave } from "../dist/bench/rows.js";
import { createEngine } from "../dist/engine/choose.js";

const [command, quick] = process.argv.slice(2);
const step = { model: "resnet-20", batch: 128, slice: quick ? 30 : 300 };
const threads = 2;

const engine = await createEngine("native", { threads });
const dataset = benchDataset("cifar10");
const peer = peerSource(command.replaceAll("{threads}", String(threads)), { cases: ["resnet-20 b128"], threads });
const sources = SWEEP.map((density) => densitySource(engine, dataset, { ...step, density }));
const rows = await interleave([peer, ...sources], {
  rounds: quick ? 1 : 7,
  onRound: (round) => console.error(`round ${round + 1}`),
});
const peerMs = rows.find((row) => row.engine === PEER).ms;
const points = rows
  .filter((row) => row.engine !== PEER)
  .map(({ density, ms }) => ({ density, ms, ...stepBytes(dataset, { ...step, density }, threads) }));

const results = fileURLToPath(new URL("../docs/results/", import.meta.url));
const subtitle = "ResNet-20, batches of 128 images of 3x32x32, SGD with momentum, two threads";
mkdirSync(`${results}step-time`, { recursive: true });
for (const figure of [stepTimeFigure(points, { subtitle, peer: peerMs }), stepMemoryFigure(points, { subtitle })]) {
  writeFileSync(`${results}step-time/${figure.name}.svg`, figure.svg);
  writeFileSync(`${results}step-time/${figure.name}.csv`, figure.csv);
}

const mib = (bytes) => (bytes / 2 ** 20).toFixed(2);
const lines = points.map(({ density, ms, total, weights }) => [
  ...[(100 * density).toFixed(1), ms.toFixed(1), (ms / peerMs).toFixed(3), mib(total), mib(weights)],
]);
const table = markdown(["density %", "ms", "of PyTorch's time", "MiB", "MiB of weights"], lines);
writeFileSync(
  `${results}step-time.md`,
  `# A training step against density

One step of ResNet-20 (forward, backward, SGD with momentum 0.9 and weight decay 1e-4) on batches of 128 images of
3x32x32, ${engine.name} with two threads, under random masks of the same density in every layer. PyTorch's step on two
threads took ${peerMs.toFixed(1)} ms in the same run, in turns; it multiplies dense weights with a mask and takes as long
at every density. Medians over the rounds; made by \`node bench/step-time.mjs\`, conditions as in
[benchmarks.md](../benchmarks.md). Numbers: [step-time/](step-time/).

![time of a step against weights remaining](step-time/step-time.svg)

![memory of a step against weights remaining](step-time/step-memory.svg)

The memory is all that a step ever holds: the arena, in which activations and gradients that never meet share places,
and each thread's scratch. Weights are the part that pruning shrinks: parameters and momentum in compact form, with the
index of the kept entries.

${table}
`,
);
process.exit();
