/**
 * Keys that may not move, of whole studies: one digest over every key that a plan asks for, and the id of its run, as they
 * were before registries could be added to. UPDATE_PINS=1 makes them anew, where a step's version was raised.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planStudy } from "../../src/app/plan.ts";
import { hashJson } from "../../src/base/hash.ts";
import { syntheticDataset, syntheticRgbDataset } from "../../src/dataset/synthetic.ts";
import { studyNamed } from "../../src/study/registry.ts";

const FILE = new URL("./plans.json", import.meta.url);
const datasets = [syntheticDataset({ train: 400, test: 50 }), syntheticRgbDataset({ train: 400, test: 50 })];
const grey = { model: "mlp-8", data: "synthetic", validation: 40, steps: "100it", levels: 3, replicates: 2 };
const deep = {
  ...grey,
  model: "resnet-8-2",
  data: "synthetic-rgb",
  milestones: ["40it"],
  rewindTo: "20it",
  trainSize: 200,
};

/** Every option that names something of a registry is here in each of its values. */
const ASKED: Readonly<Record<string, readonly [study: string, options: object]>> = {
  "tickets and controls": ["imp", { ...grey, arms: ["ticket", "reinit", "random", "shuffle", "nested-random"] }],
  "all arms that go back": ["imp", { ...deep, arms: ["ticket", "rewound", "lr-rewind", "finetune", "scratch-b"] }],
  "adamw, a cosine, squared error": [
    "oneshot",
    { ...grey, optimizer: "adamw", schedule: "cosine", loss: "squared-error" },
  ],
  "sgdw, normalised otherwise": ["imp", { ...grey, optimizer: "sgdw", momentum: 0.9, mean: [0], std: [1] }],
  filters: [
    "imp",
    { ...deep, scope: "layer", unit: "filter", rewindTo: undefined, milestones: undefined, optimizer: "sgd", lr: 0.05 },
  ],
  methods: ["methods", grey],
  panels: ["figure1", { ...deep, levels: 2, lr: 0.1 }],
};

function pinOf(study: string, options: object) {
  const kind = studyNamed(study);
  const given = Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => value !== undefined && kind.options.some((each) => each.name === name),
    ),
  );
  const spec = kind.specOf(given);
  const normalised = datasets.map((dataset) => ({ ...dataset, name: `${dataset.name}?mean=0&std=1` }));
  const { keys } = planStudy(kind, spec, { datasets: [...datasets, ...normalised], arithmetic: "fused" });
  return { keys: keys.size, digest: hashJson([...keys].sort()), spec: hashJson(spec) };
}

const found = Object.fromEntries(
  Object.entries(ASKED).map(([name, [study, options]]) => [name, pinOf(study, options)]),
);
if (process.env.UPDATE_PINS) writeFileSync(FILE, `${JSON.stringify(found, null, 2)}\n`);

test.each(Object.keys(ASKED))("%s", (name) => {
  const pins = JSON.parse(readFileSync(FILE, "utf8")) as typeof found;
  expect(found[name]).toEqual(pins[name]);
});

test("studies differ", () => {
  expect(new Set(Object.values(found).map(({ digest }) => digest)).size).toBe(Object.keys(ASKED).length);
});
