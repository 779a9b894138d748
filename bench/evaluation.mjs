/**
 * Measures how many images a second are scored, dense and pruned, on two threads beside a peer, and writes the table
 * into docs/benchmarks.md. On an idle machine, about five minutes:
 *
 *     npm run build
 *     node bench/evaluation.mjs "OMP_NUM_THREADS={threads} python3 bench/evaluation_torch.py {threads} {model}"
 *
 * The peer is a shell command that prints a line {"case":"resnet-20 evaluate 1000 images b128","threads":2,"ms":700} for
 * each size of a batch. `--quick` behind it measures one short round.
 */
import { benchDataset } from "../dist/bench/data.js";
import { familyOf } from "../dist/bench/families.js";
import { markdown } from "../dist/bench/markdown.js";
import { PEER, peerSource } from "../dist/bench/peer.js";
import { interleave } from "../dist/bench/rows.js";
import { evaluationSource } from "../dist/bench/sources.js";
import { openStep } from "../dist/bench/step.js";
import { firstRows } from "../dist/dataset/table.js";
import { createEngine } from "../dist/engine/choose.js";
import { fillBenchmarks } from "./fill.mjs";

const DENSITIES = [1, 0.2, 0.05];
const PEER_BATCHES = [128, 512, 1000];
/** Test images by data set, as many as the peer scores. */
const IMAGES = { mnist: 10_000, cifar10: 1000 };

const [command, quick] = process.argv.slice(2);
const threads = 2;
const slice = quick ? 30 : 300;
const engine = await createEngine("native", { threads });

/** Its images are training images: those are plenty. */
function datasetOf(data) {
  const dataset = benchDataset(data);
  return { ...dataset, test: firstRows(dataset.train, IMAGES[data]) };
}
const datasets = Object.fromEntries(Object.keys(IMAGES).map((data) => [data, datasetOf(data)]));
const families = ["lenet-300-100", "conv-2", "resnet-20"].map(familyOf);
const nameOf = ({ model, data }) => `${model} evaluate ${IMAGES[data]} images`;

/** The peer, then every density. */
function sourcesOf(family) {
  const dataset = datasets[family.data];
  const cases = PEER_BATCHES.map((batch) => `${nameOf(family)} b${batch}`);
  const words = command.replaceAll("{threads}", String(threads)).replaceAll("{model}", family.model);
  const own = DENSITIES.map((density) => {
    const step = { model: family.model, batch: family.batches[0], density };
    return evaluationSource({ engine, family, dataset, slice }, { ...step, open: openStep(engine, dataset, step) });
  });
  return [peerSource(words, { cases, threads }), ...own];
}

const rows = await interleave(families.flatMap(sourcesOf), {
  rounds: quick ? 1 : 7,
  onRound: (round) => console.error(`round ${round + 1}`),
});

const rate = (count, ms) => Math.round((1000 * count) / ms).toLocaleString("en-US");

/** Every density of a network beside the peer in batches of 128, and beside the fastest of its batches. */
function linesOf(family) {
  const count = IMAGES[family.data];
  const timeOf = (batch) => rows.find((row) => row.engine === PEER && row.case === `${nameOf(family)} b${batch}`).ms;
  const best = PEER_BATCHES.toSorted((a, b) => timeOf(a) - timeOf(b))[0];
  const [peer, fastest] = [timeOf(128), timeOf(best)];
  return rows
    .filter((row) => row.engine !== PEER && row.case === nameOf(family))
    .map(({ density, ms }) => [
      ...[family.model, String(density), rate(count, ms), rate(count, peer), (peer / ms).toFixed(2)],
      ...[`${rate(count, fastest)} (${best})`, (fastest / ms).toFixed(2)],
    ]);
}

const header = ["network", "density", "images/s", "PyTorch images/s", "ratio", "at its best (batch)", "ratio to that"];
const table = markdown(header, families.flatMap(linesOf));
fillBenchmarks({ evaluation: table });
console.log(table);
process.exit();
