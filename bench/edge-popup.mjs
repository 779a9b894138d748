/**
 * Times steps of edge-popup beside PyTorch's and beside our own with dense kernels alone, and where sparse kernels of chosen
 * weights begin to pay; writes both tables of docs/benchmarks.md. On an idle machine, ten minutes:
 *
 *     npm run build
 *     node bench/edge-popup.mjs "OMP_NUM_THREADS={threads} python3 bench/edge_popup_torch.py {threads} {kept}"
 *
 * The argument is the peer: a shell command that prints a line {"case":"edge-popup conv-4-nobias b128","threads":2,"ms":412}
 * for each network. `--steps` or `--crossover` behind it measures that alone.
 */
import { crossoverPoints } from "../dist/bench/crossover.js";
import { benchDataset } from "../dist/bench/data.js";
import { caseName, FAMILIES, stepCases, stepName } from "../dist/bench/families.js";
import { markdown } from "../dist/bench/markdown.js";
import { PEER, peerSource } from "../dist/bench/peer.js";
import { interleave } from "../dist/bench/rows.js";
import { engineSources } from "../dist/bench/sources.js";
import { crossoverTables } from "../dist/bench/tables.js";
import { createEngine } from "../dist/engine/choose.js";
import { fillBenchmarks } from "./fill.mjs";

const [command, only] = process.argv.slice(2);
const threads = 2;
const engine = await createEngine("native", { threads });
const families = FAMILIES.filter(({ method }) => method === "edge-popup");
const settingOf = (family, slice) => ({ engine, family, dataset: benchDataset(family.data), slice });

/** What a step may take at most, as a share of PyTorch's, and of our own with dense kernels. */
const BARS = {
  "lenet-300-100-nobias": { 0.5: [0.25], 0.1: [0.25] },
  "conv-4-nobias": { 0.5: [0.65], 0.1: [0.42, 0.85] },
};

async function measureSteps() {
  const cases = families.flatMap((family) => family.batches.map((batch) => stepName(family, batch)));
  const peers = families[0].densities.map((density) => {
    const words = command.replaceAll("{threads}", String(threads)).replaceAll("{kept}", String(density));
    const source = peerSource(words, { cases, threads });
    return async () => (await source()).map((row) => ({ ...row, density }));
  });
  const own = families.flatMap((family) => engineSources(settingOf(family, 300), ["step"]));
  const onRound = (round) => console.error(`round ${round + 1}`);
  return interleave([...peers, ...own], { rounds: 5, onRound });
}

function stepLines(rows) {
  const msOf = (name, { engine, density }) =>
    rows.find((row) => row.case === name && row.engine === engine && row.density === density).ms;
  return families.flatMap((family) =>
    stepCases(family).flatMap((step) => {
      if (step.kernels) return [];
      const { density } = step;
      const own = { engine: engine.name, density };
      const ms = msOf(caseName(family, step), own);
      const dense = msOf(caseName(family, { ...step, kernels: "dense" }), own);
      const peer = msOf(stepName(family, step.batch), { engine: PEER, density });
      const [bar, ownBar] = BARS[family.model][density];
      const times = [ms, dense, peer].map((time) => time.toPrecision(4));
      const ratios = [(ms / peer).toFixed(3), String(bar), (ms / dense).toFixed(3), String(ownBar ?? "")];
      return [[stepName(family, step.batch), String(density), ...times, ...ratios]];
    }),
  );
}

const parts = {};
if (only !== "--crossover") {
  const header = ["training step", "kept", "ms", "dense kernels ms", "PyTorch ms"];
  const ratios = ["of PyTorch", "at most", "of dense kernels", "at most"];
  parts["edge-popup"] = markdown([...header, ...ratios], stepLines(await measureSteps()));
}
if (only !== "--steps") {
  const points = [];
  const setting = settingOf(
    families.find(({ model }) => model === "conv-4-nobias"),
    1,
  );
  for (const density of [0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.6])
    points.push(...(await crossoverPoints(setting, { batch: 128, density, rounds: 5 })));
  parts["chosen-crossover"] = crossoverTables(points);
}
console.log(Object.values(parts).join("\n\n"));
fillBenchmarks(parts);
process.exit();
