/**
 * Instability analysis (Frankle et al. 2020, section 2): copies of one network at iteration k, trained on with other SGD
 * noise, joined by a line in weight space. `dense` is the whole network. The others have the mask that IMP with rewinding
 * to k leaves at the last level (section 4): `rewound` its own weights at k, `reinit` those of another initialisation's
 * training; `random` and `shuffle` have masks of equal counts a layer, the first drawn anew, the second permuted.
 */

import { fail } from "../base/errors.ts";
import { parseSteps, resolveSteps } from "../base/steps.ts";
import { iterationsPerEpoch } from "../dataset/batches.ts";
import { type Dataset, datasetNamed } from "../dataset/dataset.ts";
import { trainedImages } from "../dataset/split.ts";
import { commonOf } from "./common.ts";
import { type InstabilitySpec, instabilityOf, type NetworksSpec, trainingOf } from "./connectivity-spec.ts";
import { controlMask } from "./controls.ts";
import type { Runner } from "./execute.ts";
import type { InterpolateResult } from "./interpolate-step.ts";
import { PAIR_ARMS, type PairArm, type PairRow } from "./pair.ts";
import { labelled } from "./panels.ts";
import {
  initialNetwork,
  prunedMask,
  type Replicate,
  type StudyEvents,
  settled,
  started,
  trainLevel,
} from "./replicate.ts";
import type { StepParams, TrainResult } from "./steps.ts";

type Options<D> = D & { readonly runner: Runner; readonly events?: StudyEvents<PairRow> };

/** One replicate of an analysis. */
interface Task extends Omit<Replicate, "events"> {
  readonly analysis: InstabilitySpec;
  readonly onRow: (row: PairRow) => void;
  /** The partings as iterations, ascending. */
  readonly at: readonly number[];
}

/** Runs the analyses of all networks side by side; resolves to their pairs, which name their network, in order. */
export async function runNetworks(
  { networks }: NetworksSpec,
  { runner, datasets, events = {} }: Options<{ readonly datasets: readonly Dataset[] }>,
): Promise<PairRow[]> {
  const all = networks.map(async (each) => {
    const own = (row: PairRow): PairRow => ({ panel: each.name, ...row });
    const onRow = (row: PairRow) => events.onRow?.(own(row));
    const options = { runner: labelled(runner, each.name), dataset: datasetNamed(datasets, each.data) };
    return (await runInstability(instabilityOf(each), { ...options, events: { onRow } })).map(own);
  });
  return (await settled(all)).flat();
}

/** Runs the analysis, all replicates side by side; resolves to its pairs in the order of arms, partings and replicates. */
export async function runInstability(
  spec: InstabilitySpec,
  { runner, dataset, events = {} }: Options<{ readonly dataset: Dataset }>,
): Promise<PairRow[]> {
  const training = trainingOf(spec);
  const common = { ...commonOf(training, dataset), spec: training, analysis: spec, runner };
  const at = partings(spec, dataset, common.end);
  trainedImages(dataset, spec, spec.trainImages); // lines come last, and what they need is known now
  const onRow = (row: PairRow) => events.onRow?.(row);
  const replicates = Array.from({ length: spec.replicates }, (_, replicate) =>
    runReplicate({ ...common, at, replicate, onRow }),
  );
  const rows = (await settled(replicates)).flat();
  const place = ({ arm, step }: PairRow) => PAIR_ARMS.indexOf(arm) * 2 ** 32 + step;
  return rows.sort((a, b) => place(a) - place(b) || a.replicate - b.replicate);
}

function partings(spec: InstabilitySpec, dataset: Dataset, end: number): number[] {
  const { at, batch, steps } = spec;
  const perEpoch = iterationsPerEpoch(trainedImages(dataset, spec).length, batch);
  const iterations = at.map((text) => resolveSteps(parseSteps(text), perEpoch));
  const late = at[iterations.findIndex((iteration) => iteration >= end)];
  const remedy = `An epoch has ${perEpoch} iterations`;
  if (late) fail("usage", "at", { rule: `must come before the end of training, ${steps}`, got: late, remedy });
  return [...new Set(iterations)].sort((a, b) => a - b);
}

async function runReplicate(task: Task): Promise<PairRow[]> {
  return (await settled(task.at.map((step) => started(analyse(task, step))))).flat();
}

/** The network that draw `draw`'s training has at a parting; it has a head start from the parting before. */
async function trunkAt(task: Task, draw: number, step: number): Promise<string> {
  const network = await initialNetwork(task, draw);
  if (step === 0) return network;
  const { runner, replicate, training, at } = task;
  const last = at[at.indexOf(step) - 1] ?? 0;
  const headStart = last > 0 ? { headStart: await trunkAt(task, draw, last) } : {};
  return runner.run(
    { step: "trunk", params: { ...training, replicate, draw: 0, to: step }, inputs: { network }, ...headStart },
    { label: `iteration ${step} of draw ${draw}, replicate ${replicate}`, urgent: true },
  );
}

/** All arms at one parting. */
async function analyse(task: Task, step: number): Promise<PairRow[]> {
  const { arms } = task.analysis;
  const trunk = await trunkAt(task, 0, step);
  const dense: Copied = { arm: "dense", step, network: trunk, trunk };
  const rows = arms.includes("dense") ? [started(pairsOf(task, dense))] : [];
  const sparse = arms.filter((arm): arm is SparseArm => arm !== "dense");
  if (sparse.length === 0) return (await settled(rows)).flat();
  const rewound = await climb(task, dense);
  const others = sparse.map(async (arm) =>
    pairsOf(task, { arm, step, trunk, ...(await startOf(task, { arm, step, trunk, rewound })) }),
  );
  return (await settled([...rows, ...others.map(started)])).flat();
}

type SparseArm = Exclude<PairArm, "dense">;

/** What copies are trained from. */
interface Copied {
  readonly arm: PairArm;
  readonly step: number;
  readonly network: string;
  readonly mask?: string;
  /** The dense network at the parting. */
  readonly trunk: string;
}

/** The mask that IMP with rewinding leaves at the last level; its dense network is the first copy. */
async function climb(task: Task, dense: Copied): Promise<string> {
  const { network, step: from } = dense;
  const { levels } = task.analysis;
  const replicate: Replicate = { ...task, events: {} };
  let mask = await prunedMask(replicate, await trainCopy(task, dense, 0), 1);
  for (let level = 1; level < levels; level++) {
    const rung = { arm: "rewound", level, network, mask, from, to: task.end, urgent: true } as const;
    mask = await prunedMask(replicate, await trainLevel(replicate, rung), 1);
  }
  return mask;
}

type Start = Pick<Copied, "step" | "trunk"> & { readonly arm: SparseArm; readonly rewound: string };

async function startOf(task: Task, { arm, step, trunk, rewound }: Start) {
  const { levels: level } = task.analysis;
  if (arm === "rewound") return { network: trunk, mask: rewound };
  // Draws of fresh networks begin after the replicate's own, draw 0.
  if (arm === "reinit") return { network: await trunkAt(task, 1, step), mask: rewound };
  return { network: trunk, mask: await controlMask({ ...task, events: {} }, { how: arm, level, mask: rewound }) };
}

/** Trains the copies, and scores the lines between all pairs of them. */
async function pairsOf(task: Task, copied: Copied): Promise<PairRow[]> {
  const copies = await settled(
    Array.from({ length: task.analysis.copies }, (_, copy) => trainCopy(task, copied, copy)),
  );
  const pairs = copies.flatMap((a, i) =>
    copies.slice(i + 1).map((b, j) => ({ a, b, copies: [i, i + 1 + j] as const })),
  );
  return settled(pairs.map((pair) => started(rowOf(task, copied, pair))));
}

/** Trains a copy; only its draw, which names the order of the data, augmentation and dropout, tells it from the others. */
function trainCopy({ runner, training, replicate, end }: Task, { arm, step, network, mask }: Copied, copy: number) {
  return runner.run(
    {
      step: "train",
      params: { ...training, replicate, draw: copy, from: step, to: end },
      inputs: mask ? { network, mask } : { network },
    },
    {
      label: `${arm} from iteration ${step}, copy ${copy}, replicate ${replicate}`,
      urgent: arm === "dense" && copy === 0,
    },
  );
}

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly copies: readonly [number, number];
}

async function rowOf(task: Task, { arm, step, network, trunk }: Copied, { a, b, copies }: Pair): Promise<PairRow> {
  const { runner, analysis, replicate, end } = task;
  const { model, data, validation, trainSize, points, trainImages, recompute, align } = analysis;
  const optional = { ...(trainSize !== undefined && { trainSize }), ...(trainImages !== undefined && { trainImages }) };
  const params: StepParams["interpolate"] = {
    ...{ model, data, validation, points, recompute, ...optional },
    ...(align && { align }),
  };
  const label = `${arm} from iteration ${step}, copies ${copies.join(" and ")}, replicate ${replicate}`;
  const artifact = await runner.run({ step: "interpolate", params, inputs: { a, b, origin: network } }, { label });
  const metas = await Promise.all([a, b, trunk, artifact].map((key) => runner.store.readMeta(key)));
  const [first, second, start, line] = metas.map(({ result }) => result) as unknown as Results;
  const { interpolated: path, recomputed, instability, recomputedInstability, separation } = line;
  const { weights, prunable } = first;
  const counts = { level: arm === "dense" ? 0 : analysis.levels, density: weights / prunable, weights, prunable };
  const scores = {
    startAccuracy: start.testAccuracy ?? null,
    testAccuracy: [first.testAccuracy, second.testAccuracy] as const,
  };
  const lines = { path, recomputed, instability, recomputedInstability, separation: separation! };
  const row: PairRow = { arm, replicate, step, steps: end, copies, ...counts, ...scores, ...lines, artifact };
  task.onRow(row);
  return row;
}

type Results = readonly [TrainResult, TrainResult, Partial<TrainResult>, InterpolateResult];
