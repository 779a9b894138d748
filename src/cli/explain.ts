/** `tombola explain`: the graph, the program, the memory and the cost of a model's training step at a density. */

import type { Command } from "commander";
import { datasetInfo } from "../dataset/registry.ts";
import { printGraph } from "../graph/print.ts";
import type { Model } from "../model/model.ts";
import { parseModel } from "../model/registry.ts";
import { formatBytes, printProgram } from "../program/print.ts";
import type { Program } from "../program/program.ts";
import { census } from "../prune/census.ts";
import { uniformMask } from "../prune/uniform.ts";
import type { OptimizerOptions } from "../train/optimizer.ts";
import { compileExperiment, evaluationGraph, normalisationOf, trainingGraph } from "../train/step.ts";
import { type ArenaBytes, arenaBytes, kernelChoices, type Work, workOf } from "./explain-program.ts";
import { addOption, addShared, integer, number, oneOf } from "./options.ts";
import { print, printJson } from "./output.ts";
import { table } from "./table.ts";

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const OPTIMIZERS = {
  adam: { name: "adam", ...ADAM },
  adamw: { name: "adamw", ...ADAM },
  sgd: { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 },
  momentum: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0 },
} as const satisfies Record<string, OptimizerOptions>;

/**
 * Floating-point operations a byte at which arithmetic and memory take equally long: about 100 GFLOP/s of a core's best
 * product over about 90 GB/s of its caches (docs/benchmarks.md).
 */
const BALANCE = 1.1;

interface ExplainOptions {
  readonly density?: number;
  readonly data?: string;
  readonly batch?: number;
  readonly optimizer?: keyof typeof OPTIMIZERS;
  readonly json?: boolean;
}

/** Adds the verb `explain`. */
export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .argument("<model>", "such as lenet-300-100")
    .description("print graph, program, memory plan, chosen kernels and predicted cost of a training step");
  const density = number({ rule: "a number above 0, at most 1", holds: (value) => value > 0 && value <= 1 });
  addOption(command, "--density <fraction>", "of the weights kept, in every layer, at random (default: 1)", density);
  addOption(command, "--batch <n>", "images an iteration (default: 60)", integer(1));
  const names = Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[];
  addOption(command, "--optimizer <name>", `${names.join(", ")} (default: adam)`, oneOf(names));
  addShared(command, "data", "json").action((name: string, options: ExplainOptions) => {
    const explanation = explain(name, options);
    if (options.json) printJson(explanation);
    else print(describe(explanation));
  });
}

type Explanation = ReturnType<typeof explain>;

function explain(name: string, { density = 1, data = "mnist", batch = 60, optimizer = "adam" }: ExplainOptions) {
  const info = datasetInfo(data);
  const model = parseModel(name, info);
  const options = { optimizer: OPTIMIZERS[optimizer], batch, normalisation: normalisationOf(info) };
  const mask = uniformMask(model.parameters, density, { seed: 1, replicate: 0, draw: 0 });
  const program = compileExperiment(model, { ...options, mask });
  const { weights, prunable } = census(model.parameters, mask);
  return {
    ...{ model: name, data, batch, optimizer, density, weights, prunable },
    graphs: graphsOf(model, OPTIMIZERS[optimizer]),
    program: printProgram(program),
    bytes: arenaBytes(program),
    kernels: kernelChoices(program),
    work: worksOf(program),
    dense: worksOf(compileExperiment(model, options)),
  };
}

function graphsOf(model: Model, optimizer: OptimizerOptions) {
  return { train: printGraph(trainingGraph(model, { optimizer })), evaluate: printGraph(evaluationGraph(model, {})) };
}

function worksOf({ sections }: Program) {
  return { train: workOf(sections.train!), evaluate: workOf(sections.evaluate!) };
}

function describe(explanation: Explanation): string {
  const { model, data, batch, optimizer, density, weights, prunable, graphs, program, kernels, bytes } = explanation;
  const choices = kernels.map((each) => [each.parameter, each.direction, each.kernel, each.reason]);
  return [
    `${model} on ${data}, batch ${batch}, ${optimizer}, density ${density}: ${weights} of ${prunable} prunable weights`,
    section("Graph of a training step", graphs.train),
    section("Graph of an evaluation", graphs.evaluate),
    section("Program", program),
    section("Memory", memoryTable(bytes)),
    section("Kernels", table(["layer", "direction", "kernel", "because"], choices)),
    section("Predicted work of a run", workTable(explanation)),
    remark(explanation.work.train),
  ].join("\n\n");
}

const section = (title: string, body: string) => `${title}\n${body.replace(/^(?=.)/gm, "  ")}`;

function memoryTable({ temporaries, ...parts }: ArenaBytes): string {
  const stretches = Object.entries(temporaries).map(([name, bytes]) => [`temporaries of ${name}`, bytes] as const);
  const lines = [...Object.entries(parts).slice(0, -1), ...stretches, ["arena", parts.total] as const];
  return table(
    ["what", "bytes", ""],
    lines.map(([name, bytes]) => [name, String(bytes), formatBytes(bytes)]),
  );
}

function workTable({ work, dense }: Explanation): string {
  const line = (name: "train" | "evaluate") => {
    const [here, there] = [work[name], dense[name]];
    const share = (part: keyof Work) => `${((100 * here[part]) / there[part]).toFixed(1)} %`;
    const mega = (value: number) => (value / 1e6).toFixed(3);
    return [
      name,
      mega(here.flops),
      mega(there.flops),
      share("flops"),
      mega(here.bytes),
      mega(there.bytes),
      share("bytes"),
    ];
  };
  return table(["section", "MFLOP", "dense", "share", "MB", "dense", "share"], [line("train"), line("evaluate")]);
}

function remark({ flops, bytes }: Work): string {
  const intensity = flops / bytes;
  const bound = intensity < BALANCE ? "memory" : "arithmetic";
  return `A training step does ${intensity.toFixed(1)} FLOP for every byte it must touch: bound by ${bound} where a core balances at about ${BALANCE} (docs/benchmarks.md).`;
}
